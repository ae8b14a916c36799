/** @file The formulas of integers, as kernels. */
import type { QuantizedKernels } from "../../contract/quantized.ts";
import { quantizedConv2d } from "./convolution.ts";
import { quantizedDense } from "./dense.ts";

export const quantizedKernels: QuantizedKernels = {
  conv2d: (g, layer, w, b) => (x, y) => quantizedConv2d(g, layer, x, w, b, y),
  dense: (size, layer, w, b) => (x, y) => quantizedDense(size, layer, x, w, b, y),
};
