/** @file A network with its weights, as a command line names them. */
import { type Graph, weightSpecs } from "../graph/graph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { NORMALIZATIONS } from "../image/normalize.ts";
import { FITS, type Preparation, preparationFor } from "../image/prepare.ts";
import { INTERPOLATIONS } from "../image/resize.ts";
import { IMAGENET_CLASSES } from "../models/imagenetClasses.ts";
import { type ModelVariations, modelNamed } from "../models/named.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { networkOf } from "../weights/identify.ts";
import { readWeights, type WeightsFile } from "../weights/loadModel.ts";
import { asUsage } from "./command.ts";
import { parseModel } from "./modelNames.ts";

export interface Network {
  readonly graph: Graph;
  readonly weights: Weights;
  /** What the file is, in a few words: "safetensors, names of torchvision". */
  readonly about: string;
  /** A name for each class. */
  readonly labels: readonly string[];
  /** How pictures become input for this network. */
  readonly preparation: Preparation;
}

/**
 * Weights that `separable train` or `retrain` wrote say which network they belong to and what the classes are called; others
 * are read off their names and shapes.
 *
 * @param file  a path, or "fashion"
 * @param model the name that was typed, if one was
 * @param shape of the input of an ONNX model that leaves it open
 */
export async function readNetwork(
  command: string,
  file: string,
  model: string | undefined,
  shape?: Shape,
): Promise<Network> {
  const read = await readWeights(file, shape && { shape });
  const { weights, metadata } = read;
  const graph = graphFor(command, read, model);
  const [, , , channels] = graph.input.shape;
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError(`${command}: the weights take ${channels} channels, a picture has 3, or 1 where it is grey`);
  }
  const { outputShape } = graph.nodes[graph.nodes.length - 1];
  const classes = outputShape[outputShape.length - 1];
  return {
    graph,
    weights,
    about: `${read.format}, ${namesOf(read)}`,
    labels: labelsFrom(file, metadata.get("classes"), classes),
    preparation: preparationOf(file, read, graph),
  };
}

function namesOf({ naming }: WeightsFile): string {
  return naming === null ? "names of no known family" : naming === "separable" ? "own names" : `names of ${naming}`;
}

function graphFor(command: string, read: WeightsFile, typed: string | undefined): Graph {
  const { weights, naming, metadata } = read;
  if (read.graph !== null) return read.graph;
  const said = metadata.get("model");
  const named = typed === undefined && said !== undefined ? modelNamed(said) : null;
  if (named !== null) return named.graph(variationsIn(weights));
  if (typed === undefined) return networkOf(weights, naming);
  const graph = asUsage(() => parseModel(command, typed).graph(variationsIn(weights)));
  checkFit(command, graph, read);
  return graph;
}

/** What weights of a named model may have otherwise than its name says. */
function variationsIn(weights: Weights): ModelVariations {
  const head = weights.get("conv_preds/filter") ?? weights.get("scores/filter");
  const stem = weights.get("conv1/filter") ?? weights.get("stem/filter");
  return {
    ...(head && { classes: head.shape[1] }),
    ...(stem && { channels: stem.shape[2] }),
    batchNorm: [...weights.keys()].some((name) => /_bn\/mean$/.test(name)),
  };
}

/** Weights of another network than the one that was asked for: says of which. */
function checkFit(command: string, graph: Graph, { weights, naming }: WeightsFile): void {
  try {
    checkWeights(command, graph, weights);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const fitting = fittingModel(weights, naming);
    const hint = fitting === null ? "" : `\nThey fit ${fitting}: --model ${fitting}`;
    throw new ShapeError(`${error.message}${hint}`, { cause: error });
  }
}

function fittingModel(weights: Weights, naming: WeightsFile["naming"]): string | null {
  try {
    const graph = networkOf(weights, naming);
    checkWeights("weights", graph, weights);
    return weightSpecs(graph).length > 0 ? graph.name : null;
  } catch {
    return null;
  }
}

function labelsFrom(file: string, said: string | undefined, classes: number): readonly string[] {
  if (said !== undefined) return namesIn(file, said, classes);
  if (classes === IMAGENET_CLASSES.length) return IMAGENET_CLASSES;
  if (classes === IMAGENET_CLASSES.length + 1) return ["background", ...IMAGENET_CLASSES];
  return Array.from({ length: classes }, (_, i) => `class ${i}`);
}

/** What the file says, or what those did whose names it has. TensorFlow Lite's quantised networks divide by 128. */
function preparationOf(file: string, { naming, preset, metadata }: WeightsFile, graph: Graph): Preparation {
  const own = preparationFor(naming === "tf-lite" ? "keras" : preset, graph.name);
  const word = <T extends string>(key: string, words: readonly T[], fallback: T): T => {
    const said = metadata.get(key);
    const found = words.find((one) => one === (said ?? fallback));
    if (found !== undefined) return found;
    throw new FormatError(`${file}: its ${key} is ${show(said)}, needs one of ${words.join(", ")}`);
  };
  return {
    fit: word("fit", FITS, own.fit),
    interpolation: word("interpolation", INTERPOLATIONS, own.interpolation),
    normalization: word("normalize", NORMALIZATIONS, naming === "tf-lite" ? "byte" : own.normalization),
  };
}

/** What a file says of how pictures become input; the inverse of reading it. */
export function preparationMetadata({ fit, interpolation, normalization }: Preparation): Record<string, string> {
  return { fit, interpolation, normalize: normalization };
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
