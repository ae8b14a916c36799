/** @file The im2col tier: convolutions as matrix products in plain TypeScript, as a set of kernels. */
import { copyInto } from "../tensor/lines.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import {
  type Compute,
  filterAndBias,
  type Kernels,
  specialized,
  type TensorKernel,
  weightless,
} from "./contract/kernels.ts";
import { conv2d } from "./im2col/conv2d.ts";
import { dense } from "./im2col/dense.ts";
import { depthwiseConv2d } from "./im2col/depthwiseConv2d.ts";
import { pointwiseConv2d } from "./im2col/pointwiseConv2d.ts";
import { averagePool2d, maxPool2d } from "./im2col/pool2d.ts";

/** Lets a kernel for contiguous operands work on any view, by copying where it must. */
function contiguous(kernel: (x: Tensor, y: Tensor) => void): Compute {
  return ([x], y) => {
    const target = y.isContiguous ? y : Tensor.zeros(y.shape);
    kernel(x.contiguous(), target);
    if (target !== y) copyInto(target, y);
  };
}

type OnContiguous = (x: Tensor, y: Tensor) => void;

/** A kernel for a filter of that shape and a bias. */
function filtering(shape: Shape, make: (filter: Tensor, bias: Tensor | null) => OnContiguous): TensorKernel {
  return (weights) => contiguous(make(...filterAndBias(weights, shape)));
}

/** What a matrix product, or an order of loops that suits the machine, makes faster. */
type Accelerated =
  | "conv2d"
  | "depthwiseConv2d"
  | "pointwiseConv2d"
  | "dense"
  | "maxPool2d"
  | "averagePool2d"
  | "globalAveragePool2d";

export const im2col: Pick<Kernels, Accelerated> = {
  ...specialized<TensorKernel>({
    conv2d: (g, f) => filtering([g.KH, g.KW, g.C / g.G, g.O], (w, b) => conv2d(g, w, b, f)),
    depthwiseConv2d: (g, f) => filtering([g.KH, g.KW, g.C, g.O / g.C], (w, b) => depthwiseConv2d(g, w, b, f)),
    pointwiseConv2d: (g, f) => filtering([g.C, g.O], (w, b) => pointwiseConv2d(g, w, b, f)),
  }),
  dense: ({ N, I, O }, f) => filtering([I, O], (w, b) => dense(N, w, b, f)),
  maxPool2d: (g) => weightless(contiguous(maxPool2d(g))),
  averagePool2d: (g, countIncludePad) => weightless(contiguous(averagePool2d(g, countIncludePad))),
  globalAveragePool2d: (g) => weightless(contiguous(averagePool2d(g, false))),
};
