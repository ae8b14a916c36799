/** @file Checks that a value passed as a geometry really is one. */
import { checkRecord } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import type { Conv2dGeometry } from "./conv2d.ts";

/** @throws ShapeError unless `value` has the extents that `conv2dGeometry` computes */
export function checkGeometry(op: string, value: unknown): Conv2dGeometry {
  const geometry = checkRecord(op, "geometry", value) as Partial<Record<string, unknown>>;
  for (const key of [
    "N",
    "H",
    "W",
    "C",
    "O",
    "G",
    "KH",
    "KW",
    "OH",
    "OW",
    "strideH",
    "strideW",
    "dilationH",
    "dilationW",
  ]) {
    checkInteger(op, `geometry.${key}`, geometry[key], 1);
  }
  for (const key of ["padTop", "padLeft"]) checkInteger(op, `geometry.${key}`, geometry[key], 0);
  return value as Conv2dGeometry;
}
