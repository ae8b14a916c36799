/** @file A network that the user has dropped: read by whichever worker needs it, and kept there. */
import { outputShapeOf } from "../../../src/graph/graph.ts";
import { LABEL_FILES } from "../../../src/image/labelFiles.ts";
import type { Normalization } from "../../../src/image/normalize.ts";
import {
  type Activation,
  createClassifier,
  type Graph,
  type LoadedModel,
  loadModel,
  type Preparation,
  randomWeights,
  type Weights,
} from "../../../src/index.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import { graphNamed } from "./networks.ts";

/** Settings that weights do not record; null for the default of the library whose names they use. */
export interface Chosen {
  readonly resolution: number | null;
  readonly activation: Activation | null;
  readonly normalization: Normalization | null;
}

export interface Source {
  readonly files: readonly File[];
  readonly chosen: Chosen;
  /** Unique for each drop and each choice. */
  readonly id: number;
}

export interface Loaded {
  readonly graph: Graph;
  readonly about: string;
  readonly preparation: Preparation;
  readonly labels: readonly string[];
  /** The current choice of what the file leaves open; null if it contains its network. */
  readonly chosen: Chosen | null;
  readonly source: Source;
}

const IS_MODEL = /\.(safetensors|onnx|tflite|npz|json|h5|hdf5|keras)$/i;

/** Whether a file contains its network, rather than only weights with known names. */
function containsNetwork({ format, naming }: LoadedModel): boolean {
  if (format === "onnx" || format === "tflite") return true;
  return (format === "tfjs" || format === "keras") && naming === "separable";
}

export interface Dropped extends Loaded {
  readonly model: LoadedModel;
}

/** The last network read. */
let kept: Dropped | null = null;

/** @throws Error if the network cannot be read, or the weights do not fit it */
export async function dropped(source: Source): Promise<Dropped> {
  if (kept?.source.id === source.id) return kept;
  const own = await read(source);
  kept = own;
  return own;
}

async function read(source: Source): Promise<Dropped> {
  const { files, chosen } = source;
  const { resolution, activation, normalization } = chosen;
  const named = files.find(({ name }) => LABEL_FILES.has(name) && files.length > 1);
  const [main = files[0], another] = files.filter((file) => file !== named && IS_MODEL.test(file.name));
  if (another !== undefined) throw new Error(`${main.name}, ${another.name}: two networks; drop one at a time`);
  const shards = new Map(files.filter((file) => file !== main && file !== named).map((file) => [file.name, file]));
  const model = await loadModel(main, {
    shards,
    ...(resolution !== null && { resolution }),
    ...(activation !== null && { activation }),
  });
  const { graph, format, naming } = model;
  const ofFile = (named && LABEL_FILES.get(named.name)?.(await named.text())) ?? null;
  const classes = sizeOf(outputShapeOf(model.graph));
  const classifier = await createClassifier(model, {
    ...(ofFile?.length === classes && { labels: ofFile }),
    preparation: normalization === null ? {} : { normalization },
  });
  classifier.dispose();
  const { labels, preparation } = classifier;
  const channels = graph.input.shape[3];
  if (channels === 1 && preparation.normalization === "torch") {
    throw new Error(`${main.name}: torch normalises images by colour, but ${graph.name} takes grey ones`);
  }
  return {
    graph,
    about: `${main.name}: ${format}, ${naming ?? "unknown weight names"}, ${graph.name}`,
    preparation,
    labels,
    chosen: containsNetwork(model) ? null : chosen,
    source,
    model,
  };
}

let embedded: LoadedModel | null = null;

export async function fashionModel(): Promise<LoadedModel> {
  embedded ??= await loadModel("fashion");
  return embedded;
}

/** The name of a network, or a dropped one. */
export type Which = string | Source;

/** A network with its weights, trained ones if available. */
export async function networkOf(
  which: Which,
): Promise<{ readonly graph: Graph; readonly weights: Weights; readonly isTrained: boolean }> {
  if (typeof which !== "string" || which === "fashion") {
    const { graph, weights } = typeof which === "string" ? await fashionModel() : (await dropped(which)).model;
    return { graph, weights, isTrained: true };
  }
  const graph = graphNamed(which);
  return { graph, weights: randomWeights(graph, 1), isTrained: false };
}
