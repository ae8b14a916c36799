/** @file Splits a value into parts along an axis: a slice for each. */
import { knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { checkAxis, type Shape } from "../tensor/shape.ts";
import type { GraphBuilder } from "./methods/graphBuilder.ts";
import type { Value } from "./methods/value.ts";
import type { SplitSpec } from "./specs.ts";

export function split(
  shapeOf: (x: Value) => Shape,
  slice: GraphBuilder["slice"],
  x: Value,
  sizes: readonly number[],
  spec: SplitSpec,
): readonly Value[] {
  knownKeys("split", spec, ["axis", "name"]);
  const shape = shapeOf(x);
  const { axis: given = -1, name } = spec;
  const axis = checkAxis("split", given, shape.length);
  const isList = Array.isArray(sizes) && sizes.every((size) => Number.isInteger(size) && size > 0);
  if (!isList || sizes.reduce((sum, size) => sum + size, 0) !== shape[axis]) {
    throw new ShapeError(`split: sizes is ${show(sizes)}, needs integers from 1 on that add up to ${shape[axis]}`);
  }
  let start = 0;
  return sizes.map((size, i) => {
    const at = (own: number, others: number): number[] => shape.map((_, a) => (a === axis ? own : others));
    const box = shape.map((extent, a) => (a === axis ? size : extent));
    const part = slice(x, at(start, 0), box, name === undefined ? {} : { name: `${name}_${i + 1}` });
    start += size;
    return part;
  });
}
