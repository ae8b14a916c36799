/** @file The im2col tier of operations on integers. */
import { isDepthwise } from "../../geometry/conv2d.ts";
import type { IntegerData } from "../../tensor/quantizedTensor.ts";
import { type IntegerKernel, integerWeights, type QuantizedKernelSet } from "../contract/quantized.ts";
import { type ComputeIntegers, conv2d } from "../im2col/quantized/conv2d.ts";
import { dense } from "../im2col/quantized/dense.ts";
import { depthwiseConv2d } from "../im2col/quantized/depthwiseConv2d.ts";
import { quantizedNaive } from "./naive.ts";

/** Kernels without a matrix product are the naive tier's, as for floats. */
export const quantizedIm2col: QuantizedKernelSet<IntegerKernel> = {
  ...quantizedNaive,
  conv2d: (g, layer) => prepared((w, b) => (isDepthwise(g) ? depthwiseConv2d : conv2d)(g, layer, w, b)),
  dense: (size, layer) => prepared((w, b) => dense(size, layer, w, b)),
};

function prepared(prepare: (w: IntegerData, b: Int32Array | null) => ComputeIntegers): IntegerKernel {
  return (weights) => {
    const { filter, bias } = integerWeights(weights);
    const compute = prepare(filter, bias);
    return ([x], y) => compute(x as IntegerData, y as IntegerData);
  };
}
