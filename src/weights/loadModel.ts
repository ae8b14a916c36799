/** @file Loads a file of any supported format: weights under a graph's names, and the network they belong to. */
import type { Activation } from "../geometry/activation.ts";
import type { Pair } from "../geometry/padding.ts";
import type { Graph } from "../graph/graph.ts";
import { checkWeights } from "../graph/weights.ts";
import type { Preset } from "../models/settings.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import { checkPatience, type Patience } from "../tensor/patience.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { EMBEDDED } from "./embedded.ts";
import type { NamingName } from "./names/scheme.ts";
import { checkNumbers } from "./numbers.ts";
import { readSafetensors } from "./safetensors.ts";
import { type ByteSource, NEEDED, openSource, type WeightsSource } from "./source.ts";

export const FORMATS = ["safetensors", "tfjs", "onnx", "npz"] as const;
export type Format = (typeof FORMATS)[number];

export interface LoadOptions extends Patience {
  /** For a TensorFlow.js model that is neither a path nor a URL: its shards by their names in model.json. */
  readonly shards?: ReadonlyMap<string, WeightsSource>;
  /** For an ONNX model whose input leaves sizes open: its shape as ONNX writes it, [n, c, h, w]. */
  readonly shape?: Shape;
  /** Output of an ONNX model that becomes the graph's, if it has several. Default: the first. */
  readonly output?: string;
  /** Rows and columns of images. Default: those that the file states, else those that the network was published for. */
  readonly resolution?: Pair;
  /** Overrides the family's activation; only for weights without their network. */
  readonly activation?: Activation;
  /** Limit on the unpacked size of a compressed file, in bytes. Default 1 GiB. */
  readonly maxBytes?: number;
}

export interface WeightsFile {
  /** Path, URL or name; "bytes" for data in memory. */
  readonly source: string;
  readonly format: Format;
  /** Naming scheme of the file, detected from its weight names; null if unknown. */
  readonly naming: NamingName | null;
  /** Source of the training recipe, as far as it can be inferred. */
  readonly preset: Preset;
  /** By the graph's names if the file's are recognized, else by the file's own. */
  readonly weights: Map<string, Tensor>;
  /** The network itself, if the file contains it (ONNX). */
  readonly graph: Graph | null;
  /** Metadata strings of a safetensors or ONNX file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Rows and columns of the images, if a file without its network states them. */
  readonly resolution: readonly [h: number, w: number] | null;
  /** The file's own name of each weight that was renamed. */
  readonly names: ReadonlyMap<string, string>;
  /** Names of the file's outputs, one of which is the graph's; empty for a file without its network. */
  readonly outputs: readonly string[];
}

export interface LoadedModel extends WeightsFile {
  readonly graph: Graph;
}

/**
 * Reads a weights file: safetensors, a TensorFlow.js model.json with its shards, ONNX, or NumPy's .npz; the format is
 * detected from the first bytes. Names and axes become those of a graph.
 *
 * @throws FormatError if the file cannot be read or is not what it claims to be
 */
export async function readWeights(from: WeightsSource, options: LoadOptions = {}): Promise<WeightsFile> {
  return readWeightsFor("readWeights", from, options);
}

/** As {@link readWeights}, for a caller whose name `op` is used in messages. */
export async function readWeightsFor(op: string, from: WeightsSource, options: LoadOptions): Promise<WeightsFile> {
  const origin = embeddedOr(from);
  const source = await openSource(op, origin, checkPatience(op, options));
  try {
    const format = await formatOf(source);
    if (format !== "onnx" && options.output !== undefined) {
      throw new ShapeError(`${source.name}: is no ONNX file, needs no output: ${show(options.output)}`);
    }
    if (format === "onnx") return await fromOnnx(source, origin, options);
    const { tensors, metadata, resolution } = await tensorsIn(op, format, source, origin, options);
    const { renamed, schemeNamed } = await import("./names/names.ts");
    const { weights, naming, names } = renamed(tensors);
    if (naming !== null) checkNumbers(source.name, weights, names); // with unknown names, NaN may be intended
    const preset = naming === null ? "keras" : schemeNamed(naming).preset;
    return {
      source: source.name,
      format,
      naming,
      preset,
      weights,
      graph: null,
      metadata,
      resolution,
      names,
      outputs: [],
    };
  } finally {
    await source.close();
  }
}

