/** @file A network that says what is in a picture: what its file tells of pictures and of classes. */
import { type Graph, outputShapeOf } from "../graph/graph.ts";
import { IMAGENET_CLASSES } from "../models/imagenetClasses.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import type { WeightsFile } from "../weights/loadModel.ts";
import { NORMALIZATIONS } from "./normalize.ts";
import { FITS, type Preparation, preparationFor } from "./prepare.ts";
import { INTERPOLATIONS } from "./resize.ts";

/** @throws ShapeError unless the network takes pictures and gives one row of scores */
export function checkClassifier(op: string, graph: Graph): void {
  const { shape } = graph.input;
  const [, , , channels] = shape;
  if (shape.length !== 4 || (channels !== 1 && channels !== 3)) {
    const what = shape.length === 4 ? `${channels} channels` : `numbers of shape ${formatShape(shape)}`;
    throw new ShapeError(`${op}: the weights take ${what}, a picture has 3 channels, or 1 where it is grey`);
  }
  const output = outputShapeOf(graph);
  if (output.filter((extent) => extent > 1).length > 1) {
    throw new ShapeError(`${op}: ${graph.name} gives ${formatShape(output)}, needs one row of scores of classes`);
  }
}

/** Whether the network's own scores are shares already. */
export function endsInSoftmax({ nodes, output }: Graph): boolean {
  const last = nodes.find(({ name }) => name === output);
  if (last?.op === "reshape") return endsInSoftmax({ nodes, output: last.inputs[0] } as Graph);
  return last?.op === "softmax";
}

/**
 * A name for each class: what the file says, or ImageNet's where their number fits.
 *
 * @throws FormatError for a list that does not fit
 */
export function labelsIn(file: string, metadata: WeightsFile["metadata"], classes: number): readonly string[] {
  const said = metadata.get("classes");
  if (said !== undefined) return namesIn(file, said, classes);
  if (classes === IMAGENET_CLASSES.length) return IMAGENET_CLASSES;
  if (classes === IMAGENET_CLASSES.length + 1) return ["background", ...IMAGENET_CLASSES];
  return Array.from({ length: classes }, (_, i) => `class ${i}`);
}

/** What the file says, or what those did whose names it has. TensorFlow Lite's quantised networks divide by 128. */
export function preparationIn(file: string, { naming, preset, metadata }: WeightsFile, graph: Graph): Preparation {
  const own = preparationFor(naming === "tf-lite" ? "keras" : preset, graph.name);
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
