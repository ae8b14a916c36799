/** @file The schedule that an executor runs: values in execution order, each computed from earlier ones. */
import type { Shape } from "../tensor/shape.ts";
import { type Graph, outputShapeOf } from "./graph.ts";

/** Computes the value of the same name. A step whose operation is "reshape" only changes a value's shape. */
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
  /** Values that exist before a run. */
  readonly inputs: readonly NamedShape[];
  readonly steps: readonly S[];
  /** Values that still exist after it. */
  readonly outputs: readonly NamedShape[];
}

export function scheduleOf(graph: Graph): Schedule<Graph["nodes"][number]> {
  return {
    inputs: [graph.input],
    steps: graph.nodes,
    outputs: [{ name: graph.output, shape: outputShapeOf(graph) }],
  };
}
