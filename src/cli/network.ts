/** @file A network with its weights, as a command line names them. */
import type { Activation } from "../geometry/activation.ts";
import { type Graph, outputShapeOf } from "../graph/graph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { NORMALIZATIONS } from "../image/normalize.ts";
import { FITS, type Preparation, preparationFor } from "../image/prepare.ts";
import { INTERPOLATIONS } from "../image/resize.ts";
import { IMAGENET_CLASSES } from "../models/imagenetClasses.ts";
import { type ModelVariations, modelNamed } from "../models/named.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { networkOf } from "../weights/identify.ts";
import { readWeights, type WeightsFile } from "../weights/loadModel.ts";
import { asUsage, UsageError } from "./command.ts";
import { parseModel } from "./modelNames.ts";

export interface Network {
  readonly graph: Graph;
  readonly weights: Weights;
  /** What the file is, in a few words: "safetensors, names of torchvision". */
  readonly about: string;
  /** A name for each class: those given, else what the file says, else ImageNet's where their number fits. */
  labels(given?: readonly string[]): readonly string[];
  /** How many there are. */
  readonly classes: number;
  /** How pictures become input for this network. */
  readonly preparation: Preparation;
}

/**
 * Weights that `separable train` or `retrain` wrote say which network they belong to and what the classes are called; others
 * are read off their names and shapes.
 *
 * @param file  a path, or "fashion"
 * @param model the name that was typed, if one was
 * @param options `shape` of the input of an ONNX model that leaves it open; `activation` other than the family's own
 */
export async function readNetwork(
  command: string,
  file: string,
  model: string | undefined,
  options: { readonly shape?: Shape | undefined; readonly activation?: Activation | undefined } = {},
): Promise<Network> {
  const { shape, activation } = options;
  const read = await readWeights(file, shape && { shape });
  if (read.graph !== null && model !== undefined) {
    throw new UsageError(`${command}: ${file} has its network in itself, needs no --model`);
  }
  const graph = graphFor(command, read, model, activation);
  checkFit(command, graph, read);
  const classes = sizeOf(outputShapeOf(graph));
  return {
    graph,
    weights: read.weights,
    about: `${read.format}, ${namesOf(read)}`,
    labels: (said) => said ?? labelsFrom(file, read.metadata.get("classes"), classes),
    classes,
    preparation: preparationOf(file, read, graph),
  };
}

/** @throws ShapeError unless the network takes pictures and gives one row of scores */
export function checkClassifier(command: string, { graph }: Network): void {
  const { shape } = graph.input;
  const [, , , channels] = shape;
  if (shape.length !== 4 || (channels !== 1 && channels !== 3)) {
    const what = shape.length === 4 ? `${channels} channels` : `numbers of shape ${formatShape(shape)}`;
    throw new ShapeError(`${command}: the weights take ${what}, a picture has 3 channels, or 1 where it is grey`);
  }
  const output = outputShapeOf(graph);
  if (output.filter((extent) => extent > 1).length > 1) {
    throw new ShapeError(`${command}: ${graph.name} gives ${formatShape(output)}, needs one row of scores of classes`);
  }
}

/** Whether the network's own scores are shares already. */
export function endsInSoftmax({ nodes, output }: Graph): boolean {
  const last = nodes.find(({ name }) => name === output);
  if (last?.op === "reshape") return endsInSoftmax({ nodes, output: last.inputs[0] } as Graph);
  return last?.op === "softmax";
}

function namesOf({ naming }: WeightsFile): string {
  return naming === null ? "names of no known family" : naming === "separable" ? "own names" : `names of ${naming}`;
}

function graphFor(
  command: string,
  read: WeightsFile,
  typed: string | undefined,
  activation: Activation | undefined,
): Graph {
  const { weights, naming, preset } = read;
  if (read.graph !== null) return read.graph;
  const variations = { ...variationsIn(weights), ...(activation && { activation }) };
  if (typed !== undefined) return asUsage(() => parseModel(command, typed).graph({ ...variations, preset }));
  const named = modelNamed(read.metadata.get("model") ?? "") ?? modelNamed(networkOf(weights, naming).name);
  if (named === null) return networkOf(weights, naming);
  return named.graph(variations);
}

/** What weights of a named model may have otherwise than its name says. */
function variationsIn(weights: Weights): ModelVariations {
  const head = weights.get("conv_preds/filter") ?? weights.get("scores/filter");
  const stem = weights.get("conv1/filter") ?? weights.get("stem/filter");
  return {
    ...(head?.shape.length === 2 && { classes: head.shape[1] }),
    ...(stem?.shape.length === 4 && { channels: stem.shape[2] }),
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
    return graph.name;
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
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
  const fraction = Number(metadata.get("fraction") ?? own.fraction);
  return {
    fit: word("fit", FITS, own.fit),
    ...(fraction > 0 && fraction <= 1 && { fraction }),
    interpolation: word("interpolation", INTERPOLATIONS, own.interpolation),
    normalization: word("normalize", NORMALIZATIONS, naming === "tf-lite" ? "byte" : own.normalization),
  };
}

/** What a file says of how pictures become input; the inverse of reading it. */
export function preparationMetadata(preparation: Preparation): Record<string, string> {
  const { fit, fraction, interpolation, normalization } = preparation;
  return { fit, ...(fraction && { fraction: String(fraction) }), interpolation, normalize: normalization };
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
