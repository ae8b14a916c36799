/** @file Imports one ONNX node: checks it, and turns it into nodes of a graph or a constant. */

import type { GraphBuilder } from "../../graph/methods.ts";
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { computedBudget } from "../importer/computed.ts";
import { describe } from "../importer/nodeOrder.ts";
import { isConstant, type Known } from "../importer/values.ts";
import type { OnnxNode } from "./modelTypes.ts";
import type { Context } from "./operator.ts";
import { OPERATORS } from "./operators.ts";

interface BuildState {
  /** Returns a name that no node of the graph has yet. */
  readonly nameOf: (wanted: string) => string;
  readonly g: GraphBuilder;
  readonly weights: Map<string, Tensor>;
  readonly opset: number;
  readonly batch: number;
  /** Spends the memory budget for computed constants. */
  readonly spend: ReturnType<typeof computedBudget>;
}

export function run(file: string, node: OnnxNode, known: Map<string, Known>, state: BuildState): void {
  const operator = node.domain === "" || node.domain === "ai.onnx" ? OPERATORS.get(node.op) : undefined;
  if (operator === undefined) {
    const full = node.domain ? `${node.domain}.${node.op}` : node.op;
    throw new FormatError(
      `${file}: the operator ${full} of node ${show(node.name || node.outputs[0])} is not supported`,
    );
  }
  const fail = (what: string): never => {
    throw new FormatError(`${file}: ${describe(node)} ${what}`);
  };
  for (const { name, isGraph } of node.attributes.values()) {
    if (isGraph || !operator.attributes.includes(name)) fail(`has the attribute ${show(name)}, which is not supported`);
  }
  const more = node.outputs.slice(1).find((name) => name !== "");
  if (more !== undefined && !operator.ignoresMore) fail(`has a second output ${show(more)}, which is not supported`);
  const [output] = node.outputs;
  if (!output) fail("has no output");
  const inputs = node.inputs.map((name) => (name === "" ? null : (known.get(name) as Known)));
  const name = state.nameOf(node.name || output);
  const fresh = (suffix: string): string => state.nameOf(`${name}_${suffix}`);
  const context: Context = { ...state, node, name, fresh, inputs, fail };
  try {
    const result = operator.run(context);
    const isNew = isConstant(result) && !inputs.some((x) => x !== null && isConstant(x) && x.data === result.data);
    if (isNew) state.spend(8 * result.data.length, fail);
    known.set(output, result);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`${file}: ${describe(node)}: ${error.message}`, { cause: error });
  }
}
