/** @file What an operation states about a node that it appends. */
import type { GraphNode } from "./graph.ts";

/** A node without its name, inputs and weights. `Omit` alone does not distribute over unions. */
export type Draft = GraphNode extends infer T
  ? T extends GraphNode
    ? Omit<T, "name" | "inputs" | "inputShapes" | "weights" | "quantization">
    : never
  : never;
