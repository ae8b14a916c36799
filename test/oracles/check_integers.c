/* Recomputes a suite of integers that `separable vectors --random-suite N --type int8 --format c` wrote, in any layout and by
 * any of the three rules, and compares every sum and every output:
 *
 *   cc -std=c99 -Wall -Wextra -Werror -I FOLDER_OF_THE_SUITE check_integers.c -lm && ./a.out [ANSWERS]
 *
 * With a name all outputs are written there as bytes, for `separable judge FOLDER_OF_THE_SUITE ANSWERS`. With -DFAULT=1 what
 * is padded is 0 and not the zero point, with 2 every channel has the scale of the first, with 3 halves go away from zero, with
 * 4 outputs wrap instead of saturating. Nothing of separable is in it. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include "suite.h"

#ifndef FAULT
#define FAULT 0
#endif

typedef const struct conv_case Case;

static int input_at(Case *v, int n, int h, int w, int c) {
  return v->layout == 0 ? ((n * v->h + h) * v->w + w) * v->c + c : ((n * v->c + c) * v->h + h) * v->w + w;
}

static int output_at(Case *v, int n, int oh, int ow, int o) {
  return v->layout == 0 ? ((n * v->oh + oh) * v->ow + ow) * v->o + o : ((n * v->o + o) * v->oh + oh) * v->ow + ow;
}

static int filter_at(Case *v, int kh, int kw, int ic, int o) {
  int cg = v->c / v->groups;
  switch (v->filter_layout) {
    case 1: return ((o * cg + ic) * v->kh + kh) * v->kw + kw;
    case 2: return ((o * v->kh + kh) * v->kw + kw) * cg + ic;
    case 3: return ((ic * v->kh + kh) * v->kw + kw) * v->o + o;
    default: return ((kh * v->kw + kw) * cg + ic) * v->o + o;
  }
}

static int32_t sum_of(Case *v, int n, int oh, int ow, int o) {
  int cg = v->c / v->groups, c0 = o / (v->o / v->groups) * cg;
  int32_t sum = v->bias ? v->bias[o] : 0;
  for (int kh = 0; kh < v->kh; kh++)
    for (int kw = 0; kw < v->kw; kw++)
      for (int ic = 0; ic < cg; ic++) {
        int ih = oh * v->stride_h + kh * v->dilation_h - v->pad_top;
        int iw = ow * v->stride_w + kw * v->dilation_w - v->pad_left;
        int is_padding = ih < 0 || ih >= v->h || iw < 0 || iw >= v->w;
        int x = is_padding ? (FAULT == 1 ? 0 : v->input_zero_point) : v->input[input_at(v, n, ih, iw, c0 + ic)];
        sum += (x - v->input_zero_point) * (v->filter[filter_at(v, kh, kw, ic, o)] - v->filter_zero_point[o]);
      }
  return sum;
}

/* The upper half of twice the product, rounded; then a division by a power of two, half away from zero. */
static int64_t twice(int64_t sum, int64_t multiplier, int shift) {
  int64_t product = sum * ((int64_t)1 << (shift > 0 ? shift : 0)) * multiplier;
  int64_t high = (product + (product >= 0 ? 1LL << 30 : 1 - (1LL << 30))) / (1LL << 31);
  double scaled = (double)high / (double)(1LL << (shift < 0 ? -shift : 0));
  return (int64_t)round(scaled);
}

/* One rounding, half up. */
static int64_t once(int64_t sum, int64_t multiplier, int shift) {
  return (int64_t)floor((double)(sum * multiplier) / (double)(1LL << (31 - shift)) + 0.5);
}

static int requantised(Case *v, int32_t sum, int o) {
  int c = FAULT == 2 ? 0 : o;
  int64_t y;
  if (v->rounding == 1) y = twice(sum, v->multiplier[c], v->shift[c]);
  else if (v->rounding == 2) y = once(sum, v->multiplier[c], v->shift[c]);
  else {
    volatile float product = (float)sum * v->scale[c];
    y = FAULT == 3 ? (int64_t)roundf(product) : (int64_t)nearbyintf(product);
  }
  y += v->output_zero_point;
  if (FAULT == 4) return v->output_type == 0 ? (int8_t)y : (uint8_t)y;
  return (int)(y < v->output_min ? v->output_min : y > v->output_max ? v->output_max : y);
}

int main(int count, char **names) {
  FILE *answers = count > 1 ? fopen(names[1], "wb") : 0;
  int wrong_sums = 0, wrong_outputs = 0;
  static int8_t y[1 << 20];
  for (int i = 0; i < CONV_CASES; i++) {
    Case *v = &conv_cases[i];
    int sums = 0, outputs = 0;
    for (int n = 0; n < v->n; n++)
      for (int oh = 0; oh < v->oh; oh++)
        for (int ow = 0; ow < v->ow; ow++)
          for (int o = 0; o < v->o; o++) {
            int at = output_at(v, n, oh, ow, o);
            int32_t sum = sum_of(v, n, oh, ow, o);
            int result = requantised(v, sum, o);
            sums += sum != v->accumulators[at];
            outputs += result != v->output[at];
            y[at] = (int8_t)result;
          }
    wrong_sums += sums > 0;
    wrong_outputs += outputs > 0;
    if (answers) fwrite(y, 1, (size_t)(v->n * v->oh * v->ow * v->o), answers);
  }
  if (answers) fclose(answers);
  printf("%d cases, %d with wrong sums, %d with wrong outputs\n", CONV_CASES, wrong_sums, wrong_outputs);
  return wrong_outputs > 0;
}
