/** @file Loads a file of any supported format: weights under a graph's names, and the network they belong to. */
import { EMBEDDED, isEmbedded } from "../data/embedded/embedded.ts";
import { type Graph, outputShapeOf, weightSpecs } from "../graph/graph.ts";
import { checkWeights } from "../graph/weights.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import { checkPatience } from "../tensor/patience.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import type { Format, ImportedNetwork, ReadOptions } from "./format.ts";
import { formatOf } from "./formats.ts";
import type { LoadedModel, LoadOptions, WeightsFile } from "./loadTypes.ts";
import { classNames } from "./names/classNames.ts";
import { GRAPH_KEY } from "./names/graphKey.ts";
import { presetOf } from "./names/producers.ts";
import { openSource, type WeightsSource } from "./source.ts";

/**
 * Reads a weights file: safetensors, a TensorFlow.js model.json with its shards, Keras' .h5 or .keras, ONNX, TensorFlow
 * Lite, or NumPy's .npz; the format is detected from the first bytes. Names and axes become those of a graph.
 *
 * @throws FormatError if the file cannot be read or is not what it claims to be
 *
 * @example
 * const { format, naming, weights } = await readWeights(writeSafetensors(randomWeights(fashionNet(), 1)));
 * format; // "safetensors"
 * naming; // "separable"
 */
export async function readWeights<W extends Weight = Tensor>(
  from: WeightsSource,
  options: LoadOptions = {},
): Promise<WeightsFile<W>> {
  return (await read("readWeights", from, options, true)) as WeightsFile<W>;
}

/** Like {@link readWeights}, but reads only the weights, by name, of a network in another library's layers. */
export async function readNamedWeights(from: WeightsSource, options: LoadOptions = {}): Promise<WeightsFile<Weight>> {
  return read("readWeights", from, options, false);
}

/**
 * Reads all weights of a file: safetensors, a TensorFlow.js model.json with its shards, Keras' .h5 or .keras, ONNX,
 * TensorFlow Lite, or NumPy's .npz.
 *
 * Names of Keras, TF-slim, TensorFlow Lite, torchvision and timm become those of a graph (`conv1/kernel` →
 * `conv1/filter`, …), and the axes of filters are reordered to match; other names stay. Quantised tensors become
 * float32.
 *
 * @param source "fashion" for the weights of `fashionNet` that ship with the package; or a path (Node), a URL, a File
 *   or Blob, an ArrayBuffer or Uint8Array
 * @throws FormatError if the file cannot be read or is not what it claims to be
 *
 * @example
 * const weights = await loadWeights("own.safetensors");
 * const session = await Session.create(fashionNet(), weights);
 */
export async function loadWeights(source: WeightsSource, options: LoadOptions = {}): Promise<Map<string, Tensor>> {
  return (await read("loadWeights", source, { ...options, dequantize: true }, false)).weights as Map<string, Tensor>;
}

/**
 * Loads a model: its weights and the network they belong to, ready for a session. "fashion" and "fashion_int8" ship
 * with the package. A file that computes with integers becomes a graph that does too, unless `dequantize` is set.
 *
 * @throws FormatError if the file cannot be read or is not what it claims to be
 * @throws ShapeError if the weights are not exactly those of a MobileNet (every mismatch is listed), or for an option
 *   that does not apply to the file: a resolution or an activation if it contains its network, a shape that it states,
 *   an output that it does not have
 *
 * @example
 * const { graph, weights } = await loadModel("own.onnx");
 * const session = await Session.create(graph, weights);
 */
