/** @file A network with its weights, as a command line names them. */
import type { Activation } from "../geometry/activation.ts";
import { type Graph, outputShapeOf } from "../graph/graph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { hasClasses, isPreparationGuessed, labelsIn, preparationIn } from "../image/classifier.ts";
import type { Preparation } from "../image/prepare.ts";
import { ShapeError } from "../tensor/errors.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { networkIn, networkOf, variationsIn } from "../weights/identify.ts";
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
  /** How images become input for this network. */
  readonly preparation: Preparation;
  /** Whether the file does not say so. */
  readonly isGuessed: boolean;
  /** Whether its outputs are scores of classes, as far as the file tells. */
  readonly hasClasses: "yes" | "guess" | "no";
  /** Names of all outputs of the file, of which this network has one. */
  readonly outputs: readonly string[];
}

export interface NetworkOptions {
  readonly shape?: Shape | undefined;
  readonly output?: string | undefined;
  readonly activation?: Activation | undefined;
}

/**
 * Weights that `separable train` or `retrain` wrote say which network they belong to and what the classes are called;
 * others are read off their names and shapes.
 *
 * @param file  a path, or "fashion"
 * @param model the name that was typed, if one was
 * @param options `shape` of the input of an ONNX model that leaves it open; `output` of several; `activation` other
 *   than the family's own
 */
export async function readNetwork(
  command: string,
  file: string,
  model: string | undefined,
  options: NetworkOptions = {},
): Promise<Network> {
  const { shape, output, activation } = options;
  const read = await readWeights(file, { ...(shape && { shape }), ...(output !== undefined && { output }) });
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
    labels: (said) => said ?? labelsIn(file, read.metadata, classes),
    classes,
    preparation: preparationIn(file, read, graph),
    isGuessed: isPreparationGuessed(read, graph),
    hasClasses: hasClasses(graph, read, output ?? read.outputs[0]),
    outputs: read.outputs,
  };
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
  const { weights, preset } = read;
  if (read.graph !== null) return read.graph;
  const chosen = activation && { activation };
  if (typed === undefined) return networkIn(read, chosen);
  return asUsage(() => parseModel(command, typed).graph({ ...variationsIn(weights), ...chosen, preset }));
}

/** Weights of another network than the one that was asked for: says of which. */
function checkFit(command: string, graph: Graph, { weights, naming, names }: WeightsFile): void {
  try {
    checkWeights(command, graph, weights, names);
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
