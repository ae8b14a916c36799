// A depthwise convolution as a compute shader: your kernel goes here. One thread for each output.
// y[oh, ow, c] = b[c] + sum of x[oh * stride + kh - top, ow * stride + kw - left, c] * w[kh, kw, c]

struct Layer {
  h: i32, w: i32, c: i32, oh: i32, ow: i32, kh: i32, kw: i32,
  stride_h: i32, stride_w: i32, top: i32, left: i32,
}
@group(0) @binding(0) var<uniform> l: Layer;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = i32(id.x);
  if (at >= l.oh * l.ow * l.c) { return; }
  let c = at % l.c;
  let ow = at / l.c % l.ow;
  let oh = at / l.c / l.ow;
  var sum = b[c];
  for (var kh = 0; kh < l.kh; kh++) {
    let ih = oh * l.stride_h + kh - l.top;
    if (ih < 0 || ih >= l.h) { continue; }
    for (var kw = 0; kw < l.kw; kw++) {
      let iw = ow * l.stride_w + kw - l.left;
      if (iw < 0 || iw >= l.w) { continue; }
      sum += x[(ih * l.w + iw) * l.c + c] * w[(kh * l.kw + kw) * l.c + c];
    }
  }
  y[at] = sum;
}
