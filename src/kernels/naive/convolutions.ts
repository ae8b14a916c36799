/** @file The formulas with filters, as kernels. */
import { winogradOf } from "../../geometry/winograd.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Compute, type FilterKernels, filterAndBias, type TensorKernel } from "../contract/kernels.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwiseConv2d.ts";
import { pointwiseConv2d } from "./pointwiseConv2d.ts";
import { winograd } from "./winograd.ts";

/**
 * The same filter, but with the weights of each output next to each other in memory, in the order in which a sum reads
 * them. The formulas take any strides; this order makes them four times faster for 512 outputs.
 */
function outputsApart(w: Tensor): Tensor {
  const last = w.shape.length - 1;
  const outputFirst = w.shape.map((_, axis) => (axis === 0 ? last : axis - 1));
  const outputLast = w.shape.map((_, axis) => (axis === last ? 0 : axis + 1));
  return w.transpose(outputFirst).copy().transpose(outputLast);
}

/** A kernel for filter and bias. */
function filtering(make: (filter: Tensor, bias: Tensor | null) => Compute): TensorKernel {
  return (weights) => make(...filterAndBias(weights));
}

export const convolutions: FilterKernels<TensorKernel> = {
  conv2d: (g, f, algorithm = "direct") =>
    filtering((w, b) => {
      if (algorithm !== "direct") {
        const compute = winograd(g, winogradOf(algorithm), w, b, f);
        return ([x], y) => compute(x, y);
      }
      const filter = outputsApart(w);
      return ([x], y) => conv2d(g, x, filter, b, f, y);
    }),
  depthwiseConv2d: (g, f) =>
    filtering(
      (w, b) =>
        ([x], y) =>
          depthwiseConv2d(g, x, w, b, f, y),
    ),
  pointwiseConv2d: (g, f) =>
    filtering((w, b) => {
      const filter = outputsApart(w);
      return ([x], y) => pointwiseConv2d(g, x, filter, b, f, y);
    }),
  dense: (_size, f) =>
    filtering((w, b) => {
      const filter = outputsApart(w);
      return ([x], y) => dense(x, filter, b, f, y);
    }),
};
