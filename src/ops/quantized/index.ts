/** @file The exports of "separable/quantized": operations on quantised tensors, with the names of the float ones. */
export type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
export { ROUNDINGS, type Rounding } from "../../geometry/requantization.ts";
export { type Backend, TIERS, type TierName } from "../../kernels/tiers.ts";
export {
  type Calibration,
  type QuantizationLoss,
  type QuantizedNetwork,
  type QuantizeNetworkOptions,
  quantizeNetwork,
} from "../../quantize/quantizeNetwork.ts";
export {
  type IntegerData,
  type IntegerType,
  type OutputQuantization,
  type Quantization,
  type QuantizedTensor,
  quantizedTensor,
} from "../../tensor/quantizedTensor.ts";
export { add, type QuantizedAddOptions } from "./add.ts";
export { conv2d, depthwiseConv2d, pointwiseConv2d, type QuantizedConv2dOptions } from "./conv.ts";
export { dense } from "./dense.ts";
export type { QuantizedDenseOptions } from "./layer.ts";
export { averagePool2d, maxPool2d, type QuantizedPoolOptions } from "./pool.ts";
export { dequantize, type QuantizeOptions, quantize } from "./quantize.ts";
