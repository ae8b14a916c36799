/** @file Matrix products in plain TypeScript, as kernels. */
import { winogradOf } from "../../geometry/winograd.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type FilterKernels, filterAndBias, specialized, type TensorKernel } from "../contract/kernels.ts";
import { contiguous, type OnContiguous } from "./contiguous.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwiseConv2d.ts";
import { pointwiseConv2d } from "./pointwiseConv2d.ts";
import { winograd } from "./winograd.ts";

/** A kernel for a filter of that shape and a bias. */
function filtering(shape: Shape, make: (filter: Tensor, bias: Tensor | null) => OnContiguous): TensorKernel {
  return (weights) => contiguous(make(...filterAndBias(weights, shape)));
}

export const convolutions: FilterKernels<TensorKernel> = {
  ...specialized<TensorKernel>({
    conv2d: (g, f, algorithm = "direct") =>
      filtering([g.KH, g.KW, g.C / g.G, g.O], (w, b) =>
        algorithm === "direct" ? conv2d(g, w, b, f) : winograd(g, winogradOf(algorithm), w, b, f),
      ),
    depthwiseConv2d: (g, f) => filtering([g.KH, g.KW, g.C, g.O / g.C], (w, b) => depthwiseConv2d(g, w, b, f)),
    pointwiseConv2d: (g, f) => filtering([g.C, g.O], (w, b) => pointwiseConv2d(g, w, b, f)),
  }),
  dense: ({ N, I, O }, f) => filtering([I, O], (w, b) => dense(N, w, b, f)),
};
