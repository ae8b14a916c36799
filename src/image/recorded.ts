/** @file What a model file records, or implies, about its images and classes. */

import { IMAGENET_CLASSES } from "../data/imagenetClasses.ts";
import type { WeightsFile } from "../formats/loadTypes.ts";
import { classNames } from "../formats/names/classNames.ts";
import { GRAPH_KEY } from "../formats/names/graphKey.ts";
import { type Graph, outputShapeOf } from "../graph/graph.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Weight } from "../tensor/weight.ts";
import { type Levels, NORMALIZATIONS } from "./normalize.ts";
import { ownRescaling } from "./ownRescaling.ts";
import { CHANNEL_ORDERS, FITS, type Preparation, preparationFor } from "./prepare.ts";
import { INTERPOLATIONS } from "./resize.ts";

/** @throws ShapeError unless the network accepts images and returns one row of scores */
export function checkClassifier(op: string, graph: Graph): void {
  checkImageInput(op, graph);
  const output = outputShapeOf(graph);
  if (output.filter((extent) => extent > 1).length > 1) {
    throw new ShapeError(`${op}: ${graph.name} gives ${formatShape(output)}, needs one row of scores of classes`);
  }
}

/** @throws ShapeError unless the network accepts images */
export function checkImageInput(op: string, graph: Graph): void {
  const { shape } = graph.input;
  if (graph.inputs.length > 1)
    throw new ShapeError(`${op}: ${graph.name} has ${graph.inputs.length} inputs, needs one`);
  const [, , , channels] = shape;
  if (shape.length !== 4 || (channels !== 1 && channels !== 3)) {
    const what = shape.length === 4 ? `${channels} channels` : `numbers of shape ${formatShape(shape)}`;
    throw new ShapeError(`${op}: the weights take ${what}, an image has 3 channels, or 1 where it is grey`);
  }
}

/** Nodes that keep the order of the scores. */
const PASSED: ReadonlySet<string> = new Set(["reshape", "quantize", "dequantize"]);

/** Returns whether the network's output is already a probability distribution. */
export function endsInSoftmax({ nodes, output }: Graph): boolean {
  const last = nodes.find(({ name }) => name === output);
  if (last && PASSED.has(last.op)) return endsInSoftmax({ nodes, output: last.inputs[0] } as Graph);
  return last?.op === "softmax";
}

/** Names of outputs that are not class scores. */
const NO_SCORES = /^(landmarks?|(key)?points?|box(es)?|coords?|loc|mesh|pose|embeddings?|features)$/i;
/** Maximum outputs that are guessed to be classes: 68 landmarks are 136 numbers. */
const MAX_GUESSED = 100;

/**
 * Returns whether the outputs are class scores: "yes" if the network is a MobileNet, ends in softmax, has ImageNet's
 * number of classes or names for them; otherwise a guess from their name and number.
 */
export function hasClasses(graph: Graph, file: WeightsFile<Weight>): "yes" | "guess" | "no" {
  const { naming, metadata } = file;
  const count = sizeOf(outputShapeOf(graph));
  const isImagenet = [0, 1].some((background) => count === IMAGENET_CLASSES.length + background);
  const isMobilenet = !isOfOthers(file) && naming !== null;
  if (isMobilenet || isImagenet || metadata.has("classes") || endsInSoftmax(graph)) return "yes";
  const [last] = graph.output.split("/").slice(-1); // "model/head/boxes_1"
  const isOther = last.split(/[^a-zA-Z]+|(?<=[a-z])(?=[A-Z])/).some((word) => NO_SCORES.test(word));
  return count > MAX_GUESSED || isOther ? "no" : "guess";
}

/**
 * Returns a name for each class: the file's, or ImageNet's if there are as many; else null.
 *
 * @throws FormatError if the file's list does not fit
 */
export function knownLabels(
  file: string,
  metadata: WeightsFile<Weight>["metadata"],
  classes: number,
): readonly string[] | null {
  const said = metadata.get("classes");
  if (said !== undefined) return namesIn(file, said, classes);
  if (classes === IMAGENET_CLASSES.length) return IMAGENET_CLASSES;
  return classes === IMAGENET_CLASSES.length + 1 ? ["background", ...IMAGENET_CLASSES] : null;
}

/** "class 0", … for classes without names. */
export function numberedLabels(classes: number): readonly string[] {
  return Array.from({ length: classes }, (_, i) => `class ${i}`);
}

