/** @file The values of a graph as they are appended: names are unique, and inputs exist before they are read. */
import { ShapeError, show } from "../tensor/errors.ts";
import { checkLevels, type QuantizedLevels } from "../tensor/quantizedTensor.ts";
import { checkShape, formatShape, type Shape } from "../tensor/shape.ts";
import type { Draft } from "./draft.ts";
import type { GraphInput, GraphNode, WeightSpec } from "./graph.ts";
import type { Value } from "./methods/value.ts";
import { quantizedNode } from "./quantized/rules.ts";
import type { Named } from "./specs.ts";

export interface NodeList {
  readonly inputs: readonly GraphInput[];
  readonly nodes: GraphNode[];
  /** @throws ShapeError if there is no such value yet */
  shapeOf(x: Value): Shape;
  /** @throws ShapeError likewise */
  levelsOf(x: Value): QuantizedLevels | null;
  /**
   * Appends a node.
   *
   * @param byDefault what its integers represent, if not known otherwise
   * @returns its name
   */
  append(
    spec: Named,
    inputs: readonly Value[],
    draft: Draft,
    weights?: Record<string, Shape | null>,
    byDefault?: QuantizedLevels | null,
  ): Value;
}

/** @param former nodes of another list with the same inputs; this list starts with them */
export function nodeList(name: string, inputs: readonly GraphInput[], former: readonly GraphNode[] = []): NodeList {
  checkName("graphBuilder", name);
  if (inputs.length === 0) throw new ShapeError("graphBuilder: there is no input, needs at least one");
  const shapes = new Map<Value, Shape>();
  const levels = new Map<Value, QuantizedLevels>();
  for (const input of inputs) {
    checkName("graphBuilder", input.name);
    checkShape("graphBuilder", input.name, input.shape, 1);
    if (shapes.has(input.name)) throw new ShapeError(`graphBuilder: two inputs are called ${show(input.name)}`);
    if (input.shape[0] !== 1) {
      const shape = formatShape(input.shape);
      throw new ShapeError(`graphBuilder: ${input.name} is ${shape}, needs 1 as its first extent, for one image`);
    }
    shapes.set(input.name, [...input.shape]);
    const { quantization } = input;
    if (quantization) levels.set(input.name, checkLevels(`graphBuilder: ${input.name}`, "", quantization));
  }
  const add = (node: GraphNode): void => {
    shapes.set(node.name, node.outputShape);
    if (node.quantization?.output) levels.set(node.name, node.quantization.output);
  };
  const nodes = [...former];
  former.forEach(add);

  const shapeOf = (x: Value): Shape => {
    const shape = shapes.get(x);
    if (shape === undefined) throw new ShapeError(`graph ${name}: there is no value ${show(x)} yet`);
    return shape;
  };

  const levelsOf = (x: Value): QuantizedLevels | null => {
    shapeOf(x);
    return levels.get(x) ?? null;
  };

  const append = (
    spec: Named,
    inputs: readonly Value[],
    draft: Draft,
    weights: Record<string, Shape | null> = {},
    byDefault: QuantizedLevels | null = null,
  ): Value => {
    const nodeName = checkName(draft.op, spec.name ?? `${draft.op}_${nodes.length + 1}`);
    if (shapes.has(nodeName)) throw new ShapeError(`graph ${name}: the name ${show(nodeName)} is taken`);
    if (draft.outputShape[0] !== 1) {
      const shape = formatShape(draft.outputShape);
      throw new ShapeError(
        `graph ${name}: ${nodeName} gives ${shape}, needs to keep the first extent 1: images stay apart`,
      );
    }
    const quantized = quantizedNode(draft, inputs.map(levelsOf), spec, weights, byDefault);
    const specs: Record<string, WeightSpec> = {};
    for (const [role, shape] of Object.entries(weights)) {
      const quantization = quantized?.weights[role];
      if (shape !== null) specs[role] = { name: `${nodeName}/${role}`, shape, ...(quantization && { quantization }) };
    }
    const made = { name: nodeName, inputs, inputShapes: inputs.map(shapeOf), weights: specs, ...draft };
    const node = (quantized === null ? made : { ...made, quantization: quantized.node }) as GraphNode;
    nodes.push(node);
    add(node);
    return nodeName;
  };

  const own = inputs.map(({ name: input, shape }) => {
    const quantization = levels.get(input);
    return { name: input, shape: [...shape], ...(quantization && { quantization }) };
  });
  return { inputs: own, nodes, shapeOf, levelsOf, append };
}

function checkName(op: string, name: unknown): string {
  if (typeof name === "string" && name !== "" && !/\p{Surrogate}/u.test(name)) return name;
  throw new ShapeError(`${op}: name is ${show(name)}, needs a string, not empty and of whole characters`);
}
