/** @file The methods of a graph builder and their options. */
import type { Activation } from "../geometry/activation.ts";
import type { Padding, Pair } from "../geometry/padding.ts";
import type { Pool2dGeometryOptions } from "../geometry/pool2d.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Graph } from "./graph.ts";

/** The name of a value in a graph. */
export type Value = string;

export interface Named {
  /** Default: the operation and a number. */
  readonly name?: string;
}

export interface PointwiseSpec extends Named {
  readonly outputs: number;
  readonly strides?: Pair;
  /**
   * As for the eager operation: "valid" (default), "same" (TensorFlow's), "same-lower", n, [h, w] or [top, bottom,
   * left, right].
   */
  readonly padding?: Padding;
  readonly dilations?: Pair;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
  /** Default "none". */
  readonly activation?: Activation;
}

export interface ConvSpec extends PointwiseSpec {
  /** Taps, n or [kh, kw]. Default 3. */
  readonly kernel?: Pair;
  /** Default 1. */
  readonly groups?: number;
}

export interface DepthwiseSpec extends Omit<ConvSpec, "outputs" | "groups"> {
  /** Outputs per channel. Default 1. */
  readonly multiplier?: number;
}

export interface DenseSpec extends Named {
  readonly outputs: number;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
  /** Default "none". */
  readonly activation?: Activation;
}

export interface PoolSpec extends Named, Omit<Pool2dGeometryOptions, "layout"> {}

export interface AveragePoolSpec extends PoolSpec {
  /** Whether taps on the padding count. Default false. */
  readonly countIncludePad?: boolean;
}

export interface GraphBuilder {
  /** The graph's input; the first of several. */
  readonly input: Value;
  /** All of them, in order. */
  readonly inputs: readonly Value[];
  shapeOf(x: Value): Shape;
  conv2d(x: Value, spec: ConvSpec): Value;
  /** `multiplier` outputs per channel, default 1. */
  depthwiseConv2d(x: Value, spec?: DepthwiseSpec): Value;
  pointwiseConv2d(x: Value, spec: PointwiseSpec): Value;
  /** x is [1, i]. */
  dense(x: Value, spec: DenseSpec): Value;
  /** Over the last axis, with scale and bias. */
  batchNormalization(x: Value, spec?: Named & { readonly epsilon?: number }): Value;
  activation(x: Value, activation: Activation, spec?: Named): Value;
  maxPool2d(x: Value, spec?: PoolSpec): Value;
  averagePool2d(x: Value, spec?: AveragePoolSpec): Value;
  globalAveragePool2d(x: Value, spec?: Named): Value;
  /** Over the last axis. */
  softmax(x: Value, spec?: Named): Value;
  add(a: Value, b: Value, spec?: Named): Value;
  mul(a: Value, b: Value, spec?: Named): Value;
  pad(x: Value, pads: readonly (readonly [number, number])[], spec?: Named & { readonly value?: number }): Value;
  concat(values: readonly Value[], axis: number, spec?: Named): Value;
  reshape(x: Value, shape: Shape, spec?: Named): Value;
  /** Axis i of the result is axis `permutation[i]` of x; the first stays first. */
  transpose(x: Value, permutation: readonly number[], spec?: Named): Value;
  /** min(max(x, minValue), maxValue); defaults -∞ and ∞. */
  clamp(x: Value, spec?: Named & { readonly minValue?: number; readonly maxValue?: number }): Value;
  /** min(max(alpha · x + beta, 0), 1); defaults 1/6 and 1/2. */
  hardSigmoid(x: Value, spec?: Named & { readonly alpha?: number; readonly beta?: number }): Value;
  /**
   * The finished graph.
   *
   * @param outputs a value, or several as { name: value, … }
   * @throws ShapeError if one is not a value of this graph, or a name is taken by another value
   */
  build(outputs: Value | Readonly<Record<string, Value>>): Graph;
}
