/** @file What is known of a value while a graph is built: a constant with its numbers, or a value of the graph with its shape. */
import type { GraphBuilder } from "../../graph/builder.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { OnnxNode } from "./model.ts";

export interface Constant {
  readonly shape: Shape;
  readonly data: Float32Array | readonly number[];
  readonly isInteger: boolean;
}

export interface Value {
  /** In the graph. */
  readonly name: string;
  /** As ONNX has it. */
  readonly shape: Shape;
  /** Whether the graph has it as [n, h, w, c]; else as ONNX does. */
  readonly turned: boolean;
}

export type Known = Constant | Value;

export function isConstant(known: Known): known is Constant {
  return "data" in known;
}

/** What an operator gets. */
export interface Context {
  readonly g: GraphBuilder;
  /** Of the graph, by the graph's names. */
  readonly weights: Map<string, Tensor>;
  readonly opset: number;
  /** Pictures that the file's shapes are made for; 0 for any number. */
  readonly batch: number;
  readonly node: OnnxNode;
  /** For the node of the graph. */
  readonly name: string;
  readonly inputs: readonly (Known | null)[];
  /** Refuses, naming file and node. */
  fail(what: string): never;
}

export function integerAttribute({ node }: Context, name: string, fallback: number): number {
  return node.attributes.get(name)?.i ?? fallback;
}

export function floatAttribute({ node }: Context, name: string, fallback: number): number {
  return node.attributes.get(name)?.f ?? fallback;
}

export function integersAttribute({ node }: Context, name: string): readonly number[] | null {
  return node.attributes.get(name)?.ints ?? null;
}

export function constantInput({ inputs, fail }: Context, i: number, what: string): Constant {
  const known = inputs[i];
  if (!known) return fail(`has no ${what}`);
  return isConstant(known) ? known : fail(`computes its ${what} at run time, needs a constant`);
}

/** A constant that may be absent. */
export function optionalConstant(context: Context, i: number, what: string): Constant | null {
  return context.inputs[i] ? constantInput(context, i, what) : null;
}

/** The integers of a constant with one axis or none. */
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

/** Axes of ONNX's order in the graph's, and back. */
const TO_GRAPH: readonly number[] = [0, 2, 3, 1];
const TO_ONNX: readonly number[] = [0, 3, 1, 2];

/** A shape of ONNX' order as the graph has it. */
export function turnedShape(shape: Shape): Shape {
  return TO_GRAPH.map((axis) => shape[axis]);
}

/** An axis of ONNX's order as the graph counts it. */
export function axisInGraph({ turned }: Value, axis: number): number {
  return turned ? TO_ONNX[axis] : axis;
}

/** The value as pictures [n, h, w, c]. */
export function asPictures(context: Context, value: Value): Value {
  const { g, name, fail } = context;
  if (value.turned) return value;
  if (value.shape.length !== 4) fail(`takes ${value.shape.join("×")}, needs pictures of rank 4`);
  const turned = turnedShape(value.shape);
  return { ...value, name: rearranged(g, value, turned, TO_GRAPH, `${name}_nhwc`), turned: true };
}

/** The value in ONNX's order. */
export function asOnnx({ g, name }: Context, value: Value): Value {
  if (!value.turned) return value;
  return { ...value, name: rearranged(g, value, value.shape, TO_ONNX, `${name}_nchw`), turned: false };
}

/** A transposed value; where only extents of 1 change places, the same numbers under another shape. */
function rearranged(g: GraphBuilder, value: Value, shape: Shape, permutation: readonly number[], name: string): string {
  const before = g.shapeOf(value.name);
  const long = permutation.filter((axis) => before[axis] > 1);
  const stays = long.every((axis, i) => i === 0 || axis > long[i - 1]);
  return stays ? g.reshape(value.name, shape, { name }) : g.transpose(value.name, permutation, { name });
}

/** Axes counted from 0. */
export function axisOf(context: Context, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  return Number.isInteger(own) && own >= 0 && own < rank
    ? own
    : context.fail(`has the axis ${axis}, needs one of ${rank}`);
}

export function elementsOf({ shape }: Known): number {
  return sizeOf(shape);
}
