/** @file Where a weights file stores its network. */

/** Metadata key of the graph as JSON; prefixed, because other programs also write keys. */
export const GRAPH_KEY = "separable.graph";
