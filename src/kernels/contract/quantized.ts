/** @file What a tier gives for layers of integers. Arrays are row-major; every element of y is written. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../geometry/quantizedLayer.ts";
import type { IntegerData } from "../../tensor/quantizedTensor.ts";

/** Computes y from x. */
export type ComputeIntegers = (x: IntegerData, y: IntegerData) => void;

/** Extents of a dense layer. */
export interface DenseSize {
  readonly N: number;
  readonly I: number;
  readonly O: number;
}

/** Layers, each prepared with its filter and its bias, or null for none. */
export interface QuantizedKernels {
  /** x [N, H, W, C], w [KH, KW, C/G, O], b [O], y [N, OH, OW, O]; G = C is the depthwise convolution. */
  conv2d(g: Conv2dGeometry, layer: QuantizedLayer, w: IntegerData, b: Int32Array | null): ComputeIntegers;
  /** x [N, I], w [I, O], b [O], y [N, O] */
  dense(size: DenseSize, layer: QuantizedLayer, w: IntegerData, b: Int32Array | null): ComputeIntegers;
}
