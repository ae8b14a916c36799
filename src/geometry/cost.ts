/**
 * @file Costs of a convolution: multiply-accumulates, parameters, bytes.
 *
 * The counting rule reproduces the MobileNet papers: convolutions and dense layers count, positions over padding
 * included; bias, batch norm, activation, pooling and addition do not.
 */
import { checkGeometry } from "./checkGeometry.ts";
import { type Conv2dGeometry, conv2dMacs, conv2dWeights } from "./conv2d.ts";

export const BYTES_PER_FLOAT = 4;

/** The cost of one convolution, for one image. */
export interface Cost {
  /** Multiply-accumulates. FLOPs are 2 × MACs. */
  readonly macs: number;
  /** Weights and biases. */
  readonly parameters: number;
  /** Memory of the weights and biases. */
  readonly weightBytes: number;
  /** Memory of the input. */
  readonly inputBytes: number;
  /** Memory of the output. */
  readonly outputBytes: number;
}

/**
 * Multiply-accumulates, parameters and bytes of one convolution, for one image.
 *
 * @param bias whether it has a bias, default false
 * @throws ShapeError unless the geometry comes from `conv2dGeometry`
 *
 * @example
 * const g = conv2dGeometry([1, 14, 14, 512], [3, 3, 512, 512], { padding: "same" });
 * conv2dCost(g).macs; // 462422016
 */
export function conv2dCost(geometry: Conv2dGeometry, bias = false): Cost {
  const { N, H, W, C, OH, OW, O } = checkGeometry("conv2dCost", geometry);
  const parameters = conv2dWeights(geometry) + (bias ? O : 0);
  return {
    macs: conv2dMacs(geometry),
    parameters,
    weightBytes: parameters * BYTES_PER_FLOAT,
    inputBytes: N * H * W * C * BYTES_PER_FLOAT,
    outputBytes: N * OH * OW * O * BYTES_PER_FLOAT,
  };
}
