/** @file Limits on reading an ONNX file, in which few bytes can describe a lot. */
import { FormatError } from "../../tensor/errors.ts";

/** Maximum length of each list: nodes, initializers, inputs, outputs, and the numbers of an attribute. */
export const MAX_LISTED = 100_000;

/** Appends to a list whose length the file determines. @throws FormatError if the list is full */
export function append<T>(file: string, list: T[], item: T): void {
  if (list.length >= MAX_LISTED) throw new FormatError(`${file}: lists more than ${MAX_LISTED}`);
  list.push(item);
}
