/** @file What reading an ONNX file may take: files say little with many bytes, and much with few. */
import { FormatError } from "../../tensor/errors.ts";

/** Nodes, initializers, inputs and outputs, each; and attributes, inputs and outputs of a node together. */
export const MAX_LISTED = 100_000;

/** Bytes of constants that are computed while a file is read: this many, and four times the file's. */
const COMPUTED = 64 * 2 ** 20;
const PER_BYTE = 4;

/** Adds to a list that a file may make too long. @throws FormatError */
export function append<T>(file: string, list: T[], item: T): void {
  if (list.length >= MAX_LISTED) throw new FormatError(`${file}: lists more than ${MAX_LISTED}`);
  list.push(item);
}

/** @returns a function that refuses more bytes than may be computed @throws FormatError from it */
export function computedBudget(fileBytes: number): (bytes: number, fail: (what: string) => never) => void {
  const all = COMPUTED + PER_BYTE * fileBytes;
  let left = all;
  return (bytes, fail) => {
    left -= bytes;
    if (left < 0) fail(`computes constants of more than ${all} bytes in all`);
  };
}
