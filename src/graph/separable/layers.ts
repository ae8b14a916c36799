/** @file The standard convolutions of a graph that may become separable, and the choice among them. */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { checkBoolean, ShapeError, show } from "../../tensor/errors.ts";
import { suggestion } from "../../tensor/nearest.ts";
import {
  type BatchNormNode,
  type ConvNode,
  type Graph,
  type GraphNode,
  isConv,
  isDepthwiseConv,
  isLinear,
} from "../graph.ts";
import { readersOf } from "../rewrite.ts";
import { checkUnshared } from "../weights.ts";

/** A standard or grouped convolution with the batch norm and activation that follow it. */
export interface StandardLayer {
  readonly node: ConvNode;
  readonly norm: BatchNormNode | null;
  readonly activation: Activation;
}

/** Which standard convolutions to replace: "all", their names, or a predicate. */
export type LayerChoice = "all" | readonly string[] | ((layer: ConvNode) => boolean);

/**
 * @param choice default: {@link defaultLayers}
 * @throws ShapeError for a choice that is invalid or chooses none
 */
export function chosenLayers(op: string, graph: Graph, choice: LayerChoice | undefined): readonly StandardLayer[] {
  const candidates = graph.nodes.filter(isStandard);
  const chosen = candidates.filter(chooser(op, graph, candidates, choice));
  if (chosen.length === 0) throw new ShapeError(`${op}: ${nothingToDo(graph, candidates, choice)}`);
  checkUnshared(op, graph, chosen);
  const readers = readersOf(graph);
  return chosen.map((node) => layerOf(node, graph, readers));
}

function isStandard(node: GraphNode): node is ConvNode {
  return node.op === "conv2d" && node.geometry.KH * node.geometry.KW > 1 && !isDepthwiseConv(node);
}

function chooser(
  op: string,
  graph: Graph,
  candidates: readonly ConvNode[],
  choice: LayerChoice | undefined,
): (node: ConvNode) => boolean {
  if (choice === "all") return () => true;
  if (choice === undefined) {
    const chosen = defaultLayers(graph);
    return (node) => chosen.has(node);
  }
  if (typeof choice === "function") return (node) => checkBoolean(op, "the result of layers", choice(node));
  if (!Array.isArray(choice) || !choice.every((name) => typeof name === "string")) {
    throw new ShapeError(`${op}: layers is ${show(choice)}, needs "all", a list of names, or a function`);
  }
  for (const name of choice) {
    if (candidates.some((node) => node.name === name)) continue;
    const hint = suggestion(
      name,
      candidates.map((node) => node.name),
    );
    const found = graph.nodes.find((node) => node.name === name);
    const what = found === undefined ? `${graph.name} has no such layer${hint}` : `it is ${kindOf(found)}`;
    throw new ShapeError(
      `${op}: layers has ${show(name)}, ${what}; needs standard convolutions with kernels above 1×1`,
    );
  }
  return (node) => choice.includes(node.name);
}

/** All that become cheaper, except a network's first layers: those that read its inputs through no other layer. */
export function defaultLayers(graph: Graph): ReadonlySet<ConvNode> {
  const deep = behindLayers(graph);
  const isCheaper = ({ geometry }: ConvNode): boolean => maxMultiplier(geometry) > 0;
  return new Set(graph.nodes.filter(isStandard).filter((node) => deep.has(node.name) && isCheaper(node)));
}

/** Values that depend on a convolution or dense layer. */
function behindLayers(graph: Graph): ReadonlySet<string> {
  const behind = new Set<string>();
  const layers = new Set(graph.nodes.filter(isLinear).map(({ name }) => name));
  for (const { name, inputs } of graph.nodes) {
    if (inputs.some((input) => behind.has(input) || layers.has(input))) behind.add(name);
  }
  return behind;
}

function kindOf(node: GraphNode): string {
  if (!isConv(node)) return `a node of kind ${node.op}`;
  return isDepthwiseConv(node) ? "a depthwise convolution" : "a 1×1 convolution";
}

function nothingToDo({ name, nodes }: Graph, candidates: readonly ConvNode[], choice: LayerChoice | undefined): string {
  const already = nodes.some(isDepthwiseConv) ? `${name} is separable already: ` : `${name} has nothing to replace: `;
  if (candidates.length === 0) return `${already}there is no standard convolution with a kernel above 1×1`;
  const names = candidates.slice(0, 3).map((node) => node.name);
  const listed = `${names.join(", ")}${candidates.length > names.length ? ", …" : ""}`;
  if (choice !== undefined) return `layers chooses none of the standard convolutions of ${name}, ${listed}`;
  return `${already}its standard convolutions, ${listed}, are its first layers or have too few outputs; layers: "all" replaces them too`;
}

/** The layer with the batch norm and the activation that directly follow it. */
function layerOf(
  node: ConvNode,
  { outputs }: Graph,
  readers: ReadonlyMap<string, readonly GraphNode[]>,
): StandardLayer {
  const next = ({ name }: GraphNode): GraphNode | null => {
    const all = readers.get(name) ?? [];
    return all.length === 1 && !outputs.includes(name) ? all[0] : null;
  };
  if (node.activation !== "none") return { node, norm: null, activation: node.activation };
  const first = next(node);
  const norm = first?.op === "batchNormalization" ? first : null;
  const last = norm === null ? first : next(norm);
  return { node, norm, activation: last?.op === "activation" ? last.activation : "none" };
}

/**
 * Multiply-accumulates of a layer: separable with multiplier M, or as it is.
 *
 *   OH · OW · M · C · (k² + O/G)          OH · OW · (C/G) · k² · O
 *
 * @param M null: as it is
 */
export function macsOf({ OH, OW, KH, KW, C, G, O }: Conv2dGeometry, M: number | null): number {
  const pixels = OH * OW * C;
  return M === null ? (pixels * KH * KW * O) / G : pixels * M * (KH * KW + O / G);
}

/** The largest multiplier with which a layer is cheaper than as it is: M < k² · (O/G) / (k² + O/G). */
export function maxMultiplier(geometry: Conv2dGeometry): number {
  return Math.ceil(macsOf(geometry, null) / macsOf(geometry, 1)) - 1;
}
