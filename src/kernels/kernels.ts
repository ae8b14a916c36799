/**
 * @file What every tier of kernels can do.
 *
 * A kernel comes in two steps: first the constants of a layer (geometry, filter, bias, activation), which the tier may
 * pack, copy or compile as it likes; then a function that computes the layer, any number of times. The second step
 * allocates nothing where its operands are contiguous.
 *
 * Operands are checked before they get here. Images have the axes [n, h, w, c] and any strides: another layout is a
 * transposed view.
 */
import type { Activation } from "../geometry/activation.ts";
import type { BatchNormParameters } from "../geometry/batchNormalization.ts";
import { type Conv2dGeometry, isDepthwise } from "../geometry/conv2d.ts";
import type { Pool2dGeometry } from "../geometry/pool2d.ts";
import { isPixelByPixel } from "../geometry/window.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Reads the inputs and writes every element of the output. */
export type Kernel = (inputs: readonly Tensor[], output: Tensor) => void;

/** What a layer's constants become, for every operation: K is what the second step is made of. */
export interface KernelSet<K> {
  /** filter [kh, kw, c / groups, o], bias [o] */
  conv2d(g: Conv2dGeometry, filter: Tensor, bias: Tensor | null, activation: Activation): K;
  /** filter [kh, kw, c, m], bias [c·m] */
  depthwiseConv2d(g: Conv2dGeometry, filter: Tensor, bias: Tensor | null, activation: Activation): K;
  /** filter [c, o], bias [o] */
  pointwiseConv2d(g: Conv2dGeometry, filter: Tensor, bias: Tensor | null, activation: Activation): K;
  /** input [rows, i], filter [i, o], bias [o] */
  dense(rows: number, filter: Tensor, bias: Tensor | null, activation: Activation): K;
  maxPool2d(g: Pool2dGeometry): K;
  averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): K;
  globalAveragePool2d(g: Pool2dGeometry): K;
  /** Input and output of one shape, here and below; channels along the last axis. */
  batchNormalization(shape: Shape, parameters: BatchNormParameters): K;
  activation(shape: Shape, activation: Activation): K;
  hardSigmoid(shape: Shape, alpha: number, beta: number): K;
  clamp(shape: Shape, minValue: number, maxValue: number): K;
  /** Along the last axis. */
  softmax(shape: Shape): K;
  /** Two inputs, broadcast to the shape of the output. */
  add(a: Shape, b: Shape, output: Shape): K;
  mul(a: Shape, b: Shape, output: Shape): K;
  /** Elements before each axis; the output is contiguous. */
  pad(before: Shape, value: number): K;
  concat(axis: number): K;
  /** Axis i of the output is axis permutation[i] of the input. */
  transpose(permutation: readonly number[]): K;
}

export type Kernels = KernelSet<Kernel>;

/** Of two names for one convolution, the one whose kernel is faster. */
export function specialized<K>(kernels: Convolutions<K>): Convolutions<K> {
  return {
    conv2d: (g, w, b, f) => {
      if (!isDepthwise(g)) return kernels.conv2d(g, w, b, f);
      return kernels.depthwiseConv2d(g, w.reshape([g.KH, g.KW, g.C, g.O / g.C]), b, f); // [kh, kw, 1, c·m] is [kh, kw, c, m]
    },
    depthwiseConv2d: kernels.depthwiseConv2d,
    pointwiseConv2d: (g, w, b, f) => {
      if (isPixelByPixel(g)) return kernels.pointwiseConv2d(g, w, b, f);
      return kernels.conv2d(g, w.reshape([1, 1, g.C, g.O]), b, f); // with padding or a stride it is no matrix product as it lies
    },
  };
}

type Convolutions<K> = Pick<KernelSet<K>, "conv2d" | "depthwiseConv2d" | "pointwiseConv2d">;
