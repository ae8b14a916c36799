/** @file Reports the contents of a TensorFlow graph, whether or not it can be imported. */
import { countedOperators, type FileContents } from "../format.ts";
import { openEnds } from "../importer/inputShapes.ts";
import type { Json } from "../json.ts";
import { graphDefNodes } from "./graphDef.ts";
import { endsOf } from "./import.ts";
import { OPERATORS } from "./operators.ts";
import { knownAs } from "./unsupported.ts";

/** Operators that only name and hold values. */
const VALUES: readonly string[] = ["Const", "NoOp", "Placeholder"];

export function graphContents(
  file: string,
  topology: Json,
  signature: Json | null,
): Pick<FileContents, "inputs" | "outputs" | "operators"> {
  const nodes = graphDefNodes(file, topology);
  const { inputs, outputs } = endsOf(file, nodes, signature);
  const operators = nodes.map(({ op }) => op).filter((op) => !VALUES.includes(op));
  return {
    ...openEnds(inputs, outputs),
    operators: countedOperators(operators, (op) => (OPERATORS.has(op) ? null : `not supported${knownAs(op)}`)),
  };
}
