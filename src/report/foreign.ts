/** @file Reads data that may come from anywhere, such as parsed JSON, without checking every field of it. */
import { ShapeError, show } from "../tensor/errors.ts";

/** Runs `read`, whose value may come from anywhere. @throws ShapeError if that fails */
export function readingForeign<T>(op: string, operand: string, value: unknown, needs: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ShapeError || !(cause instanceof TypeError)) throw cause; // a TypeError: a field is missing
    throw new ShapeError(`${op}: ${operand} is ${show(value)}, needs ${needs}`, { cause });
  }
}
