/** @file Padding rules by their names in files. */
import type { Padding4 } from "../../geometry/padding.ts";

export type PaddingRule = "same" | "same-lower" | "valid" | Padding4;

/** TensorFlow's rule puts the odd row at the end; ONNX has both. */
const RULES: ReadonlyMap<string, PaddingRule> = new Map([
  ["SAME_UPPER", "same"],
  ["SAME_LOWER", "same-lower"],
  ["VALID", "valid"],
]);

/** @returns undefined for an unknown name */
export function paddingNamed(name: string): PaddingRule | undefined {
  return RULES.get(name);
}

/** Converts from ONNX's order: the padding before each axis, then the padding after each. */
export function paddingOf([top, left, bottom, right]: readonly number[]): Padding4 {
  return [top, bottom, left, right];
}
