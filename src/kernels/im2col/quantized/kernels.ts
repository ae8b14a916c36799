/** @file The layers of integers in plain TypeScript, as kernels. */
import { isDepthwise } from "../../../geometry/conv2d.ts";
import type { QuantizedKernels } from "../../contract/quantized.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwiseConv2d.ts";

export const quantizedKernels: QuantizedKernels = {
  conv2d: (g, layer, w, b) => (isDepthwise(g) ? depthwiseConv2d : conv2d)(g, layer, w, b),
  dense,
};