async function fromOnnx(source: ByteSource, origin: WeightsSource, options: LoadOptions): Promise<WeightsFile> {
  const { shape, output } = options;
  const { importFrom } = await import("./onnx/import.ts");
  const read = await importFrom(source, origin, { ...(shape && { shape }), ...(output !== undefined && { output }) });
  const { graph, weights, producer, metadata, outputs, turned } = read;
  // PyTorch's images are [n, 3, h, w]. A file in that order without a producer is taken to be PyTorch's too.
  const isTorch = /pytorch/i.test(producer) || (producer === "" && turned.input);
  const preset = isTorch ? "torchvision" : "keras";
  return {
    source: source.name,
    format: "onnx",
    naming: "separable",
    preset,
    weights,
    graph,
    metadata,
    resolution: null,
    names: new Map(),
    outputs,
  };
}

/** Reads the tensors of a file. Rarer readers are imported on demand, as are the tables of names: a page needs few. */
async function tensorsIn(
  op: string,
  format: Exclude<Format, "onnx">,
  source: ByteSource,
  origin: WeightsSource,
  { shards, maxBytes }: LoadOptions,
): Promise<Pick<WeightsFile, "metadata" | "resolution"> & { readonly tensors: Map<string, Tensor> }> {
  const metadata: WeightsFile["metadata"] = new Map();
  switch (format) {
    case "safetensors":
      return { ...(await readSafetensors(source)), resolution: null };
    case "npz":
      return { tensors: await (await import("./npz/npz.ts")).readNpz(source, maxBytes), metadata, resolution: null };
    case "tfjs":
      return { ...(await (await import("./tfjs.ts")).readTfjs(op, source, origin, shards)), metadata };
  }
}

/**
 * Loads a model: its weights and the network they belong to, ready for a session.
 *
 * @throws FormatError if the file cannot be read or is not what it claims to be
 * @throws ShapeError if the weights are not exactly those of a MobileNet (every mismatch is listed), or if a resolution
 *   or an activation is given for a file that contains its network
 *
 * @example
 * const { graph, weights } = await loadModel("mobilenetv3_small_100.safetensors");
 * const session = await Session.create(graph, weights);
 */
export async function loadModel(from: WeightsSource, options: LoadOptions = {}): Promise<LoadedModel> {
  const file = await readWeightsFor("loadModel", from, options);
  const { resolution, activation } = options;
  const told = {
    ...(resolution !== undefined && { resolution }),
    ...(activation !== undefined && { activation }),
  };
  if (file.graph === null) {
    const { networkIn } = await import("./identify.ts");
    const graph = networkIn(file, told);
    checkWeights(file.source, graph, file.weights, file.names);
    return { ...file, graph };
  }
  const [needless] = Object.keys(told);
  if (needless !== undefined)
    throw new ShapeError(`loadModel: the file already contains its network, needs no ${needless}`);
  return { ...file, graph: file.graph };
}

/** Resolves the name of weights that ship with the package to their URL. */
export function embeddedOr(source: WeightsSource): WeightsSource {
  return typeof source === "string" && Object.hasOwn(EMBEDDED, source) ? EMBEDDED[source] : source;
}

/** Detects the format from the first bytes. @throws FormatError that says what the file is instead */
async function formatOf({ name, size, read }: ByteSource): Promise<Format> {
  const head = await read(0, Math.min(size, 16));
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  // Eight bytes of length, the upper ones 0, then a brace.
  if (head[6] === 0 && head[7] === 0 && head[8] === 0x7b) return "safetensors";
  if (begins(0x50, 0x4b)) return "npz"; // PK
  if (new TextDecoder().decode(head).trimStart().startsWith("{")) return "tfjs";
  const { otherKind } = await import("./otherKinds.ts");
  const other = otherKind(name, head);
  if (other !== null) throw new FormatError(`${name}: ${other}`);
  if (begins(0x08) || /\.onnx$/i.test(name)) return "onnx"; // 08: ir_version, ONNX's first field
  const length = head.length < 8 ? 0n : new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (length === 0n || length > BigInt(size)) {
    throw new FormatError(`${name}: a file of no known kind, or cut short, ${NEEDED}`);
  }
  return "safetensors";
}
