/** @file Whether something handed over as a graph is one. */
import { ACTIVATIONS } from "../geometry/activation.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { OPTIONS } from "./specs.ts";

/** @throws ShapeError unless `value` is a graph whose nodes have their fields, names of their own and inputs before them */
export function checkGraph(op: string, value: unknown): void {
  const fail: (what: string, found: unknown, needed: string) => never = (what, found, needed) => {
    throw new ShapeError(`${op}: ${what} is ${show(found)}, needs ${needed}`);
  };
  const made = "one that graphBuilder or a model function makes";
  if (!isRecord(value)) fail("graph", value, made);
  const { name, input, nodes, output } = value;
  if (typeof name !== "string") fail("graph.name", name, `a string; ${made}`);
  if (!isNamedShape(input)) fail("graph.input", input, `{ name, shape }; ${made}`);
  if (!Array.isArray(nodes)) fail("graph.nodes", nodes, `a list of nodes; ${made}`);
  const values = new Set([input.name]);
  for (const [i, node] of nodes.entries()) {
    const place = `graph.nodes[${i}]`;
    if (!isNode(node)) fail(place, node, `a node; ${made}`);
    const strange = node.inputs.find((x) => !values.has(x));
    if (strange !== undefined) fail(`${place}.inputs`, strange, "the input or nodes before it");
    if (values.has(node.name)) fail(`${place}.name`, node.name, "one that no value before it has");
    values.add(node.name);
  }
  if (!values.has(output as string)) fail("graph.output", output, `the name of a value; ${made}`);
}

/** Whether a node has what every node has, and what those of its operation are run by. */
function isNode(node: unknown): node is GraphNode {
  if (!isRecord(node)) return false;
  const { name, op, inputs, inputShapes, outputShape, weights, geometry, activation } = node;
  const lists = [inputs, inputShapes, outputShape];
  if (typeof name !== "string" || !isOperation(op) || !lists.every(Array.isArray) || !isRecord(weights)) return false;
  const { length } = inputs as unknown[];
  return (
    (op === "concat" ? length > 0 : length === (op === "add" || op === "mul" ? 2 : 1)) &&
    rolesOf(op).every((role) => role in weights) &&
    Object.values(weights).every(isNamedShape) &&
    (!/2d$/i.test(op) || isRecord(geometry)) &&
    ((op !== "activation" && !OPTIONS[op].includes("activation")) || ACTIVATIONS.some((one) => one === activation))
  );
}

function isOperation(op: unknown): op is GraphNode["op"] {
  return typeof op === "string" && Object.hasOwn(OPTIONS, op);
}

/** Roles of the weights that an operation cannot be without. */
function rolesOf(op: GraphNode["op"]): readonly string[] {
  if (op === "batchNormalization") return ["scale", "bias", "mean", "variance"];
  return /^dense$|conv2d$/i.test(op) ? ["filter"] : [];
}

function isNamedShape(value: unknown): value is Graph["input"] {
  return isRecord(value) && typeof value.name === "string" && Array.isArray(value.shape);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
