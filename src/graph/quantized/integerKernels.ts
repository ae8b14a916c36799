/** @file What a schedule knows of kernels for integers: they are loaded only for a graph that has integers. */
import type { GraphNode } from "../graph.ts";

export interface IntegerKernels<K> {
  /** @returns null for a reshape, which computes nothing */
  kernelOf(node: GraphNode): K | null;
}
