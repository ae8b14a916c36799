/** @file Operators of a file, and how one is imported. */
import type { GraphBuilder } from "../../graph/methods/graphBuilder.ts";
import { FormatError, ShapeError } from "../../tensor/errors.ts";
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import type { computedBudget } from "./computed.ts";
import { describe, type FileNode } from "./nodeOrder.ts";
import { type Context, isConstant, type Known } from "./values.ts";

/** @typeParam C its argument: the context that all formats share, or an extension of it */
export interface Operator<C extends Context = Context> {
  /** Whether inputs may be cut into blocks; others are refused. */
  readonly takesBlocks?: boolean;
  /** Appends nodes to the graph, or computes a constant. @returns a list if there are several outputs */
  run(context: C): Known | readonly Known[];
}

/** @param takesBlocks default false */
export function operator<C extends Context = Context>(run: Operator<C>["run"], takesBlocks?: boolean): Operator<C> {
  return { run, takesBlocks: takesBlocks === true };
}

/** State that all nodes of a graph share during import. */
export interface BuildState {
  readonly g: GraphBuilder;
  readonly weights: Map<string, Weight>;
  /** The builder for an operator whose results are integers of these levels. */
  withLevels(levels: QuantizedLevels): GraphBuilder;
  readonly batch: number;
  readonly nameOf: (wanted: string) => string;
  readonly spend: ReturnType<typeof computedBudget>;
}

/** Imports one node and adds its results to `known`. @param own what the format adds to the context */
export function runNode<Own extends object>(
  file: string,
  node: FileNode,
  operator: Operator<Context & Own>,
  own: Own,
  known: Map<string, Known>,
  state: BuildState,
): void {
  const fail = (what: string): never => {
    throw new FormatError(`${file}: ${describe(node)} ${what}`);
  };
  if (node.outputs.length === 0) fail("has no output");
  const name = state.nameOf(node.name);
  const inputs = node.inputs.map((input) => {
    const found = input === "" ? null : (known.get(input) as Known);
    if (found !== null && !isConstant(found) && found.blocks !== undefined && operator.takesBlocks !== true) {
      fail("works on blocks, needs them put together before it");
    }
    return found;
  });
  const context = {
    ...state,
    ...own,
    name,
    inputs,
    fail,
    fresh: (suffix: string) => state.nameOf(`${name}_${suffix}`),
    spend: (bytes: number) => state.spend(bytes, fail),
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
