/** @file Whether something handed over as a graph is one. */
import { ShapeError, show } from "../tensor/errors.ts";
import type { Graph } from "./graph.ts";

/** @throws ShapeError unless `value` has the fields of a graph, and its nodes those of nodes */
export function checkGraph(op: string, value: unknown): Graph {
  const fail = (what: string, found: unknown, needed: string): never => {
    throw new ShapeError(`${op}: ${what} is ${show(found)}, needs ${needed}`);
  };
  const made = "one that graphBuilder or a model function makes";
  if (!isRecord(value)) return fail("graph", value, made);
  const { name, input, nodes, output } = value;
  if (typeof name !== "string") return fail("graph.name", name, `a string; ${made}`);
  if (!isRecord(input) || typeof input.name !== "string" || !Array.isArray(input.shape)) {
    return fail("graph.input", input, `{ name, shape }; ${made}`);
  }
  if (typeof output !== "string") return fail("graph.output", output, `the name of a value; ${made}`);
  if (!Array.isArray(nodes)) return fail("graph.nodes", nodes, `a list of nodes; ${made}`);
  nodes.forEach((node: unknown, i) => {
    const isNode =
      isRecord(node) &&
      typeof node.name === "string" &&
      typeof node.op === "string" &&
      [node.inputs, node.inputShapes, node.outputShape].every(Array.isArray) &&
      isRecord(node.weights);
    if (!isNode) fail(`graph.nodes[${i}]`, node, `a node; ${made}`);
  });
  return value as unknown as Graph;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
