/** @file Checks that builder methods share. */
import { knownKeys, ShapeError, show } from "../../tensor/errors.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import type { GraphNode } from "../graph.ts";
import { OPTIONS } from "../specs.ts";

/** The options, checked to contain no unknown one. */
export function known<S extends object>(op: GraphNode["op"], spec: S): S {
  knownKeys(op, spec, [...OPTIONS[op], "name"]);
  return spec;
}

/** Makes a number fit JSON: ±∞ becomes float64's largest ±, which float32 rounds back to ±∞. */
export function plainNumber(op: string, name: string, value: unknown): number {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a number`);
  }
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** @throws ShapeError unless there is a channel axis besides the batch axis */
export function channelled(op: string, shape: Shape): Shape {
  if (shape.length > 1) return shape;
  throw new ShapeError(`${op}: input is ${formatShape(shape)}, needs rank 2 or more`);
}
