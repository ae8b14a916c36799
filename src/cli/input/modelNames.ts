/** @file Parses model names from the command line. */
import { MODEL_EXAMPLES, MODEL_NAMES, modelHint, modelNamed, type NamedModel } from "../../models/named.ts";
import { suggestion } from "../../tensor/nearest.ts";
import { UsageError } from "../usage.ts";

/** Help text of commands with MODEL. */
export const MODEL_HELP: string = `${MODEL_NAMES}
  own.onnx, own.safetensors      a file with a network in it, or its weights
  own.json                       a graph as JSON: JSON.stringify(graph); weights are random
  -                              one of these files, on standard input`;

/** @throws UsageError for a name that is not a model's */
export function parseModel(command: string, name: string): NamedModel {
  const model = modelNamed(name);
  if (model !== null) return model;
  const hint = modelHint(name);
  const meant = hint === null ? suggestion(name, MODEL_EXAMPLES) : `, but ${hint}`;
  throw new UsageError(`${command}: there is no model ${JSON.stringify(name)}${meant}\n\n${MODEL_NAMES}`);
}
