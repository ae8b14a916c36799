/** @file Parses model names from the command line. */
import { MODEL_EXAMPLES, MODEL_NAMES, modelHint, modelNamed, type NamedModel } from "../../models/named.ts";
import { suggestion } from "../../tensor/nearest.ts";
import { UsageError } from "../usage.ts";

/** @throws UsageError for a name that is not a model's */
export function parseModel(command: string, name: string): NamedModel {
  const model = modelNamed(name);
  if (model !== null) return model;
  const hint = modelHint(name);
  const meant = hint === null ? suggestion(name, MODEL_EXAMPLES) : `, but ${hint}`;
  throw new UsageError(`${command}: there is no model ${JSON.stringify(name)}${meant}\n\n${MODEL_NAMES}`);
}
