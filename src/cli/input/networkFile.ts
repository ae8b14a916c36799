/** @file Reads a network and its weights from a file, as named on the command line. */

import { readNamedWeights, readWeights } from "../../formats/load.ts";
import type { LoadedModel, LoadOptions, WeightsFile } from "../../formats/loadTypes.ts";
import { networkIn, networkOf, variationsIn } from "../../formats/names/identify.ts";
import type { Activation } from "../../geometry/activation.ts";
import { type Graph, outputShapeOf, weightSpecs } from "../../graph/graph.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import { checkWeights, randomWeights, type Weights } from "../../graph/weights.ts";
import type { Preparation } from "../../image/prepare.ts";
import { isPreparationGuessed, knownLabels, preparationIn } from "../../image/recorded.ts";
import type { ModelVariations } from "../../models/named.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Weight } from "../../tensor/weight.ts";
import { UsageError } from "../usage.ts";
import { labelsBeside } from "./labelsBeside.ts";

/** A network with its weights, and what its file records about images. */
export interface Network extends LoadedModel<Weight> {
  /** Short description of the file: "safetensors, names of torchvision". */
  readonly about: string;
  /** Whether the weights are the file's; if it has none, they are drawn from a seed. */
  readonly hasWeights: boolean;
  /** Names of the classes: the file's, or ImageNet's if there are as many; else null. */
  labels(): readonly string[] | null;
  /** How images become input for this network. */
  readonly preparation: Preparation;
  /** Whether `preparation` is a guess, because the file does not say. */
  readonly isGuessed: boolean;
}

export interface FileOptions {
  /** Input shapes of a model that leaves sizes open. */
  readonly shape?: LoadOptions["shape"] | undefined;
  /** One of a model's outputs. */
  readonly output?: string | undefined;
  /** The signature or subgraph of a TensorFlow Lite file. */
  readonly signature?: string | undefined;
  /** Whether integers become the real numbers that they represent. */
  readonly dequantize?: boolean | undefined;
  /** Replaces the family's activation. */
  readonly activation?: Activation | undefined;
}

/**
 * Reads weights and builds their network. A file may contain its network, or its name; others are identified by the
 * names and shapes of the weights.
 *
 * @param file a path, the name of one that ships with the package, or a file's bytes
 * @param network for weights that do not name theirs; it is passed the variations that the weights show
 */
export async function readNetwork(
  command: string,
  file: string | File,
  {
    shape,
    output,
    signature,
    dequantize,
    activation,
    network,
  }: FileOptions & {
    readonly network?: (variations: ModelVariations) => Promise<Graph>;
  },
): Promise<Network> {
  const options = {
    ...(shape && { shape }),
    ...(output !== undefined && { output }),
    ...(signature && { signature }),
    ...(dequantize && { dequantize }),
  };
  const found = await (network === undefined ? readWeights<Weight> : readNamedWeights)(file, options);
  const beside = await besideOf(file, found);
  const read = beside === null ? found : { ...found, metadata: new Map([...found.metadata, ["classes", beside.json]]) };
  if (read.graph !== null && network !== undefined) {
    throw new UsageError(`${command}: ${read.source} already contains its network, needs no --model`);
  }
  if (read.graph !== null && activation !== undefined) {
    throw new UsageError(`${command}: ${read.source} already contains its network, needs no --activation`);
  }
  const graph = await graphFor(read, network, activation);
  const hasWeights = read.weights.size > 0 || weightSpecs(graph).length === 0;
  const weights = hasWeights ? read.weights : randomWeights<Weight>(graph, 1);
  checkFit(command, graph, { ...read, weights });
  return {
    ...read,
    graph,
    weights,
    hasWeights,
    about: `${read.format}, ${hasWeights ? namesOf(read) : "no weights: random ones of seed 1"}${beside?.about ?? ""}`,
    labels: () => knownLabels(read.source, read.metadata, sizeOf(outputShapeOf(graph))),
    preparation: preparationIn(read.source, read, graph),
    isGuessed: isPreparationGuessed(read, graph),
  };
}

/** Class names from a file beside a network that has none. */
async function besideOf(
  file: string | File,
  { graph, metadata }: WeightsFile<Weight>,
): Promise<{ readonly json: string; readonly about: string } | null> {
  if (typeof file !== "string" || graph === null || metadata.has("classes")) return null;
  const found = await labelsBeside(file, sizeOf(outputShapeOf(graph)));
  return found && { json: JSON.stringify(found.labels), about: `, classes of ${found.file}` };
}

function namesOf({ naming }: WeightsFile<Weight>): string {
  return naming === null ? "names of no known family" : naming === "separable" ? "own names" : `names of ${naming}`;
}

async function graphFor(
  read: WeightsFile<Weight>,
  network: ((variations: ModelVariations) => Promise<Graph>) | undefined,
  activation: Activation | undefined,
): Promise<Graph> {
  const { weights, preset } = read;
  if (read.graph !== null) return read.graph;
  const chosen = activation && { activation };
  const real = realTensors("weights", weights);
  return (
    network?.({ ...variationsIn(real), ...chosen, preset }) ?? networkIn({ ...read, weights: new Map(real) }, chosen)
  );
}

/** Checks that the weights fit the graph. If not, the error names a network that they do fit, if there is one. */
function checkFit(command: string, graph: Graph, { weights, naming, names }: WeightsFile<Weight>): void {
  try {
    checkWeights(command, graph, weights, names);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const fitting = fittingModel(weights, naming);
    const hint = fitting === null ? "" : `\nThey fit ${fitting}: --model ${fitting}`;
    throw new ShapeError(`${error.message}${hint}`, { cause: error });
  }
}

function fittingModel(weights: Weights<Weight>, naming: WeightsFile<Weight>["naming"]): string | null {
  try {
    const graph = networkOf(realTensors("weights", weights), naming);
    checkWeights("weights", graph, weights);
    return graph.name;
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}
