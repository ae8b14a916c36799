/**
 * @file Operations that training needs from a tier besides its forward kernels: batch norm with batch statistics, and
 * the gradient of the loss with respect to each operation's input and parameters.
 *
 * As in kernels.ts, constants come first and K is the kernel made from them. "dy" is the gradient of the loss with
 * respect to the value y, of y's shape. Operands are contiguous; channels lie along the last axis.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { BinaryOp, Elementwise } from "../../geometry/elementwise.ts";
import type { Picks } from "../../geometry/picks.ts";
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { Neighbours } from "../../geometry/resample2d.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { KernelSet } from "./kernels.ts";

export interface Gradients<K> {
  /** dy → dx. Weights: the filter, in the operation's own shape. */
  conv2dInput(g: Conv2dGeometry): K;
  /** x, dy → dw [kh, kw, c / groups, o] */
  conv2dFilter(g: Conv2dGeometry): K;
  /** dy → db [c], the sum over all other axes. */
  bias(shape: Shape): K;
  /** x → [2, c]: mean and variance of each channel over the batch. */
  moments(shape: Shape): K;
  /** x, moments, scale, bias → y */
  normalize(shape: Shape, epsilon: number): K;
  /** x, moments, dy → [2, c]: the gradients of scale and bias. */
  normalizeParameters(shape: Shape, epsilon: number): K;
  /** x, moments, scale, the gradients of scale and bias, dy → dx */
  normalizeInput(shape: Shape, epsilon: number): K;
  /** x, dy → dx, where x is the function's input. */
  elementwise(shape: Shape, f: Elementwise): K;
  /** a, b, dy → the gradient of operand i, of dy's shape; a and b are broadcast to it. */
  binary(op: BinaryOp, i: 0 | 1): K;
  /** x, dy → dx */
  maxPool2d(g: Pool2dGeometry): K;
  /** dy → dx */
  averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): K;
  /** y, dy → dx, where y is the output of the softmax along the last axis. */
  softmax(shape: Shape): K;
  /** scores, targets → the loss of each row */
  crossEntropy(): K;
  /** scores, targets → the gradient of the mean loss with respect to the scores */
  crossEntropyInput(): K;
  /** dy → da, summed over the axes along which a of `shape` was broadcast to `output`. */
  broadcast(shape: Shape, output: Shape): K;
  /** dy → dx: y[i, j, …] = x[picks[0][i], picks[1][j], …]. */
  pick(picks: Picks): K;
  /** dy → dx: y is interpolated between the pixels of x. */
  interpolate2d(rows: Neighbours, columns: Neighbours): K;
  /** dy → dx: y is the mean or sum of x along `axes`. */
  reduce(f: "reduceMean" | "reduceSum", axes: readonly number[]): K;
  /** dy → dx of `shape`, the part of dy that starts at `begin`. */
  slice(begin: Shape, shape: Shape): K;
}

/** A tier that can train. */
export interface TrainingKernels<K> {
  readonly forward: KernelSet<K>;
  readonly gradients: Gradients<K>;
}
