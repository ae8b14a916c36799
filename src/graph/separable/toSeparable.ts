/** @file Makes a network's standard convolutions depthwise-separable, with or without its weights. */

import { ACTIVATIONS, type Activation } from "../../geometry/activation.ts";
import { isMap } from "../../tensor/brands.ts";
import { checkBoolean, knownKeys, oneOf, ShapeError } from "../../tensor/errors.ts";
import { checkPatience, PATIENCE, type Patience } from "../../tensor/patience.ts";
import type { Graph } from "../graph.ts";
import { checkReal } from "../quantized/real.ts";
import { readGraph } from "../readGraph.ts";
import { checkWeights, type Weights } from "../weights.ts";
import { type Approximation, approximated, decomposedLayers } from "./approximate.ts";
import { chosenLayers, type LayerChoice } from "./layers.ts";
import { checkMultiplier, multiplierRule } from "./multipliers.ts";
import { type Between, withReplacements } from "./replace.ts";

/** Options of `toSeparable` without weights. */
export interface SeparableOptions {
  /**
   * Which standard or grouped convolutions with kernels above 1×1: "all", names, or a predicate. Default: all that
   * become cheaper, except a network's first layers, which read its inputs.
   */
  readonly layers?: LayerChoice | undefined;
  /** M: depthwise kernels per input channel. Default 1. */
  readonly multiplier?: number | undefined;
  /** Whether batch norm is placed between the two. Default: if it follows the layer; with weights, false. */
  readonly batchNorm?: boolean | undefined;
  /** Activation between the two. Default: the one that follows the layer; with weights, "none". */
  readonly activation?: Activation | undefined;
}

/** Options of `toSeparable` with weights: at most one of `multiplier`, `energy` and `macs`. */
export interface ApproximationOptions extends SeparableOptions, Patience {
  /**
   * A target instead of a multiplier, above 0 and at most 1: each layer gets the smallest multiplier that keeps this
   * share of its filter's energy. A layer that would become more expensive stays.
   */
  readonly energy?: number | undefined;
  /**
   * Another target, the multiply-accumulates of the whole network: the multipliers that keep the largest sum of
   * energies, each layer's as a share, within that number. A layer may stay as it is.
   */
  readonly macs?: number | undefined;
}

/**
 * Makes a network's standard k×k convolutions separable: each becomes a depthwise k×k convolution with the same window,
 * and a pointwise one with its name, bias, outputs, and whatever follows. Dilation and groups are kept, the groups by
 * the pointwise convolution. Everything else stays.
 *
 * @returns a graph called NAME_separable
 * @throws ShapeError for an invalid graph or option, a graph with no such layer (for example one that is separable
 *   already), or a multiplier that makes a layer more expensive
 *
 * @example
 * const standard = mobilenetV1({ convolution: "standard" });
 * analyze(toSeparable(standard)).total.macs; // 568740352
 */
export function toSeparable(graph: Graph, options?: SeparableOptions): Graph;
/**
 * Does the same with the network's weights: the best approximation of each filter by M depthwise kernels for each input
 * channel, which are the leading singular vectors of its taps × outputs matrix, with the batch norm that follows taken
 * into account. Batch norm between the two, if wanted, starts as the identity; an activation there changes what the
 * network computes, and needs training.
 *
 * @param weights of the graph, as from `loadModel`; not changed
 * @returns graph, weights, and what each layer kept
 * @throws ShapeError also for weights that do not fit or are not finite, for two targets, and for one out of reach; the
 *   signal's reason when aborted
 *
 * @example
 * const standard = fashionNet({ convolution: "standard" });
 * const { graph, weights, layers } = toSeparable(standard, randomWeights(standard, 1), { multiplier: 2 });
 * layers[0].name; // "conv_1"
 * weights.get("conv_1_depthwise/filter")?.shape; // [3, 3, 16, 2]
 */
export function toSeparable(graph: Graph, weights: Weights, options?: ApproximationOptions): Approximation;
export function toSeparable(
  graph: Graph,
  second: Weights | SeparableOptions = {},
  third?: ApproximationOptions,
): Graph | Approximation {
  if (isMap(second) || third !== undefined) return withWeights(graph, second as Weights, third ?? {});
  const options = second as SeparableOptions;
  knownKeys(OP, options, [...KEYS, ...TARGETS]);
  const target = TARGETS.find((name) => Object.hasOwn(options, name));
  if (target !== undefined) {
    throw new ShapeError(`${OP}: ${target} needs the weights too: toSeparable(graph, weights, { ${target} })`);
  }
  const own = readGraph(OP, graph);
  checkReal(OP, own);
  const layers = chosenLayers(OP, own, options.layers);
  const { multiplier: wanted = 1 } = options;
  const multiplier = checkMultiplier(OP, layers, wanted);
  const between = betweenOf(options);
  return withReplacements(
    own,
    layers.map((layer) => ({ layer, multiplier, between })),
  ).graph;
}

const OP = "toSeparable";
const KEYS = ["layers", "multiplier", "batchNorm", "activation"];
const TARGETS = ["energy", "macs"];

function withWeights(graph: Graph, weights: Weights, options: ApproximationOptions): Approximation {
  knownKeys(OP, options, [...KEYS, ...TARGETS, ...PATIENCE]);
  const patience = checkPatience(OP, options);
  const own = readGraph(OP, graph);
  checkReal(OP, own);
  checkWeights(OP, own, weights);
  const { batchNorm = false, activation = "none" } = options;
  const between = betweenOf({ batchNorm, activation });
  const chosen = chosenLayers(OP, own, options.layers);
  const rule = multiplierRule(OP, own, chosen, options);
  const layers = decomposedLayers(OP, chosen, weights, patience);
  const multipliers = rule(layers.map(({ decomposition }) => decomposition.energies));
  return approximated(own, weights, layers, multipliers, between);
}

function betweenOf({ batchNorm, activation }: SeparableOptions): Between {
  return {
    batchNorm: batchNorm === undefined ? null : checkBoolean(OP, "batchNorm", batchNorm),
    activation: activation === undefined ? null : oneOf(OP, "activation", activation, ACTIVATIONS),
  };
}