/**
 * Returns the file's own settings, else those of the library whose weight names it uses. TensorFlow Lite's quantised
 * networks divide by 128; a network that rescales grey levels itself gets the range it expects; PyTorch's mean and
 * deviation do not apply to grey images; a network stored as a graph is assumed to be trained here, on pixel / 255.
 */
export function preparationIn(file: string, read: WeightsFile<Weight>, graph: Graph): Preparation {
  const { naming, preset, metadata, weights } = read;
  const ofPreset = preparationFor(naming === "tf-lite" ? "keras" : preset, graph.name);
  const own = naming === "transformers" ? ({ ...ofPreset, fit: "shorter" } as const) : ofPreset;
  const isUnit = isOwn(read) || (graph.input.shape[3] === 1 && own.normalization === "torch");
  const normalization = ownRescaling(graph, weights) ?? (isUnit ? "unit" : own.normalization);
  const word = <T extends string>(key: string, words: readonly T[], fallback: T): T => {
    const said = metadata.get(key);
    const found = words.find((one) => one === (said ?? fallback));
    if (found !== undefined) return found;
    throw new FormatError(`${file}: its ${key} is ${show(said)}, needs one of ${words.join(", ")}`);
  };
  const said = metadata.get("fraction");
  const fraction = said === undefined ? own.fraction : Number(said);
  if (fraction !== undefined && !(fraction > 0 && fraction <= 1)) {
    throw new FormatError(`${file}: its fraction is ${show(said)}, needs a number above 0, at most 1`);
  }
  return {
    fit: word("fit", FITS, own.fit),
    ...(fraction !== undefined && { fraction }),
    interpolation: word("interpolation", INTERPOLATIONS, own.interpolation),
    normalization:
      levelsIn(metadata.get("normalize")) ??
      word("normalize", NORMALIZATIONS, naming === "tf-lite" ? "byte" : normalization),
    ...(metadata.has("order") && { order: word("order", CHANNEL_ORDERS, "rgb") }),
  };
}

/** Parses a mean and a scale, { "mean": 127.5, "scale": 0.0078 }; null for a scheme's name or anything else. */
function levelsIn(said: string | undefined): Levels | null {
  if (!said?.startsWith("{")) return null;
  try {
    const { mean, scale } = JSON.parse(said);
    const isNumbers = (value: unknown): boolean =>
      [value].flat().every((one) => typeof one === "number" && Number.isFinite(one));
    return isNumbers(mean) && isNumbers(scale) ? { mean, scale } : null;
  } catch {
    return null;
  }
}

/** Whether a file contains its network, of whatever kind, in another library's operators or layers. */
function isOfOthers({ format, naming }: Pick<WeightsFile<Weight>, "format" | "naming">): boolean {
  if (format === "onnx" || format === "tflite") return true;
  return (format === "tfjs" || format === "keras") && naming === "separable"; // not found by names
}

/** Whether a file contains its network as a graph of this project; no published checkpoint does. */
function isOwn({ format, metadata }: Pick<WeightsFile<Weight>, "format" | "metadata">): boolean {
  return format === "graph" || metadata.has(GRAPH_KEY);
}

/** Whether the normalization is a guess: the file contains its network but records no normalization. */
export function isPreparationGuessed(
  file: Pick<WeightsFile<Weight>, "format" | "metadata" | "naming" | "weights">,
  graph: Graph,
): boolean {
  const { metadata, weights } = file;
  if (metadata.has("normalize") || !(isOfOthers(file) || isOwn(file))) return false;
  return ownRescaling(graph, weights) === null;
}

/** Returns the metadata that records a preparation; the inverse of {@link preparationIn}. */
export function preparationMetadata(preparation: Preparation): Record<string, string> & { readonly normalize: string } {
  const { fit, fraction, interpolation, normalization, order } = preparation;
  const normalize = typeof normalization === "string" ? normalization : JSON.stringify(normalization);
  return { fit, ...(fraction && { fraction: String(fraction) }), interpolation, normalize, ...(order && { order }) };
}

function namesIn(file: string, json: string, classes: number): readonly string[] {
  const names = classNames(json);
  if (names?.length === classes && names.every((name) => typeof name === "string")) return names;
  throw new FormatError(`${file}: its names of classes are ${show(json)}, needs a JSON list of ${classes} strings`);
}
