/** @file Shapes and numbers in TensorFlow's JSON, where integers are strings. */
import { objectOf } from "../json.ts";

/** @returns NaN for anything that is not a number */
export function numberOf(value: unknown): number {
  return typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
}

/** Reads the extents of a shape in JSON, { "dim": [{ "size": "1" }, …] }. */
export function shapeIn(value: unknown): readonly number[] | undefined {
  const { dim, unknownRank } = objectOf(value);
  if (value === undefined || unknownRank === true) return undefined;
  if (!Array.isArray(dim)) return [];
  return dim.map((one) => {
    const { size } = objectOf(one);
    const extent = numberOf(size ?? 0);
    return Number.isInteger(extent) && extent >= 0 ? extent : -1;
  });
}
