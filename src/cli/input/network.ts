/** @file Reads a network and its weights, as named on the command line. */

import { readWeights } from "../../formats/load.ts";
import type { WeightsFile } from "../../formats/loadTypes.ts";
import { networkIn, networkOf, variationsIn } from "../../formats/names/identify.ts";
import type { Activation } from "../../geometry/activation.ts";
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import { checkWeights, type Weights } from "../../graph/weights.ts";
import { hasClasses, isPreparationGuessed, labelsIn, preparationIn } from "../../image/classifier.ts";
import type { Preparation } from "../../image/prepare.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { asUsage, UsageError } from "../command.ts";
import { parseModel } from "./modelNames.ts";

export interface Network {
  readonly graph: Graph;
  readonly weights: Weights;
  /** Short description of the file: "safetensors, names of torchvision". */
  readonly about: string;
  /** Returns a name for each class: those given, else the file's, else ImageNet's if their number fits. */
  labels(given?: readonly string[]): readonly string[];
  /** Number of classes. */
  readonly classes: number;
  /** How images become input for this network. */
  readonly preparation: Preparation;
  /** Whether `preparation` is a guess, because the file does not say. */
  readonly isGuessed: boolean;
  /** Whether the outputs are class scores, as far as the file tells. */
  readonly hasClasses: "yes" | "guess" | "no";
  /** Names of all outputs in the file; this network has one of them. */
  readonly outputs: readonly string[];
}

export interface NetworkOptions {
  readonly shape?: Shape | undefined;
  readonly output?: string | undefined;
  readonly activation?: Activation | undefined;
}

/**
 * Reads weights and builds their network. Files that `separable train` or `retrain` wrote state the network and its
 * classes; for others it is identified by the names and shapes of the weights.
 *
 * @param file  a path, or "fashion"
 * @param model the model name that was typed, if any
 * @param options `shape` of an ONNX model's input where it leaves sizes open; `output`, one of several; `activation`
 *   other than the family's own
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
    throw new UsageError(`${command}: ${file} already contains its network, needs no --model`);
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

/** Checks that the weights fit the graph. If not, the error names the network that they do fit. */
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
