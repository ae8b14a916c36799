/**
 * @file What a tier provides for integer values, as kernels.ts does for real ones. Integer values are row-major arrays;
 * real numbers, where a kernel reads or writes them, are tensors.
 *
 * Input and output have the same scale and zero point unless a kernel states them.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Elementwise } from "../../geometry/elementwise.ts";
import type { Picks } from "../../geometry/picks.ts";
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { QuantizedAddition, QuantizedProduct } from "../../geometry/quantizedArithmetic.ts";
import type { QuantizedLayer } from "../../geometry/quantizedLayer.ts";
import type { OutputRange, QuantizeRule, Requantization, Rounding } from "../../geometry/requantization.ts";
import type { Coordinates, ResampledAxis } from "../../geometry/resample2d.ts";
import type { IntegerData, QuantizedLevels, QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { ComputeNumbers, DenseSize, Integers, LayerWeights } from "./kernels.ts";

/** A kernel in plain TypeScript on integer values. */
export type IntegerKernel = (weights: LayerWeights) => ComputeNumbers;

/** The limits of a result. */
export interface Limits {
  readonly type: QuantizedType;
  readonly min: number;
  readonly max: number;
}

/**
 * A function of the real number that an integer of x represents, as an integer of y; f is null for the number itself.
 */
export interface QuantizedFunction {
  readonly rounding: Rounding;
  readonly f: Elementwise | null;
  readonly x: QuantizedLevels;
  readonly y: QuantizedLevels;
}

/** How an image is resampled. */
export interface QuantizedResampling {
  readonly rounding: Rounding;
  readonly axes: readonly [rows: ResampledAxis, columns: ResampledAxis];
  readonly coordinates: Exclude<Coordinates, "pytorch-half-pixel">;
}

/** Images, pixels of each, and channels. */
export type MeanSize = readonly [N: number, P: number, C: number];

/** A kernel for every operation: K is {@link IntegerKernel} or an emitted one. */
export interface QuantizedKernelSet<K> {
  /** x [N, H, W, C], y [N, OH, OW, O]. Weights: filter [KH, KW, C/G, O] and perhaps bias [O]; G = C is depthwise. */
  conv2d(g: Conv2dGeometry, layer: QuantizedLayer): K;
  /** x [N, I], y [N, O]. Weights: filter [I, O] and perhaps bias [O]. */
  dense(size: DenseSize, layer: QuantizedLayer): K;
  averagePool2d(g: Pool2dGeometry, limits: Limits): K;
  maxPool2d(g: Pool2dGeometry, limits: Limits): K;
  /** x [N, P, C], y [N, C]; one ratio for all channels. */
  mean(size: MeanSize, x: Pick<QuantizedLevels, "type" | "zeroPoint">, requantization: Requantization): K;
  /** Two inputs, broadcast to the shape of the output; subtraction too. */
  add(f: QuantizedAddition, a: Shape, b: Shape, output: Shape): K;
  mul(f: QuantizedProduct, a: Shape, b: Shape, output: Shape): K;
  /** n elements. */
  elementwise(n: number, f: QuantizedFunction): K;
  /** Along the last axis. */
  softmax(shape: Shape, x: Pick<QuantizedLevels, "scale">, y: QuantizedLevels): K;
  interpolate2d(shape: Shape, resampling: QuantizedResampling): K;
  /** From n real numbers. */
  quantize(n: number, rule: QuantizeRule, scale: number, output: OutputRange, offset: number): K;
  /** To n real numbers. */
  dequantize(n: number, x: QuantizedLevels): K;
  /** As for floats, with an integer value x. */
  pick(shape: Shape, picks: Picks): K;
  pad(shape: Shape, before: Shape, output: Shape, value: number): K;
  concat(shapes: readonly Shape[], axis: number): K;
  transpose(shape: Shape, permutation: readonly number[]): K;
}

/** The integers of a layer's weights. */
export function integerWeights({ filter, bias }: LayerWeights): {
  readonly filter: IntegerData;
  readonly bias: Int32Array | null;
} {
  return { filter: (filter as Integers).data, bias: bias ? (bias.data as Int32Array) : null };
}
