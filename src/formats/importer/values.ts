/**
 * @file The table of values during import: what is known about each name in a file, either a constant with its numbers
 * or a value of the graph with its shape.
 */
import type { Padding4 } from "../../geometry/padding.ts";
import type { GraphBuilder } from "../../graph/methods/graphBuilder.ts";
import type { QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";

export interface Constant {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array | readonly number[];
  readonly isInteger: boolean;
  /** The file's integers, if they represent real numbers. */
  readonly integers?: (() => QuantizedTensor) | undefined;
  /** Safetensors name of its element type, if that is significant, as in a zero point. */
  readonly type?: string | undefined;
}

export interface Value {
  /** Name in the graph. */
  readonly name: string;
  /** In the file's axis order. */
  readonly shape: Shape;
  /** Whether images that are [n, c, h, w] in the file are [n, h, w, c] in the graph (axes.ts). */
  readonly turned: boolean;
  /**
   * Whether the graph has a batch axis in front of the file's axes: the file, which knows only one image, has merged or
   * moved it (axes.ts). Default false.
   */
  readonly isBehind?: boolean | undefined;
  /**
   * Whether images with channels in groups, [n, …, h, w] in the file, are [n, h, w, …] in the graph, as in a
   * channel shuffle (axes.ts). Default false.
   */
  readonly isGrouped?: boolean | undefined;
  /** Set if the file has cut the value into blocks for a dilated convolution (tensorflow/blocks.ts). */
  readonly blocks?: Blocks | undefined;
  /** Set if the value is integers in the file: the graph has (integer - zero point) · scale. */
  readonly levels?: Levels | undefined;
}

/** Every h-th row and w-th column form one of several images; the graph's value is whole. */
export interface Blocks {
  readonly size: readonly [h: number, w: number];
  /** Rows and columns of zeros around the value in the file but not in the graph. */
  readonly padding: Padding4;
}

/** How integers represent real numbers. A scale of null is only known at run time: the graph has the integers. */
export interface Levels {
  readonly scale: number | null;
  readonly zeroPoint: number;
}

export type Known = Constant | Value;

/** The argument of an operator of any format. */
export interface Context {
  readonly g: GraphBuilder;
  /** The graph's weights by name. */
  readonly weights: Map<string, Weight>;
  /** Name of the graph's node. */
  readonly name: string;
  /** Batch size that the file's shapes assume; 0 if it is open. */
  readonly batch: number;
  /** Returns a name for another node, which begins with this node's. */
  fresh(suffix: string): string;
  readonly inputs: readonly (Known | null)[];
  /** Takes bytes from the file's budget for computed constants before they are allocated (computed.ts). */
  spend(bytes: number): void;
  /** Throws an error that names file and node. */
  fail(what: string): never;
}

/** The part of the context that the end of a graph needs. */
export type End = Pick<Context, "g" | "weights" | "fresh" | "spend" | "fail">;

export function isConstant(known: Known): known is Constant {
  return "data" in known;
}

export function constantInput({ inputs, fail }: Context, i: number, what: string): Constant {
  const known = inputs[i];
  if (!known) return fail(`has no ${what}`);
  return isConstant(known) ? known : fail(`computes its ${what} at run time, needs a constant`);
}

/** Returns a constant input that may be absent. */
export function optionalConstant(context: Context, i: number, what: string): Constant | null {
  return context.inputs[i] ? constantInput(context, i, what) : null;
}

export function valueInput({ inputs, fail }: Context, i: number = 0): Value {
  const known = inputs[i];
  if (!known) return fail(`has no input ${i}`);
  return isConstant(known) ? fail(`works on a constant, needs a value`) : known;
}

/** The first input, a constant or a value. */
export function firstInput({ inputs: [x], fail }: Context): Known {
  return x ?? fail("has no input");
}

/** All inputs of an operator that joins any number of them: at least one, none left out. */
export function allInputs({ inputs, fail }: Context): readonly [Known, ...Known[]] {
  const [first, ...others] = inputs.map((input) => input ?? fail("has an input left out"));
  return first === undefined ? fail("has no inputs") : [first, ...others];
}

/** Returns the integers of a scalar or 1-D constant. */
export function integersOf({ data }: Constant): readonly number[] {
  return [...data];
}

export function scalarOf(context: Context, constant: Constant, what: string): number {
  if (constant.data.length !== 1) context.fail(`has ${constant.data.length} numbers as ${what}, needs 1`);
  return constant.data[0];
}

export function tensorOf({ shape, data }: Constant): Tensor {
  return new Tensor(data instanceof Float32Array ? data : Float32Array.from(data), shape);
}

/** Converts a negative axis to one counted from 0. */
export function axisOf(context: Context, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  return Number.isInteger(own) && own >= 0 && own < rank
    ? own
    : context.fail(`has the axis ${axis}, needs one of ${rank}`);
}

/** Converts negative axes to those counted from 0; each may occur once. */
export function axesOf(context: Context, axes: readonly number[], rank: number): readonly number[] {
  const own = axes.map((axis) => axisOf(context, axis, rank));
  if (new Set(own).size < own.length) context.fail(`has the axes ${axes.join(", ")}, needs each once`);
  return own;
}

export function elementsOf({ shape }: Known): number {
  return sizeOf(shape);
}
