/* Recomputes a suite that `separable vectors --random-suite N --format c` wrote, in any layout, and judges it by both bounds:
 *
 *   cc -std=c99 -Wall -Wextra -Werror -I FOLDER_OF_THE_SUITE check_suite.c -lm && ./a.out [ANSWERS]
 *
 * With a name all answers are written there, one after the other, for `separable judge FOLDER_OF_THE_SUITE ANSWERS`. With
 * -DMISTAKE the stride of rows is used for columns too. */
#include <math.h>
#include <stdio.h>
#include "suite.h"

typedef const struct conv_case Case;

static float input_at(Case *v, int n, int h, int w, int c) {
  return v->input[v->layout == 0 ? ((n * v->h + h) * v->w + w) * v->c + c : ((n * v->c + c) * v->h + h) * v->w + w];
}

static int output_at(Case *v, int n, int oh, int ow, int o) {
  return v->layout == 0 ? ((n * v->oh + oh) * v->ow + ow) * v->o + o : ((n * v->o + o) * v->oh + oh) * v->ow + ow;
}

/* A depthwise filter kh, kw, c, multiplier is kh, kw, 1, o; a pointwise one 1, 1, c, o. */
static float filter_at(Case *v, int kh, int kw, int ic, int o) {
  int cg = v->c / v->groups;
  switch (v->filter_layout) {
    case 1: return v->filter[((o * cg + ic) * v->kh + kh) * v->kw + kw];
    case 2: return v->filter[((o * v->kh + kh) * v->kw + kw) * cg + ic];
    case 3: return v->filter[((ic * v->kh + kh) * v->kw + kw) * v->o + o];
    default: return v->filter[((kh * v->kw + kw) * cg + ic) * v->o + o];
  }
}

static float activate(int activation, float s) {
  switch (activation) {
    case 1: return s < 0 ? 0 : s;
    case 2: return s < 0 ? 0 : s > 6 ? 6 : s;
    case 3: return s <= -3 ? 0 : s >= 3 ? s : s * (s + 3) / 6;
    case 4: return s <= -3 ? 0 : s >= 3 ? 1 : (s + 3) / 6;
    case 5: return 1 / (1 + expf(-s));
    default: return s;
  }
}

static float convolve(Case *v, int n, int oh, int ow, int o) {
  int cg = v->c / v->groups, c0 = o / (v->o / v->groups) * cg;
#ifdef MISTAKE
  int stride_w = v->stride_h;
#else
  int stride_w = v->stride_w;
#endif
  float sum = v->bias ? v->bias[o] : 0;
  for (int kh = 0; kh < v->kh; kh++)
    for (int kw = 0; kw < v->kw; kw++) {
      int ih = oh * v->stride_h + kh * v->dilation_h - v->pad_top;
      int iw = ow * stride_w + kw * v->dilation_w - v->pad_left;
      if (ih < 0 || ih >= v->h || iw < 0 || iw >= v->w) continue;
      for (int ic = 0; ic < cg; ic++) sum += input_at(v, n, ih, iw, c0 + ic) * filter_at(v, kh, kw, ic, o);
    }
  return activate(v->activation, sum);
}

int main(int count, char **names) {
  FILE *answers = count > 1 ? fopen(names[1], "wb") : 0;
  int suspicious = 0, wrong = 0;
  static float y[1 << 20];
  for (int i = 0; i < CONV_CASES; i++) {
    Case *v = &conv_cases[i];
    int is_suspicious = 0, is_wrong = 0;
    for (int n = 0; n < v->n; n++)
      for (int oh = 0; oh < v->oh; oh++)
        for (int ow = 0; ow < v->ow; ow++)
          for (int o = 0; o < v->o; o++) {
            int at = output_at(v, n, oh, ow, o);
            y[at] = convolve(v, n, oh, ow, o);
            double off = fabs(y[at] - v->output64[at]);
            if (!(off <= v->bound[at])) is_wrong = 1;
            else if (off > v->statistical_bound[at]) is_suspicious = 1;
          }
    if (is_wrong) printf("wrong: %s\n", v->name);
    wrong += is_wrong;
    suspicious += is_suspicious && !is_wrong;
    if (answers) fwrite(y, sizeof *y, (size_t)(v->n * v->oh * v->ow * v->o), answers);
  }
  if (answers) fclose(answers);
  printf("%d cases, %d suspicious, %d wrong\n", CONV_CASES, suspicious, wrong);
  return suspicious + wrong > 0;
}
