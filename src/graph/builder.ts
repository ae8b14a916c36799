/**
 * @file The builder: a network is written as a function that calls its methods.
 *
 * Every method checks its operands and options like the eager operation of the same name, has the same defaults, infers
 * the result's shape, and returns the new value's name.
 */
import { checkRecord, ShapeError, show } from "../tensor/errors.ts";
import type { OutputQuantization, QuantizedLevels } from "../tensor/quantizedTensor.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Graph, GraphInput, GraphNode } from "./graph.ts";
import type { GraphBuilder } from "./methods/graphBuilder.ts";
import type { Value } from "./methods/value.ts";
import { type NodeList, nodeList } from "./nodeList.ts";
import { OPERATIONS, operationOf } from "./operations.ts";
import { withOutputs } from "./outputs.ts";
import { split } from "./split.ts";

/**
 * Starts a graph.
 *
 * @param name   of the graph, for tables and messages; not empty
 * @param inputs [1, h, w, c], or any shape whose first extent, the number of images, is 1; several inputs as
 *   { name: shape, … }. A single shape is called "input". An integer input is { shape, type, scale, zeroPoint }.
 * @throws ShapeError for another shape, no name or no input
 *
 * @example
 * const g = graphBuilder("edge", [1, 28, 28, 1]);
 * const graph = g.build(g.conv2d(g.input, { outputs: 8, activation: "relu" }));
 *
 * @example
 * const two = graphBuilder("two", { image: [1, 8, 8, 3], mask: [1, 8, 8, 1] });
 * const masked = two.mul("image", "mask");
 * const both = two.build({ masked, mean: two.globalAveragePool2d(masked) });
 */
export function graphBuilder(
  name: string,
  inputs: Shape | Readonly<Record<string, Shape | IntegerInput>>,
): GraphBuilder {
  const named = Array.isArray(inputs)
    ? [{ name: "input", shape: inputs }]
    : Object.entries(checkRecord("graphBuilder", "inputs", inputs)).map(([input, given]): GraphInput => {
        if (Array.isArray(given) || typeof given !== "object" || given === null) {
          return { name: input, shape: given as Shape };
        }
        const { shape, ...quantization } = given as IntegerInput;
        return { name: input, shape, quantization: quantization as QuantizedLevels };
      });
  return builderOf(name, named).builder;
}

/** An integer input: its shape, and what its integers represent. */
export interface IntegerInput extends OutputQuantization {
  readonly shape: Shape;
}

/** @param freeName renames another value that has the name of an output; default: that is an error */
type Build = (
  outputs: readonly (readonly [name: string, value: Value])[],
  freeName?: (taken: string) => string,
) => Graph;

/** A builder, the list to which it appends nodes, and a function that finishes the graph with named outputs. */
export function builderOf(
  name: string,
  inputs: readonly GraphInput[],
): {
  readonly builder: GraphBuilder;
  readonly nodes: GraphNode[];
  readonly build: Build;
  /** Builds a node again, with its options. */
  again(node: GraphNode): void;
  /** The builder for nodes whose integers have these levels unless stated otherwise. */
  withLevels(levels: QuantizedLevels): GraphBuilder;
} {
  const list = nodeList(name, inputs);
  const build: Build = (outputs, freeName = refuse) => withOutputs(name, list, outputs, freeName);
  const refuse = (taken: string): never => {
    throw new ShapeError(`graph ${name}: an output is called ${show(taken)}, which is another value's name`);
  };
  const methods = methodsOf(list);
  const builder: GraphBuilder = {
    input: list.inputs[0].name,
    inputs: list.inputs.map((input) => input.name),
    shapeOf: list.shapeOf,
    levelsOf: list.levelsOf,
    ...methods,
    split: (x, sizes, spec = {}) => split(list.shapeOf, methods.slice, x, sizes, spec),
    build: (outputs) => {
      if (typeof outputs === "string") return build([[outputs, outputs]]);
      return build(Object.entries(checkRecord(`graph ${name}`, "outputs", outputs)) as [string, Value][]);
    },
  };
  const again = (node: GraphNode): void => {
    const options = integerOptions(node);
    const append: NodeList["append"] = (spec, ...rest) => list.append({ ...spec, ...options }, ...rest);
    const own = options === null ? builder : { ...builder, ...methodsOf({ ...list, append }) };
    operationOf(node).again(own, node);
  };
  const withLevels = (levels: QuantizedLevels): GraphBuilder => {
    const append: NodeList["append"] = (spec, inputs, draft, weights) =>
      list.append(spec, inputs, draft, weights, levels);
    return { ...builder, ...methodsOf({ ...list, append }) };
  };
  return { builder, nodes: list.nodes, build, again, withLevels };
}

/** The builder's options for an integer node; null for a node on real numbers. */
function integerOptions({ op, quantization, weights }: GraphNode): object | null {
  if (!quantization || op === "quantize") return null;
  const filter = weights.filter?.quantization;
  return {
    ...(quantization.output && { output: quantization.output }),
    ...(filter && { filter: { type: filter.type, scale: filter.scale, zeroPoint: filter.zeroPoint } }),
  };
}

type Methods = Pick<GraphBuilder, keyof typeof OPERATIONS>;

function methodsOf(list: NodeList): Methods {
  return Object.fromEntries(Object.entries(OPERATIONS).map(([op, { method }]) => [op, method(list)])) as Methods;
}
