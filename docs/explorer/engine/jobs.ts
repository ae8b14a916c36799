/** @file What the worker does for the page: everything that takes longer than a frame. */

import { outputShapeOf } from "../../../src/graph/graph.ts";
import { LABEL_FILES } from "../../../src/image/labelFiles.ts";
import { luma } from "../../../src/image/luma.ts";
import type { Normalization } from "../../../src/image/normalize.ts";
import {
  type Activation,
  type Ceilings,
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  type Graph,
  graphBuilder,
  type LoadedModel,
  loadModel,
  machineCeilings,
  type Preparation,
  preprocess,
  random,
  randomTensor,
  randomWeights,
  Session,
  Tensor,
  type TierName,
  type Weights,
} from "../../../src/index.ts";
import { CHOICES } from "../../../src/kernels/tiers.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import { graphNamed } from "./networks.ts";
import { type LayerTime, profileOf, timeOf } from "./timing.ts";
import { upTo } from "./upTo.ts";
import { tiersHere, type Way } from "./ways.ts";

/** Numbers on their way between page and worker. */
const IS_MODEL = /\.(safetensors|onnx|tflite|npz|json|h5|hdf5|keras)$/i;

export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface TierAnswer {
  readonly tier: TierName;
  readonly threads: number;
  readonly probabilities: readonly number[];
  /** Of an image, of a few: the mean of short runs, the median of long ones. */
  readonly ms: number;
  /** Of the scores' bits. */
  readonly fingerprint: string;
  /** The largest difference between its scores and the naive tier's. */
  readonly difference: number;
}

export interface Block {
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly resolution: number;
}

export interface BlockTime {
  readonly tier: TierName;
  readonly standardMs: number;
  readonly separableMs: number;
}

export interface Loaded {
  readonly graph: Graph;
  readonly about: string;
  readonly preparation: Preparation;
  readonly labels: readonly string[];
  /** What the file leaves open, as it is chosen now; null where it contains its network. */
  readonly chosen: Chosen | null;
}

/** What weights do not say; null for what those did whose names they have. */
export interface Chosen {
  readonly resolution: number | null;
  readonly activation: Activation | null;
  readonly normalization: Normalization | null;
}

export interface Where extends Way {
  /** A network by name; "dropped" is the user's own file. */
  readonly network: string;
}

export interface Profile {
  readonly rows: readonly LayerTime[];
  readonly graph: Graph;
  readonly backend: TierName;
}

export type Tell<T> = (news: T) => void;

export interface Jobs {
  classify(image: Numbers & { readonly threads: number }): Promise<readonly TierAnswer[]>;
  /** Tells each tier's times as soon as they are known. */
  timeBlock(block: Block, tell: Tell<BlockTime>): Promise<readonly BlockTime[]>;
  profile(where: Where): Promise<Profile>;
  ceilings(options: { readonly threads: number }): Promise<Ceilings>;
  /**
   * @param from `files` null for those that were dropped
   * @throws Error if the network cannot be read, or the weights do not fit it
   */
  load(from: { readonly files: readonly File[] | null; readonly chosen: Chosen }): Promise<Loaded>;
  classifyPhoto(photo: Numbers): Promise<readonly TierAnswer[]>;
  /** What a layer makes of an image, [h, w, c], and its filter; null where there are no trained weights. */
  look(at: { readonly network: string; readonly layer: string; readonly image: Numbers | null }): Promise<{
    readonly filter: Numbers | null;
    readonly output: Numbers | null;
  }>;
}

export type JobName = keyof Jobs;

/** Whether a file has its network in another library's terms, and not only weights whose names are known. */
function containsNetwork({ format, naming }: LoadedModel): boolean {
  if (format === "onnx" || format === "tflite") return true;
  return (format === "tfjs" || format === "keras") && naming === "separable";
}

let dropped: (Loaded & { readonly model: LoadedModel; readonly files: readonly File[] }) | null = null;
let embedded: LoadedModel | null = null;

async function fashionModel(): Promise<LoadedModel> {
  embedded ??= await loadModel("fashion");
  return embedded;
}

/** A network with its weights: trained ones where there are any. */
async function networkOf(
  name: string,
): Promise<{ readonly graph: Graph; readonly weights: Weights; readonly isTrained: boolean }> {
  if (name === "dropped" || name === "fashion") {
    const { graph, weights } = name === "fashion" ? await fashionModel() : theDropped().model;
    return { graph, weights, isTrained: true };
  }
  const graph = graphNamed(name);
  return { graph, weights: randomWeights(graph, 1), isTrained: false };
}

/** @param input of a network, or made for the classifier */
async function onAllTiers(
  model: LoadedModel,
  options: ClassifierOptions,
  input: (classifier: Classifier) => Tensor,
  threads: number,
): Promise<readonly TierAnswer[]> {
  const answers: TierAnswer[] = [];
  let naive: Float32Array | null = null;
  for (const tier of tiersHere()) {
    const own = { ...options, backend: tier, threads: CHOICES[tier].emits ? threads : 1 };
    const classifier = await createClassifier(model, own);
    const { session } = classifier;
    try {
      const x = input(classifier);
      const data = (await session.run(x)).toFloat32Array();
      const ms = await timeOf(() => session.run(x), CHOICES[tier].warmup === 0 ? 20 : 60);
      const first: Float32Array = naive ?? data;
      naive = first;
      answers.push({
        tier,
        threads: session.threads,
        probabilities: [...(await classifier.run(x))],
        ms,
        fingerprint: fingerprintOf(data),
        difference: data.reduce((max, value, i) => Math.max(max, Math.abs(value - first[i])), 0),
      });
    } finally {
      classifier.dispose();
    }
  }
  return answers;
}

