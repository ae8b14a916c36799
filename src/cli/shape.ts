/** @file The shape of a network's input as it is typed: 1x3x224x224. */
import type { Shape } from "../tensor/shape.ts";
import { type Arguments, UsageError } from "./command.ts";

/** @throws UsageError unless it is integers with an x between them */
export function shapeIn(command: string, given: Arguments): Shape | undefined {
  const text = given.text("shape");
  if (text === undefined) return undefined;
  const extents = text.split(/[x×,]/).map(Number);
  if (extents.every((extent) => Number.isInteger(extent) && extent > 0)) return extents;
  throw new UsageError(`${command}: --shape is ${JSON.stringify(text)}, needs sizes such as 1x3x224x224`);
}
