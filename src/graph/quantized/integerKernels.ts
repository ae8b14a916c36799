/** @file A schedule's view of integer kernels, which are loaded only for graphs that have integers. */
import type { GraphNode } from "../graph.ts";

export interface IntegerKernels<K> {
  /** @returns null for a reshape, which computes nothing */
  kernelOf(node: GraphNode): K | null;
}
