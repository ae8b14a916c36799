/** @file Transposed convolution as a convolution of the spread-out input with the flipped filter. */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { filterOf, flippedFilter, inputGradientOf, spreadOut } from "../contract/inputGradient.ts";
import type { TensorKernel } from "../contract/kernels.ts";
import { convolutions } from "./convolutions.ts";

/** @param g of the convolution that it reverses */
export function convTranspose2d(g: Conv2dGeometry, f: Activation): TensorKernel {
  const { geometry, spread } = inputGradientOf(g);
  const kernel = convolutions.conv2d(geometry, f);
  return (weights) => {
    const { bias = null } = weights;
    const convolution = kernel({ filter: flippedFilter(g, filterOf(g, weights)), bias });
    if (spread === null) return convolution;
    const image = Tensor.zeros([spread.N, spread.H, spread.W, spread.C]);
    return ([x], y) => {
      spreadOut(spread, x, image);
      convolution([image], y);
    };
  };
}
