/** @file Imports one ONNX node: checks it, and turns it into nodes of a graph or a constant. */

import type { GraphBuilder } from "../../graph/methods/graphBuilder.ts";
import type { Origin } from "../../graph/quantized/roundings.ts";
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import type { Weight } from "../../tensor/weight.ts";
import { ungrouped } from "../importer/axes.ts";
import type { computedBudget } from "../importer/computed.ts";
import { describe } from "../importer/nodeOrder.ts";
import { isConstant, type Known, type Value } from "../importer/values.ts";
import { asIntegers } from "./integers.ts";
import type { OnnxNode } from "./modelTypes.ts";
import type { Context, Operator } from "./operator.ts";
import { OPERATORS } from "./operators.ts";
import { fullName, knownAs } from "./unsupported.ts";

interface BuildState {
  /** Returns a name that no node of the graph has yet. */
  readonly nameOf: (wanted: string) => string;
  readonly g: GraphBuilder;
  readonly weights: Map<string, Weight>;
  readonly opset: number;
  readonly origins: Map<unknown, Origin>;
  readonly roundedSums: Set<string>;
  readonly batch: number;
  /** Spends the memory budget for computed constants. */
  readonly spend: ReturnType<typeof computedBudget>;
}

export function run(file: string, node: OnnxNode, known: Map<string, Known>, state: BuildState): void {
  const full = fullName(node);
  const operator = OPERATORS.get(full);
  if (operator === undefined) {
    const where = `the operator ${full} of node ${show(node.name || node.outputs[0])}`;
    throw new FormatError(`${file}: ${where} is not supported${knownAs(node.domain, full)}`);
  }
  const fail = (what: string): never => {
    throw new FormatError(`${file}: ${describe(node)} ${what}`);
  };
  for (const { name, isGraph } of node.attributes.values()) {
    if (isGraph || !operator.attributes.includes(name)) fail(`has the attribute ${show(name)}, which is not supported`);
  }
  const more = node.outputs.slice(1).find((name) => name !== "");
  if (more !== undefined && !operator.ignoresMore && !operator.hasMany)
    fail(`has a second output ${show(more)}, which is not supported`);
  const [output] = node.outputs;
  if (!output) fail("has no output");
  const name = state.nameOf(node.name || output);
  const fresh = (suffix: string): string => state.nameOf(`${name}_${suffix}`);
  const given = node.inputs.map((name) => (name === "" ? null : (known.get(name) as Known)));
  const spend = (bytes: number): void => state.spend(bytes, fail);
  const bare: Context = { ...state, node, name, fresh, inputs: given, spend, fail };
  const inputs = given.map((x) => (x === null || isConstant(x) ? x : asTaken(bare, operator, x)));
  const context: Context = { ...bare, inputs };
  try {
    for (const [i, result] of [operator.run(context)].flat().entries()) {
      const isNew = isConstant(result) && !inputs.some((x) => x !== null && isConstant(x) && x.data === result.data);
      if (isNew) spend(8 * result.data.length);
      if (node.outputs[i]) known.set(node.outputs[i], result);
    }
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`${file}: ${describe(node)}: ${error.message}`, { cause: error });
  }
}

/** Converts a value to the form that the operator accepts. */
function asTaken(c: Context, { takesGroups, takesLevels }: Operator, x: Value): Value {
  const plain = takesGroups ? x : ungrouped(c, x);
  return takesLevels ? plain : asIntegers(c, plain);
}
