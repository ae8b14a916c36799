/** @file Imports one TensorFlow Lite operator: turns it into nodes of a graph or a constant. */
import { FormatError, show } from "../../tensor/errors.ts";
import type { FileNode } from "../importer/nodeOrder.ts";
import { type BuildState, runNode } from "../importer/operator.ts";
import type { Known } from "../importer/values.ts";
import type { TfliteOperator } from "./model.ts";
import { OPERATORS } from "./operators.ts";
import { knownAs } from "./unsupported.ts";

export function run(
  file: string,
  node: FileNode & { readonly operator: TfliteOperator },
  known: Map<string, Known>,
  state: BuildState,
): void {
  const operator = OPERATORS.get(node.op);
  if (operator === undefined) {
    throw new FormatError(`${file}: the operator ${node.op} of ${show(node.name)} is not supported${knownAs(node.op)}`);
  }
  const { options, customOptions } = node.operator;
  runNode(file, node, operator, { options, customOptions, outputs: node.outputs.length }, known, state);
}
