/**
 * @file Validates graphs from any source, such as parsed JSON or a pass: the builder builds them again and the result
 * is compared, so only the builder needs to know what is valid.
 */

import { ShapeError, show } from "../tensor/errors.ts";
import { builderOf } from "./builder.ts";
import type { Graph, GraphNode, WeightSpec } from "./graph.ts";
import { OPERATIONS } from "./operations.ts";

/** Max nodes. The largest MobileNet has about two hundred. */
const MAX_NODES = 100_000;
/** Max inputs, and outputs. */
const MAX_ENDS = 10_000;

/**
 * @param op for messages
 * @returns a private copy
 * @throws ShapeError that names the node, the field, the value found and the value needed
 */
export function readGraph(op: string, value: unknown): Graph {
  try {
    return rebuilt(op, value);
  } catch (error) {
    if (error instanceof ShapeError) throw error;
    // A proxy, or a getter that throws.
    throw new ShapeError(`${op}: graph cannot be read (${error instanceof Error ? error.message : show(error)})`);
  }
}

function rebuilt(op: string, value: unknown): Graph {
  const fail: Fail = (what, found, needed) => {
    throw new ShapeError(`${op}: ${what} is ${show(found)}, needs ${needed}`);
  };
  const made = "one that graphBuilder or a model function makes";
  if (!isRecord(value)) fail("graph", value, made);
  const { name, nodes } = value;
  if (typeof name !== "string" || name === "") fail("graph.name", name, `a string; ${made}`);
  const ends = endsOf("input", value, isNamedShape, "{ name, shape }", fail);
  const names = endsOf("output", value, (one): one is string => typeof one === "string", "a name", fail);
  if (!Array.isArray(nodes)) fail("graph.nodes", nodes, `a list of nodes; ${made}`);
  if (nodes.length > MAX_NODES) fail("the length of graph.nodes", nodes.length, `at most ${MAX_NODES}`);
  const again = within(`${op}: graph.inputs`, () =>
    builderOf(
      name,
      ends.map(({ name: end, shape, quantization }) => ({ name: end, shape, ...(quantization && { quantization }) })),
    ),
  );
  for (let i = 0; i < nodes.length; i++) {
    const path = `graph.nodes[${i}]`;
    const node: unknown = nodes[i];
    checkNode(path, node, fail);
    const { weights } = node;
    within(`${op}: ${path}`, () => again.again(node));
    const rebuiltNode = again.nodes[i];
    const different = firstDifference(path, node, rebuiltNode);
    if (different !== null) fail(...different);
    const extra = Object.keys(weights).find((role) => !Object.hasOwn(rebuiltNode.weights, role));
    if (extra !== undefined) fail(`${path}.weights`, extra, `${Object.keys(rebuiltNode.weights).join(", ") || "none"}`);
    again.nodes[i] = { ...rebuiltNode, weights: namedAs(weights, rebuiltNode.weights) };
  }
  const graph = within(`${op}: graph.outputs`, () => again.build(names.map((one) => [one, one])));
  const different = firstDifference("graph.inputs", ends, graph.inputs);
  if (different !== null) fail(...different);
  return graph;
}

/**
 * The inputs or outputs of a graph. Old graphs name only the first, and a program may have replaced the only output:
 * `{ ...graph, output: "features" }`.
 */
function endsOf<T>(
  what: "input" | "output",
  graph: Record<string, unknown>,
  isEnd: (end: unknown) => end is T,
  needed: string,
  fail: Fail,
): readonly T[] {
  const { [what]: first, [`${what}s`]: all = [first] } = graph;
  if (!Array.isArray(all)) fail(`graph.${what}s`, all, `a list, each ${needed}`);
  if (all.length === 0 || all.length > MAX_ENDS) {
    fail(`the length of graph.${what}s`, all.length, `1 to ${MAX_ENDS}`);
  }
  if (all.length === 1) {
    const only: unknown = first ?? all[0];
    return [isEnd(only) ? only : fail(`graph.${what}`, only, needed)];
  }
  const ends = all.map((end: unknown, i) => (isEnd(end) ? end : fail(`graph.${what}s[${i}]`, end, needed)));
  const different = firstDifference(`graph.${what}`, first ?? ends[0], ends[0]);
  if (different !== null) fail(...different);
  return ends;
}

/** Prefixes the builder's errors with the node's path. */
function within<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof ShapeError ? new ShapeError(`${path}: ${error.message}`) : error;
  }
}

/** The first field that the builder made differently: its path, the value found, the value needed. */
function firstDifference(path: string, found: unknown, made: unknown): [string, unknown, string] | null {
  if (typeof made !== "object" || made === null) return Object.is(found, made) ? null : [path, found, show(made)];
  if (typeof found !== "object" || found === null) return [path, found, show(made)];
  if (Array.isArray(made) && (found as unknown[]).length !== made.length) return [path, found, show(made)];
  const fields = found as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(made)) {
    const at = Array.isArray(made) ? `${path}[${key}]` : `${path}.${key}`;
    if (key === "name" && path.includes(".weights.")) continue; // weights may have any name
    const different = firstDifference(at, fields[key], value);
    if (different !== null) return different;
  }
  return null;
}

/** The builder's weights under the given node's names; both have the same roles. */
function namedAs(given: GraphNode["weights"], made: GraphNode["weights"]): GraphNode["weights"] {
  return Object.fromEntries(
    Object.entries(made).map(([role, spec]): [string, WeightSpec] => [role, { ...spec, name: given[role].name }]),
  );
}

type Fail = (what: string, found: unknown, needed: string) => never;

/** Checks that the fields that the operations read from exist. */
function checkNode(path: string, node: unknown, fail: Fail): asserts node is GraphNode {
  if (!isRecord(node)) fail(path, node, "a node");
  const { name, op, inputs, outputShape, weights, geometry, quantization } = node;
  if (typeof name !== "string") fail(`${path}.name`, name, "a string");
  if (typeof op !== "string" || !Object.hasOwn(OPERATIONS, op))
    fail(`${path}.op`, op, `one of ${Object.keys(OPERATIONS).join(", ")}`);
  if (!Array.isArray(inputs)) fail(`${path}.inputs`, inputs, "a list of names");
  if (!Array.isArray(outputShape)) fail(`${path}.outputShape`, outputShape, "a shape");
  if (!isRecord(weights) || !Object.values(weights).every(isNamedShape)) {
    fail(`${path}.weights`, weights, "a record of { name, shape }");
  }
  if (quantization !== undefined && !isRecord(quantization)) fail(`${path}.quantization`, quantization, "an object");
  if (op === "quantize" && !isRecord(quantization?.output)) fail(`${path}.quantization`, quantization, "an output");
  if (/(conv|pool|transpose)2d$/i.test(op) && !isRecord(geometry)) fail(`${path}.geometry`, geometry, "an object");
}

function isNamedShape(value: unknown): value is Graph["input"] {
  return isRecord(value) && typeof value.name === "string" && Array.isArray(value.shape);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
