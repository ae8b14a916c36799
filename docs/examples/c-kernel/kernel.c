/* A depthwise convolution in C, as somebody would write it for a small processor: your kernel goes here.
 * y[oh, ow, c] = b[c] + sum of x[oh * stride + kh - top, ow * stride + kw - left, c] * w[kh, kw, c] */
#include "kernel.h"

#ifdef BUG /* right for square kernels only */
#define TAPS_OF_A_ROW(l) (l)->kh
#else
#define TAPS_OF_A_ROW(l) (l)->kw
#endif

void depthwise(const struct layer *l, const float *x, const float *w, const float *b, float *y) {
  for (int oh = 0; oh < l->oh; oh++)
    for (int ow = 0; ow < l->ow; ow++)
      for (int c = 0; c < l->c; c++) {
        float sum = b[c];
        for (int kh = 0; kh < l->kh; kh++) {
          int ih = oh * l->stride_h + kh - l->top;
          if (ih < 0 || ih >= l->h) continue;
          for (int kw = 0; kw < TAPS_OF_A_ROW(l); kw++) {
            int iw = ow * l->stride_w + kw - l->left;
            if (iw < 0 || iw >= l->w) continue;
            sum += x[(ih * l->w + iw) * l->c + c] * w[(kh * l->kw + kw) * l->c + c];
          }
        }
        *y++ = sum;
      }
}
