/** @file What a batch normalisation with given statistics knows of each channel. Source: arXiv 1502.03167. */
import type { Tensor } from "../tensor/tensor.ts";

/** One number per channel each, [C]. */
export interface BatchNormParameters {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** γ; null for 1. */
  readonly scale: Tensor | null;
  /** β; null for 0. */
  readonly bias: Tensor | null;
  /** Added to the variance so that a constant channel does not divide by zero. */
  readonly epsilon: number;
}
