/** @file The im2col tier: convolutions as matrix products in plain TypeScript, as a set of kernels. */
import { copyInto } from "../tensor/lines.ts";
import { Tensor } from "../tensor/tensor.ts";
import { conv2d } from "./im2col/conv2d.ts";
import { dense } from "./im2col/dense.ts";
import { depthwiseConv2d } from "./im2col/depthwiseConv2d.ts";
import { pointwiseConv2d } from "./im2col/pointwiseConv2d.ts";
import { averagePool2d, maxPool2d } from "./im2col/pool2d.ts";
import { type Kernel, type Kernels, specialized } from "./kernels.ts";

/** Lets a kernel for contiguous operands work on any view, by copying where it must. */
function contiguous(kernel: (x: Tensor, y: Tensor) => void): Kernel {
  return ([x], y) => {
    const target = y.isContiguous ? y : Tensor.zeros(y.shape);
    kernel(x.contiguous(), target);
    if (target !== y) copyInto(target, y);
  };
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
  ...specialized<Kernel>({
    conv2d: (g, w, b, f) => contiguous(conv2d(g, w, b, f)),
    depthwiseConv2d: (g, w, b, f) => contiguous(depthwiseConv2d(g, w, b, f)),
    pointwiseConv2d: (g, w, b, f) => contiguous(pointwiseConv2d(g, w, b, f)),
  }),
  dense: (rows, w, b, f) => contiguous(dense(rows, w, b, f)),
  maxPool2d: (g) => contiguous(maxPool2d(g)),
  averagePool2d: (g, countIncludePad) => contiguous(averagePool2d(g, countIncludePad)),
  globalAveragePool2d: (g) => contiguous(averagePool2d(g, false)),
};
