/** @file A network with its weights, as a command line names them. */
import type { Graph } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import { NORMALIZATIONS, type Normalization } from "../image/normalize.ts";
import { mobilenetV1OptionsOf } from "../models/fromWeights.ts";
import { IMAGENET_CLASSES } from "../models/imagenetClasses.ts";
import { mobilenetV1 } from "../models/mobilenetV1.ts";
import { modelNamed } from "../models/named.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import { embeddedOr, loadWeights } from "../weights/loadWeights.ts";
import { openSafetensors } from "../weights/safetensors.ts";
import { asUsage } from "./command.ts";
import { parseModel } from "./modelNames.ts";

export interface Network {
  readonly graph: Graph;
  readonly weights: Weights;
  /** A name for each class. */
  readonly labels: readonly string[];
  /** How grey levels become numbers for this network. */
  readonly normalization: Normalization;
}

/**
 * Weights that `separable train` or `retrain` wrote say which network they belong to and what the classes are called; others
 * are read off their names and shapes.
 *
 * @param file  a path, or "fashion"
 * @param model the name that was typed, if one was
 */
export async function readNetwork(command: string, file: string, model: string | undefined): Promise<Network> {
  const weights = await loadWeights(file);
  const opened = await openSafetensors(embeddedOr(file));
  const { metadata } = opened;
  await opened.close();
  const graph = graphOf(command, weights, metadata.get("model"), model);
  const [, , , channels] = graph.input.shape;
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError(`${command}: the weights take ${channels} channels, a picture has 3, or 1 where it is grey`);
  }
  const classes = graph.nodes[graph.nodes.length - 1].outputShape[1];
  const said = metadata.get("normalize");
  return {
    graph,
    weights,
    labels: labelsFrom(file, metadata.get("classes"), classes),
    normalization: schemeIn(file, said),
  };
}

function graphOf(command: string, weights: Weights, said: string | undefined, typed: string | undefined): Graph {
  const named = said === undefined ? null : modelNamed(said);
  const head = weights.get("conv_preds/filter");
  const stem = weights.get("conv1/filter");
  const found = named === null ? mobilenetV1OptionsOf(weights) : null;
  const variations = {
    ...(head && { classes: head.shape[1] }),
    ...(stem && { channels: stem.shape[2] }),
    batchNorm: weights.has("conv1_bn/mean"),
  };
  if (typed !== undefined) return asUsage(() => parseModel(command, typed).graph(variations));
  return named ? named.graph(variations) : mobilenetV1(found ?? {});
}

function labelsFrom(file: string, said: string | undefined, classes: number): readonly string[] {
  if (said !== undefined) return namesIn(file, said, classes);
  if (classes === IMAGENET_CLASSES.length) return IMAGENET_CLASSES;
  if (classes === IMAGENET_CLASSES.length + 1) return ["background", ...IMAGENET_CLASSES];
  return Array.from({ length: classes }, (_, i) => `class ${i}`);
}

function schemeIn(file: string, said: string | undefined): Normalization {
  const scheme = NORMALIZATIONS.find((known) => known === (said ?? "tf"));
  if (scheme !== undefined) return scheme;
  throw new FormatError(`${file}: takes pictures as ${show(said)}, needs one of ${NORMALIZATIONS.join(", ")}`);
}

function namesIn(file: string, json: string, classes: number): readonly string[] {
  let names: unknown;
  try {
    names = JSON.parse(json);
  } catch {
    names = null;
  }
  if (Array.isArray(names) && names.length === classes && names.every((name) => typeof name === "string")) return names;
  throw new FormatError(`${file}: its names of classes are ${show(json)}, needs a JSON list of ${classes} strings`);
}
