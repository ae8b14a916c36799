/** @file Where a weights file keeps its network. */

/** Metadata key of the graph as JSON; with a prefix, since other programs have keys too. */
export const GRAPH_KEY = "separable.graph";
