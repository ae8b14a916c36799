/* Recomputes a convolution from a header that `separable vectors --format c` wrote, and judges it by both bounds:
 *
 *   cc -std=c99 -Wall -Wextra -Werror -I FOLDER_OF_THE_HEADER check_vectors.c -lm && ./a.out
 *
 * The header is vectors.h, its prefix the default, conv, its layouts nhwc and hwio. Plain loops over float, nothing of
 * separable. */
#include <math.h>
#include <stdio.h>
#include "vectors.h"

#define CG (CONV_C / CONV_GROUPS) /* input channels of a group */
#define OG (CONV_O / CONV_GROUPS)

/* A filter lies as kh, kw, c / groups, o; a depthwise one as kh, kw, c, multiplier, which is the same list of numbers. */
static float filter_at(int kh, int kw, int ic, int o) {
  return conv_filter[((kh * CONV_KW + kw) * CG + ic) * CONV_O + o];
}

static float activate(float s) {
  switch (CONV_ACTIVATION) {
    case 1: return s < 0 ? 0 : s;
    case 2: return s < 0 ? 0 : s > 6 ? 6 : s;
    case 3: return s <= -3 ? 0 : s >= 3 ? s : s * (s + 3) / 6;
    case 4: return s <= -3 ? 0 : s >= 3 ? 1 : (s + 3) / 6;
    case 5: return 1 / (1 + expf(-s));
    default: return s;
  }
}

/* 0 within, 1 suspicious, 2 wrong. */
static int judge(int at, float y) {
  double off = fabs(y - conv_output64[at]);
  return off <= conv_statistical_bound[at] ? 0 : off <= conv_bound[at] ? 1 : 2;
}

int main(void) {
  int found[3] = {0, 0, 0}, row = 0, at = 0;
  for (int n = 0; n < CONV_N; n++)
    for (int oh = 0; oh < CONV_OH; oh++)
      for (int ow = 0; ow < CONV_OW; ow++, row++)
        for (int o = 0; o < CONV_O; o++, at++) {
          int c0 = o / OG * CG;
          float sum = 0, by_rows = 0; /* from the image, and from the row of the patch matrix */
#if CONV_HAS_BIAS
          sum = by_rows = conv_bias[o];
#endif
          for (int kh = 0; kh < CONV_KH; kh++)
            for (int kw = 0; kw < CONV_KW; kw++)
              for (int ic = 0; ic < CG; ic++) {
                int ih = oh * CONV_STRIDE_H + kh * CONV_DILATION_H - CONV_PAD_TOP;
                int iw = ow * CONV_STRIDE_W + kw * CONV_DILATION_W - CONV_PAD_LEFT;
                float w = filter_at(kh, kw, ic, o);
                by_rows += conv_im2col[(row * CONV_KH * CONV_KW + kh * CONV_KW + kw) * CONV_C + c0 + ic] * w;
                if (ih < 0 || ih >= CONV_H || iw < 0 || iw >= CONV_W) continue;
                sum += conv_input[((n * CONV_H + ih) * CONV_W + iw) * CONV_C + c0 + ic] * w;
              }
          int verdict = judge(at, activate(sum)), verdict_rows = judge(at, activate(by_rows));
          if (verdict_rows > verdict) verdict = verdict_rows;
          if (conv_output[at] != (float)conv_output64[at]) verdict = 2;
          found[verdict]++;
          if (verdict)
            printf("output %d: %.9g and %.9g, needs %.9g +- %.2g, in all likelihood %.2g\n", at, activate(sum),
                   activate(by_rows), conv_output64[at], conv_bound[at], conv_statistical_bound[at]);
        }
  printf("%d outputs, %d suspicious, %d wrong\n", at, found[1], found[2]);
  return found[1] + found[2] > 0;
}
