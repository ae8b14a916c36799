/** @file What an operation says of a node that it appends. */
import type { GraphNode } from "./graph.ts";

/** A node before it gets its name, inputs and weights. `Omit` alone does not distribute over unions. */
export type Draft = GraphNode extends infer T
  ? T extends GraphNode
    ? Omit<T, "name" | "inputs" | "inputShapes" | "weights" | "quantization">
    : never
  : never;
