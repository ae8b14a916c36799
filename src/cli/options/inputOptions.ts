/** @file Options for networks from other sources: input shape and activation. */
import { ACTIVATIONS, type Activation } from "../../geometry/activation.ts";
import type { Shape } from "../../tensor/shape.ts";
import { type Arguments, UsageError } from "../command.ts";

/** Parses --shape, e.g. 1x3x224x224. @throws UsageError unless it is positive integers, separated by x, × or a comma */
export function shapeIn(command: string, given: Arguments): Shape | undefined {
  const text = given.text("shape");
  if (text === undefined) return undefined;
  const extents = text.split(/[x×,]/).map(Number);
  if (extents.every((extent) => Number.isInteger(extent) && extent > 0)) return extents;
  throw new UsageError(`${command}: --shape is ${JSON.stringify(text)}, needs sizes such as 1x3x224x224`);
}

/** @throws UsageError for a word that is no activation */
export function activationIn(given: Arguments): Activation | undefined {
  if (given.text("activation") === undefined) return undefined;
  return given.word<Activation>("activation", "relu", ACTIVATIONS);
}
