/**
 * @file What every tier of kernels can do.
 *
 * A kernel comes in two steps: first the constants of a layer (geometry, filter, bias, activation), which the tier may
 * pack, copy or compile as it likes; then a function that computes the layer, any number of times. The second step
 * allocates nothing where its operands are contiguous.
 *
 * Operands are checked before they get here. Pictures have the axes [n, h, w, c] and any strides: another layout is a
 * transposed view.
 */
import type { Activation } from "../geometry/activation.ts";
import type { Conv2dGeometry } from "../geometry/conv2d.ts";
import type { Pool2dGeometry } from "../geometry/pool2d.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { BatchNormParameters } from "./naive/batchNormalization.ts";

/** Reads the inputs and writes every element of the output. */
export type Kernel = (inputs: readonly Tensor[], output: Tensor) => void;

export interface Kernels {
  /** filter [kh, kw, c / groups, o], bias [o] */
  conv2d(g: Conv2dGeometry, filter: Tensor, bias: Tensor | null, activation: Activation): Kernel;
  /** filter [kh, kw, c, m], bias [c·m] */
  depthwiseConv2d(g: Conv2dGeometry, filter: Tensor, bias: Tensor | null, activation: Activation): Kernel;
  /** filter [c, o], bias [o] */
  pointwiseConv2d(g: Conv2dGeometry, filter: Tensor, bias: Tensor | null, activation: Activation): Kernel;
  /** input [rows, i], filter [i, o], bias [o] */
  dense(rows: number, filter: Tensor, bias: Tensor | null, activation: Activation): Kernel;
  maxPool2d(g: Pool2dGeometry): Kernel;
  averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): Kernel;
  globalAveragePool2d(g: Pool2dGeometry): Kernel;
  /** Channels along the last axis. */
  batchNormalization(parameters: BatchNormParameters): Kernel;
  activation(activation: Activation): Kernel;
  hardSigmoid(alpha: number, beta: number): Kernel;
  clamp(minValue: number, maxValue: number): Kernel;
  /** Along the last axis. */
  softmax(): Kernel;
  /** Two inputs, broadcast to the shape of the output. */
  add(): Kernel;
  mul(): Kernel;
  /** Elements in front of each axis; the output is contiguous. */
  pad(before: Shape, value: number): Kernel;
  concat(axis: number): Kernel;
}
