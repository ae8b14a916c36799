/** @file The im2col tier: the operations that a matrix product, or a loop order that suits the machine, speeds up. */
import { type FilterKernels, type Kernels, type TensorKernel, weightless } from "./contract/kernels.ts";
import { contiguous } from "./im2col/contiguous.ts";
import { convolutions } from "./im2col/convolutions.ts";
import { averagePool2d, maxPool2d } from "./im2col/pool2d.ts";

type Pools = Pick<Kernels, "maxPool2d" | "averagePool2d" | "globalAveragePool2d">;

export const im2col: FilterKernels<TensorKernel> & Pools = {
  ...convolutions,
  maxPool2d: (g) => weightless(contiguous(maxPool2d(g))),
  averagePool2d: (g, countIncludePad) => weightless(contiguous(averagePool2d(g, countIncludePad))),
  globalAveragePool2d: (g) => weightless(contiguous(averagePool2d(g, false))),
};
