/** @file Values during import: a constant with its data, or a value of the graph with its shape. */
import type { GraphBuilder } from "../../graph/specs.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { OnnxNode } from "./modelTypes.ts";
import { TO_GRAPH, TO_ONNX } from "./order.ts";

export interface Constant {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array | readonly number[];
  readonly isInteger: boolean;
}

export interface Value {
  /** Name in the graph. */
  readonly name: string;
  /** In ONNX's axis order. */
  readonly shape: Shape;
  /** Whether the graph stores it as [n, h, w, c]; otherwise in ONNX's order. */
  readonly turned: boolean;
}

export type Known = Constant | Value;

/** Maximum elements of a constant computed during import: these are shapes, axes and pads, not weights. */
const MAX_COMPUTED = 4096;

/** Computes a constant. @param at returns element i, in row-major order */
export function computed(c: Context, shape: Shape, isInteger: boolean, at: (i: number) => number): Constant {
  const isShape = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
  if (!isShape) return c.fail(`computes a constant of shape ${shape.join("×")}, needs integers from 0 on`);
  const size = sizeOf(shape);
  if (size > MAX_COMPUTED) return c.fail(`computes ${size} constants, needs at most ${MAX_COMPUTED}`);
  return { shape, data: Array.from({ length: size }, (_, i) => at(i)), isInteger };
}

export function isConstant(known: Known): known is Constant {
  return "data" in known;
}

/** Arguments of an operator. */
export interface Context {
  readonly g: GraphBuilder;
  /** The graph's weights by name. */
  readonly weights: Map<string, Tensor>;
  readonly opset: number;
  /** Batch size that the file's shapes assume; 0 if it is open. */
  readonly batch: number;
  readonly node: OnnxNode;
  /** Name of the graph's node. */
  readonly name: string;
  /** Returns a name for another node, which begins with this one's. */
  fresh(suffix: string): string;
  readonly inputs: readonly (Known | null)[];
  /** Throws an error that names file and node. */
  fail(what: string): never;
}

export function integerAttribute({ node, fail }: Context, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute ? (attribute.i ?? fail(`has ${name} without an integer`)) : fallback;
}

export function floatAttribute({ node, fail }: Context, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute ? (attribute.f ?? fail(`has ${name} without a float`)) : fallback;
}

export function integersAttribute({ node, fail }: Context, name: string): readonly number[] | null {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return null;
  return attribute.i === undefined && attribute.f === undefined ? attribute.ints : fail(`has ${name} without a list`);
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

/** Returns the integers of a scalar or 1-D constant. */
export function integersOf({ data }: Constant): readonly number[] {
  return [...data];
}

export function scalarOf(context: Context, constant: Constant, what: string): number {
  if (constant.data.length !== 1) context.fail(`has ${constant.data.length} numbers as ${what}, needs 1`);
  return constant.data[0];
}

export function valueInput({ inputs, fail }: Context, i: number = 0): Value {
  const known = inputs[i];
  if (!known) return fail(`has no input ${i}`);
  return isConstant(known) ? fail(`works on a constant, needs a value`) : known;
}

export function tensorOf({ shape, data }: Constant): Tensor {
  return new Tensor(data instanceof Float32Array ? data : Float32Array.from(data), shape);
}

/** Converts a shape from ONNX's order to a graph's. */
export function turnedShape(shape: Shape): Shape {
  return TO_GRAPH.map((axis) => shape[axis]);
}

/** Converts an axis from ONNX's order to the graph's. */
export function axisInGraph({ turned }: Value, axis: number): number {
  return turned ? TO_ONNX[axis] : axis;
}

/** Returns the value as images [n, h, w, c]. */
export function asImages(context: Context, value: Value): Value {
  const { g, fresh, fail } = context;
  if (value.turned) return value;
  if (value.shape.length !== 4) fail(`takes ${value.shape.join("×")}, needs images of rank 4`);
  const turned = turnedShape(value.shape);
  return { ...value, name: rearranged(g, value, turned, TO_GRAPH, fresh("nhwc")), turned: true };
}

/** Returns the value in ONNX's order. */
export function asOnnx({ g, fresh }: Context, value: Value): Value {
  if (!value.turned) return value;
  return { ...value, name: rearranged(g, value, value.shape, TO_ONNX, fresh("nchw")), turned: false };
}

/** Moves the axes `along` to the end, applies `run`, and moves them back. */
export function withLast(
  { g, fresh }: Context,
  name: string,
  along: readonly number[],
  run: (name: string) => string,
): string {
  const axes = [...g.shapeOf(name).keys()];
  const forth = [...axes.filter((axis) => !along.includes(axis)), ...along];
  if (forth.every((axis, i) => axis === i)) return run(name);
  const turned = g.transpose(name, forth, { name: fresh("turned") });
  return g.transpose(
    run(turned),
    axes.map((axis) => forth.indexOf(axis)),
    { name: fresh("back") },
  );
}

/** Transposes a value; if only extents of 1 move, a reshape is enough. */
function rearranged(g: GraphBuilder, value: Value, shape: Shape, permutation: readonly number[], name: string): string {
  const before = g.shapeOf(value.name);
  const long = permutation.filter((axis) => before[axis] > 1);
  const stays = long.every((axis, i) => i === 0 || axis > long[i - 1]);
  return stays ? g.reshape(value.name, shape, { name }) : g.transpose(value.name, permutation, { name });
}

/** Converts a negative axis to one counted from 0. */
export function axisOf(context: Context, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  return Number.isInteger(own) && own >= 0 && own < rank
    ? own
    : context.fail(`has the axis ${axis}, needs one of ${rank}`);
}

export function elementsOf({ shape }: Known): number {
  return sizeOf(shape);
}
