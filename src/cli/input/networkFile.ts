/** @file Reads a network and its weights from a file, as named on the command line. */

import { readWeights } from "../../formats/load.ts";
import type { LoadedModel, WeightsFile } from "../../formats/loadTypes.ts";
import { networkIn, networkOf, variationsIn } from "../../formats/names/identify.ts";
import type { Activation } from "../../geometry/activation.ts";
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import { checkWeights, type Weights } from "../../graph/weights.ts";
import type { Preparation } from "../../image/prepare.ts";
import { isPreparationGuessed, labelsIn, preparationIn } from "../../image/recorded.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { asUsage, UsageError } from "../usage.ts";
import { parseModel } from "./modelNames.ts";

/** A network with its weights, and what its file says about images. */
export interface Network extends LoadedModel {
  /** Short description of the file: "safetensors, names of torchvision". */
  readonly about: string;
  /** Names of the classes: the file's, or ImageNet's if their number fits. */
  labels(): readonly string[];
  /** How images become input for this network. */
  readonly preparation: Preparation;
  /** Whether `preparation` is a guess, because the file does not say. */
  readonly isGuessed: boolean;
}

export interface FileOptions {
  /** The name of a model, if the file does not say which. */
  readonly model?: string | undefined;
  /** Input shape of an ONNX model that leaves sizes open. */
  readonly shape?: Shape | undefined;
  /** One of an ONNX model's outputs. */
  readonly output?: string | undefined;
  /** Replaces the family's own. */
  readonly activation?: Activation | undefined;
}

/**
 * Reads weights and builds their network. Files that `separable train` or `retrain` wrote state the network and its
 * classes; for others it is identified by the names and shapes of the weights.
 *
 * @param file a path, or "fashion"
 */
export async function readNetwork(
  command: string,
  file: string,
  { model, shape, output, activation }: FileOptions,
): Promise<Network> {
  const read = await readWeights(file, { ...(shape && { shape }), ...(output !== undefined && { output }) });
  if (read.graph !== null && model !== undefined) {
    throw new UsageError(`${command}: ${file} already contains its network, needs no --model`);
  }
  const graph = graphFor(command, read, model, activation);
  checkFit(command, graph, read);
  return {
    ...read,
    graph,
    about: `${read.format}, ${namesOf(read)}`,
    labels: () => labelsIn(file, read.metadata, sizeOf(outputShapeOf(graph))),
    preparation: preparationIn(file, read, graph),
    isGuessed: isPreparationGuessed(read, graph),
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
