struct layer {
  int h, w, c, oh, ow, kh, kw, stride_h, stride_w, top, left;
};

void depthwise(const struct layer *l, const float *x, const float *w, const float *b, float *y);