export async function loadModel<W extends Weight = Tensor>(
  from: WeightsSource,
  options: LoadOptions = {},
): Promise<LoadedModel<W>> {
  const file = await read("loadModel", from, options, true);
  const { resolution, activation } = options;
  const wanted = {
    ...(resolution !== undefined && { resolution }),
    ...(activation !== undefined && { activation }),
  };
  if (file.graph === null) {
    const { networkIn } = await import("./names/identify.ts");
    const graph = networkIn(file as WeightsFile, wanted);
    checkWeights(file.source, graph, file.weights, file.names);
    return { ...(file as WeightsFile<W>), graph };
  }
  const [needless] = Object.keys(wanted);
  if (needless === undefined) return { ...(file as WeightsFile<W>), graph: file.graph };
  throw new ShapeError(`loadModel: the file already contains its network, needs no ${needless}`);
}

/**
 * Detects the format, reads the file and, if it has no network, renames its weights.
 *
 * @param op            for messages
 * @param withDescribed whether to build a network that is in another library's layers
 */
async function read(
  op: string,
  given: WeightsSource,
  options: LoadOptions,
  withDescribed: boolean,
): Promise<WeightsFile<Weight>> {
  const from = typeof given === "string" && isEmbedded(given) ? EMBEDDED[given] : given;
  const source = await openSource(op, from, checkPatience(op, options));
  try {
    const { shards, shape, output, signature, maxBytes, dequantize } = options;
    const format = await formatOf(source);
    checkTaken(source.name, format, { shape, output, signature });
    const file = await format.read(source, { op, from, shards, shape, output, signature, maxBytes, dequantize });
    const { metadata, resolution } = file;
    const network = file.network ?? (withDescribed ? ((await file.described?.()) ?? null) : null);
    const common = { source: source.name, format: format.name, metadata, resolution };
    if (network !== null) {
      const own = { naming: "separable", preset: presetOf(file), names: new Map() } as const;
      const cut = await cutNetwork(source.name, network, output);
      return { ...common, ...own, ...cut, metadata: output === undefined ? metadata : metadataOf(cut.graph, metadata) };
    }
    if (output !== undefined) {
      throw new ShapeError(`${source.name}: has weights and no network, needs no output: ${show(output)}`);
    }
    // The tables of names are imported on demand: a page may need none.
    const { named } = await import("./names/named.ts");
    return { ...common, ...(await named(source.name, file)), graph: null };
  } finally {
    await source.close();
  }
}

/** A network, or the part that some of its outputs need. */
async function cutNetwork(
  source: string,
  { graph, weights }: ImportedNetwork,
  output: LoadOptions["output"],
): Promise<Pick<LoadedModel<Weight>, "graph" | "weights">> {
  if (output === undefined) return { graph, weights };
  const wanted = [...new Set([output].flat())];
  if (wanted.join("\n") === graph.outputs.join("\n")) return { graph, weights };
  const { cutTo } = await import("../graph/cutTo.ts");
  const cut = cutTo(source, graph, wanted);
  const kept = weightSpecs(cut).flatMap(({ name }) => {
    const tensor = weights.get(name);
    return tensor === undefined ? [] : [[name, tensor] as const];
  });
  return { graph: cut, weights: new Map(kept) };
}

/** Metadata of a network cut to some outputs: its graph, and class names only if their number still fits. */
function metadataOf(graph: Graph, metadata: WeightsFile["metadata"]): WeightsFile["metadata"] {
  const kept = new Map(metadata);
  if (kept.has(GRAPH_KEY)) kept.set(GRAPH_KEY, JSON.stringify(graph));
  if (classNames(kept.get("classes"))?.length !== sizeOf(outputShapeOf(graph))) kept.delete("classes");
  return kept;
}

/** @throws ShapeError for an option that is for files of another format */
function checkTaken(
  source: string,
  { name: format, takes }: Format,
  options: Pick<ReadOptions, "shape" | "output" | "signature">,
): void {
  for (const name of ["shape", "output", "signature"] as const) {
    const value = options[name];
    if (value === undefined || takes.includes(name)) continue;
    throw new ShapeError(`${source}: ${format} files leave no ${name} open, needs no ${name}: ${show(value)}`);
  }
}
