/**
 * @file What an executor runs: values in the order in which they are computed, each by one layer from earlier values.
 */
import type { Shape } from "../tensor/shape.ts";
import { type Graph, outputShapeOf } from "./graph.ts";

/** A step computes the value of its name. A step whose operation is "reshape" only gives a value another shape. */
export interface Step {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
}

export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

export interface Schedule<S extends Step = Step> {
  /** Values that are there before a run. */
  readonly inputs: readonly NamedShape[];
  readonly steps: readonly S[];
  /** Values that are still there after it. */
  readonly outputs: readonly NamedShape[];
}

export function scheduleOf(graph: Graph): Schedule<Graph["nodes"][number]> {
  return {
    inputs: [graph.input],
    steps: graph.nodes,
    outputs: [{ name: graph.output, shape: outputShapeOf(graph) }],
  };
}
