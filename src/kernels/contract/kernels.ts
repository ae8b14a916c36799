/**
 * @file What a tier provides: a kernel for every operation.
 *
 * A kernel is applied in three steps, each of which can be repeated without the one before it: to geometry and
 * parameters; to weights, which the tier may pack as it likes; to operands. The last step allocates nothing if its
 * operands are contiguous.
 *
 * Operands are checked before they get here. Images have the axes [n, h, w, c] and any strides: another layout is a
 * transposed view.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { BatchNormParameters } from "../../geometry/batchNormalization.ts";
import { type Conv2dGeometry, isDepthwise } from "../../geometry/conv2d.ts";
import type { BinaryOp, Elementwise } from "../../geometry/elementwise.ts";
import type { Picks } from "../../geometry/picks.ts";
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { Reduction } from "../../geometry/reduction.ts";
import type { Neighbours } from "../../geometry/resample2d.ts";
import { isPixelByPixel } from "../../geometry/window.ts";
import type { ConvAlgorithm } from "../../geometry/winograd.ts";
import type { Numbers } from "../../tensor/numbers.ts";
import type { IntegerData } from "../../tensor/quantizedTensor.ts";
import { type Shape, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Func } from "../../wasm/expression.ts";

/**
 * The weights of one operation by role; {@link KernelSet} states which. Any tensor may be a view. Operations on
 * integers have weights of integers (quantized.ts).
 */
export type LayerWeights = Readonly<Partial<Record<Role, Tensor | Integers | null>>>;

/** A weight of integers, row-major. */
export interface Integers {
  readonly data: IntegerData;
}
export type Role = "filter" | "bias" | "mean" | "variance" | "scale" | "slope";

/** Reads the inputs and writes every element of the output. */
export type Compute = (inputs: readonly Tensor[], output: Tensor) => void;

/** Does the same for operands that may be integers. */
export type ComputeNumbers = (inputs: readonly Numbers[], output: Numbers) => void;

/**
 * A kernel in plain TypeScript, on tensors. If it packs no weights, it reads them in place whenever it computes.
 */
export type TensorKernel = (weights: LayerWeights) => Compute;

/**
 * What a parameter of a launch's function points at: an input by number, the output, packed weights, or scratch memory.
 */
export type Operand = number | "output" | "packed" | "scratch";

/**
 * A function and the range that it works on. It takes an address for every operand, then `from` and `to`, and processes
 * the units from `from` up to `to`. Any division of the range yields the same bits. Launches run in sequence: each
 * begins when all units of the previous one are done.
 */
export interface Launch {
  readonly func: Func;
  readonly operands: readonly Operand[];
  /** Units of parallel work. */
  readonly units: number;
  /** Units that make one row of the output image, if they follow its rows. */
  readonly unitsPerRow?: number;
  /**
   * Whether a row of the output needs only the same row of the first input, so threads can continue without a barrier.
   */
  readonly readsOwnRow?: boolean;
}

/** Where weights are packed: an address, which is a multiple of 16, and scratch memory for the packing. */
export interface Region {
  readonly memory: WebAssembly.Memory;
  readonly at: number;
  readonly scratch: number;
}

/** Weights, and whatever else a kernel reads besides its inputs, laid out for its functions. */
export interface Packed {
  readonly bytes: number;
  write(weights: LayerWeights, to: Region): void;
}

/** A kernel as emitted code. */
export interface EmittedKernel {
  readonly kind: "emitted";
  readonly launches: readonly Launch[];
  /** Default: none. */
  readonly packed?: Packed;
  /** Bytes of memory that the launches, and the packing of weights, may write to and read from. Default 0. */
  readonly scratchBytes?: number;
  /** Launches for several images at once, on the same packed weights; absent where that is no faster. */
  readonly batch?: (images: number) => readonly Launch[];
}

/** A kernel without weights on tensors in the same memory: for operations that only copy, or do little work. */
export interface HostKernel {
  readonly kind: "host";
  readonly compute: Compute | ComputeNumbers;
}

/** A kernel of a tier that emits code. */
export type Kernel = EmittedKernel | HostKernel;

