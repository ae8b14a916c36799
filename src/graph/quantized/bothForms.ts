/** @file Shared by the passes that make integer networks: values in two forms, layers, weights that are kept. */
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { appendNamed, type Made } from "../again.ts";
import { type Graph, type GraphNode, type LinearNode, type WeightQuantization, weightSpecs } from "../graph.ts";
import type { Value } from "../methods/value.ts";

/** Values of a network under construction: as integers, as real numbers, or as both. */
export interface BothForms {
  /** Notes the integers of a value. */
  setIntegers(value: string, integers: Value): void;
  integers(value: string): Value | undefined;
  /** Dequantizes a value where it is needed. */
  real(value: string): Value;
  /** Appends a node on real numbers. */
  appendReal(node: GraphNode): void;
}

export function bothForms(made: Made, { inputs }: Graph, fresh: (wanted: string) => string): BothForms {
  const integers = new Map<string, Value>();
  const reals = new Map<string, Value>(inputs.map(({ name }) => [name, name]));
  const real = (value: string): Value => {
    const found = reals.get(value);
    if (found !== undefined) return found;
    const own = made.builder.dequantize(integers.get(value) as Value, { name: fresh(`${value}_real`) });
    reals.set(value, own);
    return own;
  };
  return {
    setIntegers: (value, own) => void integers.set(value, own),
    integers: (value) => integers.get(value),
    real,
    appendReal: (node) => {
      appendNamed(made, { ...node, inputs: node.inputs.map(real) });
      reals.set(node.name, node.name);
    },
  };
}

/** Appends an integer layer. @returns it, with the levels of its weights */
export function appendLayer(
  made: Made,
  node: LinearNode,
  x: Value,
  filter: Omit<WeightQuantization, "axis">,
  output: QuantizedLevels,
): LinearNode {
  const quantization = { ...filter, axis: null }; // the builder knows it
  appendNamed(made, {
    ...node,
    inputs: [x],
    weights: { ...node.weights, filter: { ...node.weights.filter, quantization } },
    quantization: { inputs: [made.builder.levelsOf(x)], output },
  });
  return made.nodes[made.nodes.length - 1] as LinearNode;
}

/** The weights that a graph uses. */
export function usedBy<W>(graph: Graph, weights: ReadonlyMap<string, W>): Map<string, W> {
  const used = new Set(weightSpecs(graph).map(({ name }) => name));
  return new Map([...weights].filter(([name]) => used.has(name)));
}
