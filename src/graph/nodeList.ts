/** @file The nodes of a graph as they are appended: names are unique, and inputs exist before they are read. */
import { ShapeError, show } from "../tensor/errors.ts";
import { checkShape, formatShape, type Shape } from "../tensor/shape.ts";
import type { GraphInput, GraphNode, WeightSpec } from "./graph.ts";
import type { Named, Value } from "./specs.ts";

/** A node before it gets its name, inputs and weights. `Omit` alone does not distribute over unions. */
export type Draft = GraphNode extends infer T
  ? T extends GraphNode
    ? Omit<T, "name" | "inputs" | "inputShapes" | "weights">
    : never
  : never;

export interface NodeList {
  readonly nodes: GraphNode[];
  /** @throws ShapeError if there is no such value yet */
  shapeOf(x: Value): Shape;
  /** Appends a node. @returns its name */
  append(spec: Named, inputs: readonly Value[], draft: Draft, weights?: Record<string, Shape | null>): Value;
}

export function nodeList(name: string, input: GraphInput): NodeList {
  checkName("graphBuilder", name);
  checkName("graphBuilder", input.name);
  checkShape("graphBuilder", "input", input.shape, 1);
  if (input.shape[0] !== 1) {
    throw new ShapeError(`graphBuilder: input ${formatShape(input.shape)} is a batch, needs one image: 1×…`);
  }
  const shapes = new Map<Value, Shape>([[input.name, [...input.shape]]]);
  const nodes: GraphNode[] = [];

  const shapeOf = (x: Value): Shape => {
    const shape = shapes.get(x);
    if (shape === undefined) throw new ShapeError(`graph ${name}: there is no value ${show(x)} yet`);
    return shape;
  };

  const append = (
    spec: Named,
    inputs: readonly Value[],
    draft: Draft,
    weights: Record<string, Shape | null> = {},
  ): Value => {
    const nodeName = checkName(draft.op, spec.name ?? `${draft.op}_${nodes.length + 1}`);
    if (shapes.has(nodeName)) throw new ShapeError(`graph ${name}: the name ${show(nodeName)} is taken`);
    if (draft.outputShape[0] !== 1) {
      const shape = formatShape(draft.outputShape);
      throw new ShapeError(
        `graph ${name}: ${nodeName} gives ${shape}, needs to keep the first extent 1: images stay apart`,
      );
    }
    const specs: Record<string, WeightSpec> = {};
    for (const [role, shape] of Object.entries(weights)) {
      if (shape !== null) specs[role] = { name: `${nodeName}/${role}`, shape };
    }
    const node = { name: nodeName, inputs, inputShapes: inputs.map(shapeOf), weights: specs, ...draft };
    nodes.push(node as GraphNode);
    shapes.set(nodeName, draft.outputShape);
    return nodeName;
  };

  return { nodes, shapeOf, append };
}

function checkName(op: string, name: unknown): string {
  if (typeof name === "string" && name !== "" && !/\p{Surrogate}/u.test(name)) return name;
  throw new ShapeError(`${op}: name is ${show(name)}, needs a string, not empty and of whole characters`);
}