/** A kernel for every operation: K is {@link TensorKernel} or {@link Kernel}. */
export interface KernelSet<K> {
  /**
   * Weights: filter [kh, kw, c / groups, o] and perhaps bias [o]. An `algorithm` other than the default, "direct",
   * receives only convolutions that it supports: `winogradMisfit`.
   */
  conv2d(g: Conv2dGeometry, activation: Activation, algorithm?: ConvAlgorithm): K;
  /** Weights: filter [kh, kw, c, m] and perhaps bias [c·m]. */
  depthwiseConv2d(g: Conv2dGeometry, activation: Activation): K;
  /** Weights: filter [c, o] and perhaps bias [o]. */
  pointwiseConv2d(g: Conv2dGeometry, activation: Activation): K;
  /**
   * Input and output are those of the convolution with this geometry, swapped. Weights: filter [kh, kw, c / groups, o]
   * and perhaps bias [c].
   */
  convTranspose2d(g: Conv2dGeometry, activation: Activation): K;
  /** Input [rows, i]. Weights: filter [i, o] and perhaps bias [o]. */
  dense(size: DenseSize, activation: Activation): K;
  maxPool2d(g: Pool2dGeometry): K;
  averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): K;
  globalAveragePool2d(g: Pool2dGeometry): K;
  /**
   * Input and output of one shape, here and down to softmax; channels along the last axis. Weights: mean, variance and
   * perhaps scale and bias, [c] each.
   */
  batchNormalization(shape: Shape, epsilon: number): K;
  elementwise(shape: Shape, f: Elementwise): K;
  /** Weights: slope [c]. */
  prelu(shape: Shape): K;
  /** Rows of n numbers, contiguous. Weights: perhaps scale and bias, n numbers each. */
  layerNormalization(shape: Shape, n: number, epsilon: number): K;
  /** Along the last axis. */
  softmax(shape: Shape): K;
  /** Two inputs, […, m, k] and […, k, n], broadcast to […, m, n]. */
  matmul(a: Shape, b: Shape, output: Shape): K;
  /** Two inputs, broadcast to the shape of the output. */
  binary(op: BinaryOp, a: Shape, b: Shape, output: Shape): K;
  /** All elements along `axes`, in ascending order; the output is contiguous. */
  reduce(f: Reduction, shape: Shape, axes: readonly number[]): K;
  /** The index of the largest element along an axis; the output is contiguous. */
  argMax(shape: Shape, axis: number): K;
  /** y[i, j, …] = x[picks[0][i], picks[1][j], …]; null: all indices, in order. */
  pick(shape: Shape, picks: Picks): K;
  /** Resampled images, interpolated between the pixels around each output. */
  interpolate2d(shape: Shape, rows: Neighbours, columns: Neighbours): K;
  /** `before`: elements to add in front, per axis. The output is contiguous. */
  pad(before: Shape, value: number): K;
  /** Inputs of these shapes, one after the other. */
  concat(shapes: readonly Shape[], axis: number): K;
  /** Axis i of the output is axis permutation[i] of the input. */
  transpose(shape: Shape, permutation: readonly number[]): K;
}

/** Extents of a dense layer: rows, inputs and outputs. */
export interface DenseSize {
  readonly N: number;
  readonly I: number;
  readonly O: number;
}

export type Kernels = KernelSet<TensorKernel>;

/** The operations with a filter. */
export type FilterKernels<K> = Pick<KernelSet<K>, "conv2d" | "depthwiseConv2d" | "pointwiseConv2d" | "dense">;

/** A kernel in plain TypeScript among emitted ones, where emitted code would gain little. */
export function hosted(kernel: TensorKernel): HostKernel {
  return { kind: "host", compute: kernel({}) };
}

/** A kernel without weights. */
export function weightless(compute: Compute): TensorKernel {
  return () => compute;
}

/** The weights of an operation on real numbers. */
export type RealWeights = Readonly<Partial<Record<Role, Tensor | null>>>;

export function realWeights(weights: LayerWeights): RealWeights {
  return weights as RealWeights;
}

/** Filter and bias of a layer. @param shape of the filter as the kernel reads it; default: its own */
export function filterAndBias(weights: LayerWeights, shape?: Shape): readonly [filter: Tensor, bias: Tensor | null] {
  const { filter, bias = null } = realWeights(weights);
  const own = filter as Tensor;
  return [shape === undefined || sameShape(own.shape, shape) ? own : own.reshape(shape), bias];
}

/** Weights of a batch normalisation. */
export function normalizing(weights: LayerWeights, epsilon: number): BatchNormParameters {
  const { mean, variance, scale = null, bias = null } = realWeights(weights);
  return { mean: mean as Tensor, variance: variance as Tensor, scale, bias, epsilon };
}

type Convolutions<K> = Omit<FilterKernels<K>, "dense">;

/** Picks the faster kernel where a convolution has two names; kernels take the filter in either shape. */
export function specialized<K>(kernels: Convolutions<K>): Convolutions<K> {
  const { conv2d, depthwiseConv2d, pointwiseConv2d } = kernels;
  return {
    conv2d: (g, f, algorithm) => (isDepthwise(g) ? depthwiseConv2d(g, f) : conv2d(g, f, algorithm)),
    depthwiseConv2d,
    // With padding or a stride, it is not a matrix product of the image as stored.
    pointwiseConv2d: (g, f) => (isPixelByPixel(g) ? pointwiseConv2d : conv2d)(g, f),
  };
}
