/** @file A network's standard convolutions under each algorithm: multiplications, additions, and memory. */
import {
  type AlgorithmCost,
  algorithmCost,
  COUNTED_ALGORITHMS,
  type CountedAlgorithm,
} from "../geometry/algorithmCost.ts";
import { type Graph, isConv, isDepthwiseConv } from "../graph/graph.ts";
import { sum } from "./analyze.ts";

/**
 * A network whose standard convolutions are all computed by one algorithm, or directly where it does not support them.
 */
export interface AlgorithmCount {
  readonly algorithm: CountedAlgorithm;
  readonly layers: readonly CountedLayer[];
  /** Layers that the algorithm supports. */
  readonly taken: number;
  /** Products and transforms, for one image. */
  readonly multiplications: number;
  readonly additions: number;
  /** To transform the filters, done once. */
  readonly onceMultiplications: number;
  readonly onceAdditions: number;
  readonly filterBytes: number;
  /** Scratch memory of the layer that needs the most. */
  readonly scratchBytes: number;
}

/** A standard convolution under an algorithm; the cost is null if the algorithm does not support it. */
export interface CountedLayer {
  readonly name: string;
  readonly cost: AlgorithmCost | null;
}

const FLOAT_BYTES = 4;

/** The standard convolutions of a checked graph, under every algorithm. */
export function countAlgorithms(graph: Graph): readonly AlgorithmCount[] {
  const nodes = graph.nodes.filter(isConv).filter((node) => node.op === "conv2d" && !isDepthwiseConv(node));
  return COUNTED_ALGORITHMS.map((algorithm) => {
    const layers = nodes.map(({ name, geometry }) => ({ name, cost: algorithmCost(geometry, algorithm) }));
    const costs = layers.map(({ cost }, i) => cost ?? (algorithmCost(nodes[i].geometry, "direct") as AlgorithmCost));
    const total = (of: (cost: AlgorithmCost) => number): number => sum(costs, of);
    return {
      algorithm,
      layers,
      taken: layers.filter(({ cost }) => cost !== null).length,
      multiplications: total(({ products, transforms }) => products.multiplications + transforms.multiplications),
      additions: total(({ products, transforms }) => products.additions + transforms.additions),
      onceMultiplications: total(({ once }) => once.multiplications),
      onceAdditions: total(({ once }) => once.additions),
      filterBytes: FLOAT_BYTES * total(({ filterElements }) => filterElements),
      scratchBytes: FLOAT_BYTES * Math.max(0, ...costs.map(({ scratchElements }) => scratchElements)),
    };
  });
}
