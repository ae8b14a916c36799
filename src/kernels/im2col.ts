/** @file The im2col tier: the operations that a matrix product, or a loop order that suits the machine, speeds up. */
import { type FilterKernels, type Kernels, type TensorKernel, weightless } from "./contract/kernels.ts";
import { contiguous } from "./im2col/contiguous.ts";
import { convolutions } from "./im2col/convolutions.ts";
import { convTranspose2d } from "./im2col/convTranspose2d.ts";
import { matmul } from "./im2col/matmul.ts";
import { averagePool2d, maxPool2d } from "./im2col/pool2d.ts";
import { eachMatrix } from "./naive/matmul.ts";

type Others = Pick<Kernels, "convTranspose2d" | "matmul" | "maxPool2d" | "averagePool2d" | "globalAveragePool2d">;

export const im2col: FilterKernels<TensorKernel> & Others = {
  ...convolutions,
  convTranspose2d,
  matmul: () => weightless(([a, b], y) => eachMatrix(a, b, y, matmul)),
  maxPool2d: (g) => weightless(contiguous(maxPool2d(g))),
  averagePool2d: (g, countIncludePad) => weightless(contiguous(averagePool2d(g, countIncludePad))),
  globalAveragePool2d: (g) => weightless(contiguous(averagePool2d(g, false))),
};
