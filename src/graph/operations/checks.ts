/** @file Checks that operations share. */
import { knownKeys, ShapeError, show } from "../../tensor/errors.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";

/**
 * Returns a builder method's options after checking their names, for callers without a compiler. Options that any
 * integer node may have are checked when it is appended.
 */
export function known<S extends object>(op: string, spec: S, options: readonly string[]): S {
  knownKeys(op, spec, [...options, "name", "output"]);
  return spec;
}

/** Makes a number fit JSON: ±∞ becomes ±Number.MAX_VALUE, which float32 rounds back to ±∞. */
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
