/** @file Imports one TensorFlow Lite operator: turns it into nodes of a graph or a constant. */
import type { GraphBuilder } from "../../graph/methods/graphBuilder.ts";
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { computedBudget } from "../importer/computed.ts";
import { describe, type FileNode } from "../importer/nodeOrder.ts";
import { isConstant, type Known } from "../importer/values.ts";
import type { TfliteOperator } from "./model.ts";
import type { Context } from "./operator.ts";
import { OPERATORS } from "./operators.ts";
import { knownAs } from "./unsupported.ts";

export interface BuildState {
  readonly g: GraphBuilder;
  readonly weights: Map<string, Tensor>;
  readonly batch: number;
  readonly nameOf: (wanted: string) => string;
  readonly spend: ReturnType<typeof computedBudget>;
}

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
  const fail = (what: string): never => {
    throw new FormatError(`${file}: ${describe(node)} ${what}`);
  };
  if (node.outputs.length === 0) fail("has no output");
  const name = state.nameOf(node.name);
  const inputs = node.inputs.map((input) => {
    const found = input === "" ? null : (known.get(input) as Known);
    if (found !== null && !isConstant(found) && found.blocks !== undefined && operator.takesBlocks !== true) {
      fail("works on blocks, needs BATCH_TO_SPACE_ND before it");
    }
    return found;
  });
  const context: Context = {
    ...state,
    name,
    inputs,
    fail,
    fresh: (suffix) => state.nameOf(`${name}_${suffix}`),
    spend: (bytes) => state.spend(bytes, fail),
    options: node.operator.options,
    customOptions: node.operator.customOptions,
    outputs: node.outputs.length,
  };
  try {
    [operator.run(context)].flat().forEach((result, i) => {
      if (isConstant(result) && !inputs.includes(result)) context.spend(8 * result.data.length);
      if (node.outputs[i]) known.set(node.outputs[i], result);
    });
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`${file}: ${describe(node)}: ${error.message}`, { cause: error });
  }
}
