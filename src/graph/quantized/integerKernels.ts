/** @file What a schedule knows of kernels for integers, which are loaded where a graph has any. */
import type { GraphNode } from "../graph.ts";

export interface IntegerKernels<K> {
  /** @returns null for a reshape, which computes nothing */
  kernelOf(node: GraphNode): K | null;
}
