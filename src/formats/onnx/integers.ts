/**
 * @file Integers of eight bits that a file computes with, where what reads them is not one of the operators on them.
 */
import { Tensor } from "../../tensor/tensor.ts";
import { affine } from "../importer/affine.ts";
import type { End, Value } from "../importer/values.ts";

/** Returns a value that the file has as integers as those integers, x / scale + zero point; others as they are. */
export function asIntegers(c: End, value: Value): Value {
  const { levels, name: x } = value;
  if (levels === undefined) return value;
  const { scale, zeroPoint } = levels;
  if (scale === null) return c.fail("needs the scale of its integers, which is known only when it runs");
  const constant = new Tensor(Float32Array.of(1 / scale), [1]);
  const moved = affine({ ...c, name: c.fresh("levels") }, x, constant, (k) => [k, zeroPoint]);
  return { ...value, name: c.g.roundEven(moved, { name: c.fresh("integers") }), levels: undefined };
}
