/**
 * The order in which the SIMD tier sums, acted out in plain lines: every product and every sum rounded to float32 by
 * itself. The tier must give these bits, on every engine and for every number of threads.
 */

import type { Conv2dGeometry } from "../../src/geometry/conv2d.ts";
import type { Pool2dGeometry } from "../../src/geometry/pool2d.ts";
import type { Activation } from "../../src/index.ts";

const f = Math.fround;

export function convolution(
  g: Conv2dGeometry,
  x: Float32Array,
  w: Float32Array, // [KH, KW, C / G, O]
  b: Float32Array | null,
  activation: Activation,
): Float32Array {
  const { N, H, W, C, O, G, KH, KW, OH, OW } = g;
  const y = new Float32Array(N * OH * OW * O);
  for (let i = 0; i < y.length; i++) {
    const [o, ow, oh, n] = [
      i % O,
      Math.floor(i / O) % OW,
      Math.floor(i / (O * OW)) % OH,
      Math.floor(i / (O * OW * OH)),
    ];
    const c0 = Math.floor(o / (O / G)) * (C / G);
    let sum = 0;
    for (let kh = 0; kh < KH; kh++) {
      for (let kw = 0; kw < KW; kw++) {
        const ih = oh * g.strideH + kh * g.dilationH - g.padTop;
        const iw = ow * g.strideW + kw * g.dilationW - g.padLeft;
        if (ih < 0 || ih >= H || iw < 0 || iw >= W) continue;
        for (let c = 0; c < C / G; c++) {
          sum = f(sum + f(x[((n * H + ih) * W + iw) * C + c0 + c] * w[((kh * KW + kw) * (C / G) + c) * O + o]));
        }
      }
    }
    y[i] = fused(activation, f(sum + (b === null ? 0 : b[o])));
  }
  return y;
}

/** Activations as a kernel applies them to its sums. */
function fused(activation: Activation, v: number): number {
  switch (activation) {
    case "none":
      return v;
    case "relu":
      return Math.max(v, 0);
    case "relu6":
      return Math.min(Math.max(v, 0), 6);
    case "hardSigmoid":
      return f(Math.min(Math.max(f(v + 3), 0), 6) / 6);
    case "hardSwish":
      return v <= -3 ? 0 : v >= 3 ? v : f(f(v * f(v + 3)) / 6);
    case "sigmoid":
      return sigmoid(v);
  }
}

/** In float64, rounded once. */
export function sigmoid(v: number): number {
  return f(1 / (1 + exp(-v)));
}

/** e^x from sums and products of float64 alone; see src/kernels/simd/exp.ts. */
export function exp(x: number): number {
  const limited = Math.min(Math.max(x, -700), 700);
  const k = limited * Math.LOG2E + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;
  const r = limited - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let sum = 0;
  for (let n = 13; n >= 0; n--) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    sum = sum * r + 1 / factorial;
  }
  return sum * 2 ** k;
}

/** Along lines of n numbers: even and odd places are summed apart. */
export function softmax(x: Float32Array, n: number): Float32Array {
  const y = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += n) {
    const line = x.subarray(start, start + n);
    const powers = Array.from(line, (v) => exp(v - Math.max(...line)));
    const sums = [0, 0];
    powers.forEach((power, i) => {
      sums[i % 2] += power;
    });
    powers.forEach((power, i) => {
      y[start + i] = power / (sums[0] + sums[1]);
    });
  }
  return y;
}

/** Means of windows: float64, taps in order, rounded once. */
export function averagePool(g: Pool2dGeometry, x: Float32Array): Float32Array {
  const { N, H, W, C, KH, KW, OH, OW } = g;
  const y = new Float32Array(N * OH * OW * C);
  for (let i = 0; i < y.length; i++) {
    const [c, ow, oh, n] = [
      i % C,
      Math.floor(i / C) % OW,
      Math.floor(i / (C * OW)) % OH,
      Math.floor(i / (C * OW * OH)),
    ];
    let [sum, count] = [0, 0];
    for (let kh = 0; kh < KH; kh++) {
      for (let kw = 0; kw < KW; kw++) {
        const ih = oh * g.strideH + kh * g.dilationH - g.padTop;
        const iw = ow * g.strideW + kw * g.dilationW - g.padLeft;
        if (ih < 0 || ih >= H || iw < 0 || iw >= W) continue;
        sum += x[((n * H + ih) * W + iw) * C + c];
        count++;
      }
    }
    y[i] = sum / count;
  }
  return y;
}
