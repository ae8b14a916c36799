/** @file Limits on reading an ONNX file, in which few bytes can describe a lot. */
import { FormatError } from "../../tensor/errors.ts";

/** Maximum length of each list: nodes, initializers, inputs, outputs, and the numbers of an attribute. */
export const MAX_LISTED = 100_000;

/** Budget for constants computed while a file is read, in bytes: this many plus four times the file's size. */
const COMPUTED = 64 * 2 ** 20;
const PER_BYTE = 4;

/** Appends to a list whose length the file determines. @throws FormatError if the list is full */
export function append<T>(file: string, list: T[], item: T): void {
  if (list.length >= MAX_LISTED) throw new FormatError(`${file}: lists more than ${MAX_LISTED}`);
  list.push(item);
}

/** @returns a function that spends bytes of the budget and throws a FormatError once it is exceeded */
export function computedBudget(fileBytes: number): (bytes: number, fail: (what: string) => never) => void {
  const all = COMPUTED + PER_BYTE * fileBytes;
  let left = all;
  return (bytes, fail) => {
    left -= bytes;
    if (left < 0) fail(`computes constants of more than ${all} bytes in all`);
  };
}
