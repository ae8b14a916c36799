/**
 * @file Eight-bit integers of a file, for operators that are not among those on integers.
 */
import { Tensor } from "../../tensor/tensor.ts";
import { affine } from "../importer/affine.ts";
import type { End, Value } from "../importer/values.ts";

/** Converts a value that is integers in the file to these integers, x / scale + zero point; others are unchanged. */
export function asIntegers(c: End, value: Value): Value {
  const { levels, name: x } = value;
  if (levels === undefined) return value;
  const { scale, zeroPoint } = levels;
  if (scale === null) return c.fail("needs the scale of its integers, which is known only when it runs");
  const constant = new Tensor(Float32Array.of(1 / scale), [1]);
  const moved = affine({ ...c, name: c.fresh("levels") }, x, constant, (k) => [k, zeroPoint]);
  return { ...value, name: c.g.roundEven(moved, { name: c.fresh("integers") }), levels: undefined };
}
