/** @file The outputs of an ONNX file: the wanted ones, and their values. */
import { FormatError, show } from "../../tensor/errors.ts";
import { imagesFirst, ungrouped } from "../importer/axes.ts";
import { type End, isConstant, type Known, type Value } from "../importer/values.ts";
import { asIntegers } from "./integers.ts";
import type { OnnxModel } from "./modelTypes.ts";

export function outputNames(
  file: string,
  { outputs }: OnnxModel,
  wanted: string | readonly string[] | undefined,
): readonly string[] {
  const names = outputs.map(({ name }) => name);
  if (names.length === 0) throw new FormatError(`${file}: has no outputs, needs one`);
  if (wanted?.length === 0) throw new FormatError(`${file}: output is [], needs at least one of ${names.join(", ")}`);
  return wanted === undefined ? names : [...new Set([wanted].flat())];
}

export function outputValue(file: string, name: string, found: Known | undefined, model: OnnxModel): Value {
  if (found !== undefined && !isConstant(found)) return found;
  throw badOutput(file, name, `the output ${show(name)} does not depend on the input`, model);
}

/** A value as in the file: in its order, integers as integers, without an extra batch axis. */
export function settled(c: End, value: Value): Value {
  const own = asIntegers(c, ungrouped(c, value));
  return own.shape[0] === 1 ? imagesFirst(c, own) : own;
}

export function badOutput(file: string, name: string, what: string, { outputs }: OnnxModel): FormatError {
  const others = outputs.map((one) => one.name).filter((one) => one !== name);
  const hint = others.length > 0 ? `; other outputs, with the option output: ${others.map(show).join(", ")}` : "";
  return new FormatError(`${file}: ${what}${hint}`);
}
