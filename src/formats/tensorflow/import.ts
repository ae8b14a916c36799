/** @file Imports TensorFlow's graph as JSON, with the weights beside it. */
import { FormatError, show } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ImportedNetwork } from "../format.ts";
import type { FileInput } from "../importer/inputShapes.ts";
import { type FileNetwork, type NetworkOptions, networkIn } from "../importer/network.ts";
import type { FileNode } from "../importer/nodeOrder.ts";
import { type BuildState, runNode } from "../importer/operator.ts";
import type { Constant, Known } from "../importer/values.ts";
import { type Json, objectOf } from "../json.ts";
import {
  type GraphDefNode,
  graphDefNodes,
  numberAttribute,
  plainName,
  shapeAttribute,
  typeAttribute,
} from "./graphDef.ts";
import { OPERATORS } from "./operators.ts";
import { shapeIn } from "./shape.ts";
import { knownAs } from "./unsupported.ts";

/** The topology of a file, and its signature. */
export interface TensorflowGraph {
  /** { "node": […] } */
  readonly topology: Json;
  /** { "inputs": { NAME: { "name": "x:0" } }, "outputs": … }; null if there is none. */
  readonly signature: Json | null;
}

interface Node extends FileNode {
  readonly node: GraphDefNode;
}

/**
 * @param tensors weights by the names of their nodes
 * @param bytes   size of the file, which limits the constants computed from it
 */
export function importTensorflow(
  file: string,
  { topology, signature }: TensorflowGraph,
  tensors: ReadonlyMap<string, { readonly tensor: Tensor; readonly isInteger: boolean }>,
  options: NetworkOptions,
  bytes: number,
): ImportedNetwork {
  const all = graphDefNodes(file, topology);
  const constants = new Map<string, Constant>();
  for (const node of all) if (node.op === "Const") constants.set(node.name, constantOf(file, node, tensors));
  const { inputs, outputs, nodes } = endsOf(file, all, signature);
  const network = { name: "tensorflow", constants, inputs, nodes, outputs };
  return networkIn(file, network, options, bytes, (node, known, state) => run(file, node, known, state));
}

/** Inputs, outputs, and the nodes that compute something. */
export function endsOf(
  file: string,
  all: readonly GraphDefNode[],
  signature: Json | null,
): Pick<FileNetwork<Node>, "inputs" | "nodes" | "outputs"> {
  const inputs = all.filter(({ op }) => op === "Placeholder").map((node) => inputOf(node, signature));
  const others = all.filter(({ op }) => !["Const", "NoOp", "Placeholder"].includes(op));
  const nodes = others.map((node): Node => ({ ...node, outputs: outputsOf(node), node }));
  return { inputs, nodes, outputs: outputsIn(file, all, nodes, signature) };
}

function constantOf(file: string, { name }: GraphDefNode, tensors: Parameters<typeof importTensorflow>[2]): Constant {
  const found = tensors.get(name);
  if (found === undefined) throw new FormatError(`${file}: the manifest has no weights for the constant ${show(name)}`);
  const { tensor, isInteger } = found;
  return { shape: tensor.shape, data: tensor.toFloat32Array(), isInteger };
}

/** The signature may state the shape if the node does not. */
function inputOf({ name, attributes }: GraphDefNode, signature: Json | null): FileInput {
  const stated = endsIn(signature, "inputs").find(([, value]) => value.name === name);
  const shape = shapeAttribute(attributes, "shape") ?? shapeIn(stated?.[1].shape);
  const type = typeAttribute(attributes, "dtype");
  const isReal = ["", "DT_FLOAT", "DT_HALF", "DT_BFLOAT16"].includes(type);
  if (shape === undefined) return { name, shape: [], obstacle: "does not state its shape" };
  return { name, shape, obstacle: isReal ? null : `has the type ${type}, needs real numbers` };
}

/** Operators with several outputs, and the attribute with their number. */
const COUNTS: ReadonlyMap<string, string> = new Map([
  ["Split", "num_split"],
  ["SplitV", "num_split"],
  ["Unpack", "num"],
]);
const MAX_OUTPUTS = 4096;

function outputsOf({ name, op, attributes }: GraphDefNode): readonly string[] {
  const attribute = COUNTS.get(op);
  const count = attribute === undefined ? 1 : numberAttribute(attributes, attribute, 1);
  if (!(count >= 1 && count <= MAX_OUTPUTS)) return [];
  return Array.from({ length: Math.floor(count) }, (_, i) => (i === 0 ? name : `${name}:${i}`));
}

type End = readonly [name: string, value: { readonly name: string; readonly shape: unknown }];

/** Inputs or outputs of the signature, by their names there. */
function endsIn(signature: Json | null, which: "inputs" | "outputs"): readonly End[] {
  return Object.entries(objectOf(signature?.[which])).map(([name, value]): End => {
    const { name: of, tensorShape } = objectOf(value);
    return [plainName(name), { name: plainName(typeof of === "string" ? of : name), shape: tensorShape }];
  });
}

/** The outputs of the signature, else values that no node reads. */
function outputsIn(
  file: string,
  all: readonly GraphDefNode[],
  nodes: readonly Node[],
  signature: Json | null,
): readonly (readonly [name: string, value: string])[] {
  const stated = endsIn(signature, "outputs");
  if (stated.length > 0) return stated.map(([name, value]) => [name, value.name]);
  const read = new Set(all.flatMap(({ inputs }) => inputs));
  const ends = nodes.filter(({ outputs }) => outputs.length > 0 && !outputs.some((name) => read.has(name)));
  if (ends.length === 0) throw new FormatError(`${file}: has no outputs, needs one`);
  return ends.map(({ name }) => [name, name]);
}

function run(file: string, node: Node, known: Map<string, Known>, state: BuildState): void {
  const operator = OPERATORS.get(node.op);
  if (operator === undefined) {
    throw new FormatError(`${file}: the operator ${node.op} of ${show(node.name)} is not supported${knownAs(node.op)}`);
  }
  const own = { attributes: node.node.attributes, outputs: node.outputs.length };
  runNode(file, node, operator, own, known, state);
}