/** FNV-1a of the bits: one bit of one score changes it. */
export function fingerprintOf(scores: Float32Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** A graph of one standard convolution, or of the depthwise and pointwise ones that stand for it. */
export function blockGraph({ kernel, inputs, outputs, resolution }: Block, isSeparable: boolean): Graph {
  const g = graphBuilder(isSeparable ? "separable" : "standard", [1, resolution, resolution, inputs]);
  if (!isSeparable) return g.build(g.conv2d(g.input, { outputs, kernel, padding: "same" }));
  return g.build(g.pointwiseConv2d(g.depthwiseConv2d(g.input, { kernel, padding: "same" }), { outputs }));
}

/** Milliseconds for which one side of a block is measured on one tier. */
const MEASURED_MS = 120;

async function blockMs(block: Block, isSeparable: boolean, tier: TierName): Promise<number> {
  const graph = blockGraph(block, isSeparable);
  const session = await Session.create(graph, randomWeights(graph, 1), { backend: tier });
  try {
    const rows = await profileOf(session, randomTensor(graph.input.shape, random(2)), MEASURED_MS);
    return rows.reduce((sum, { ms }) => sum + ms, 0);
  } finally {
    session.dispose();
  }
}

export const JOBS: Jobs = {
  classify: async ({ shape, data, threads }) =>
    onAllTiers(await fashionModel(), {}, () => new Tensor(data, shape), threads),

  timeBlock: async (block, tell) => {
    const times: BlockTime[] = [];
    for (const tier of [...tiersHere()].reverse()) {
      const [standardMs, separableMs] = [await blockMs(block, false, tier), await blockMs(block, true, tier)];
      const time = { tier, standardMs, separableMs };
      times.push(time);
      tell(time);
    }
    return times;
  },

  profile: async ({ network, tier, threads }) => {
    const { graph, weights } = await networkOf(network);
    const session = await Session.create(graph, weights, { backend: tier, threads });
    try {
      const input = randomTensor(graph.input.shape, random(2));
      const rows = await profileOf(session, input, 500);
      return { rows, graph: session.graph, backend: session.backend };
    } finally {
      session.dispose();
    }
  },

  ceilings: ({ threads }) => machineCeilings({ threads }),

  load: async ({ files: given, chosen }) => {
    const { resolution, activation, normalization } = chosen;
    const files = given ?? dropped?.files ?? [];
    const named = files.find(({ name }) => LABEL_FILES.has(name) && files.length > 1);
    const [main = files[0], another] = files.filter((file) => file !== named && IS_MODEL.test(file.name));
    if (another !== undefined) throw new Error(`${main.name}, ${another.name}: two networks, needs one at a time`);
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
      throw new Error(
        `${main.name}: its images are normalised as those of torch are, by colour, but ${graph.name} takes grey ones`,
      );
    }
    const about = `${main.name}: ${format}, ${naming ?? "names of no known family"}, ${graph.name}`;
    const loaded = {
      graph,
      about,
      preparation,
      labels,
      chosen: containsNetwork(model) ? null : chosen,
    };
    dropped = { ...loaded, model, files };
    return loaded;
  },

  classifyPhoto: async (photo) => {
    const { model, preparation } = theDropped();
    const image = new Tensor(photo.data, photo.shape);
    return onAllTiers(model, { preparation }, ({ prepare }) => prepare(image), 1);
  },

  look: async ({ network, layer, image }) => {
    const { graph, weights, isTrained } = await networkOf(network);
    if (!isTrained) return { filter: null, output: null };
    const filter = weights.get(`${layer}/filter`);
    return {
      filter: filter ? { shape: filter.shape, data: filter.toFloat32Array() } : null,
      output:
        image &&
        (await outputOf(
          upTo(graph, layer),
          weights,
          network === "dropped" ? inputFor(image) : new Tensor(image.data, image.shape),
        )),
    };
  },
};

async function outputOf(part: Graph, weights: Weights, input: Tensor): Promise<Numbers> {
  const session = await Session.create(part, new Map([...weights].filter(([name]) => usedIn(part, name))));
  try {
    const y = await session.run(input);
    return { shape: y.shape.slice(1), data: y.toFloat32Array() };
  } finally {
    session.dispose();
  }
}

/** A photo as the dropped network takes it. */
function inputFor({ shape, data }: Numbers): Tensor {
  const { graph, preparation } = theDropped();
  const [, h, w, channels] = graph.input.shape;
  const image = new Tensor(data, shape);
  return preprocess(channels === 3 ? image : luma(image), [h, w], preparation);
}

function theDropped(): NonNullable<typeof dropped> {
  if (dropped === null) throw new Error("no file was dropped");
  return dropped;
}

function usedIn(graph: Graph, name: string): boolean {
  return graph.nodes.some((node) => Object.values(node.weights).some((weight) => weight.name === name));
}
