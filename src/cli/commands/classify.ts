/** @file `separable classify`: classifies images with a trained network. */

import { outputShapeOf } from "../../graph/graph.ts";
import { createClassifier } from "../../image/classifier.ts";
import type { Preparation } from "../../image/prepare.ts";
import { checkClassifier } from "../../image/recorded.ts";
import { FormatError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { type Command, command } from "../command.ts";
import { classifyBatch, type Result, render } from "../input/classifyImages.ts";
import { imagesOf } from "../input/imageList.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { type Network, networkFrom } from "../input/network.ts";
import { preparationWords } from "../input/preparationWords.ts";
import { classifySample, renderSample } from "../input/sample.ts";
import { chosenPreparation, IMAGES } from "../options/images.ts";
import { flag, integer, text } from "../options/option.ts";
import { BACKEND, checkThreads, JSON_FLAG, NETWORK, THREADS } from "../options/shared.ts";
import { readWhole } from "../terminal/files.ts";
import { print, printJson, progress, style, tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

const NO_CLASSES =
  "The file does not say that its outputs are classes: the largest are shown as they are. --labels FILE names them.";

const OPTIONS = {
  weights: text(
    "FILE",
    `safetensors, a TensorFlow.js model.json, Keras' .h5 or .keras, ONNX, .tflite or .npz; names of Keras, TF-slim, TensorFlow Lite, torchvision
or timm, or a file that separable train or retrain wrote; fashion: the bundled weights`,
  ),
  model: text(
    "MODEL",
    `the network, if the weights do not name theirs: a model (below) or a file; without --weights a file with both,
or a checkpoint, pulled if needed: separable pull lists them`,
  ),
  ...NETWORK,
  ...IMAGES,
  labels: text("FILE", "one class name per line; default: the file's, or ImageNet's for 1000 or 1001 classes"),
  backend: BACKEND,
  threads: THREADS,
  batch: integer("N", [1, 1024], 16, "images read at a time, default 16"),
  top: integer("K", [1], 5, "answers per image, default 5"),
  json: JSON_FLAG,
  jsonl: flag("one line of JSON for each image, as soon as it is classified"),
};

export const classify: Command = command({
  name: "classify",
  summary: "classify images",
  usage: ["", "IMAGE… --weights FILE", "IMAGE… --model NAME"],
  maxOperands: Number.POSITIVE_INFINITY,
  about: `Classifies images. IMAGE: a file, a folder, or a pattern in quotes such as "photos/**/*.jpg". Without
arguments: classifies a few images of clothes on every tier, with the network in the package.`,
  options: OPTIONS,
  notes: [
    `An image that cannot be read is reported, and the others are still classified; the exit code is then 1. JPEG, PNG and others need
sharp (npm install sharp); PPM and PGM need nothing. Files of Keras need jsfive (npm install jsfive).`,
    MODEL_HELP,
  ],
  run: async (given) => {
    const { operands, options, typed } = given;
    const { backend, threads, top, batch, json, jsonl } = options;
    checkThreads("classify", threads, backend);
    if (operands.length === 0 && [...typed].every((name) => name === "json")) {
      const result = await classifySample();
      if (json) printJson({ ...result, images: undefined });
      else print(renderSample(result));
      return 0;
    }
    if (operands.length === 0) throw new UsageError("classify: needs at least one image");
    if (json && jsonl) throw new UsageError("classify: needs --json or --jsonl, not both");
    const images = await imagesOf("classify", operands);
    const chosen = chosenPreparation("classify", options);
    const network = await networkFrom("classify", options);
    checkClassifier("classify", network.graph);
    const classifier = await createClassifier(network, {
      labels: await readLabels(options.labels, network),
      preparation: chosen,
      backend,
      threads,
    });
    const isGuessed = network.isGuessed && chosen.normalization === undefined;
    const about = aboutOf(network, classifier.preparation, isGuessed);
    if (!json && !jsonl) print(`${style("dim", about)}\n`);
    if (!classifier.hasClasses) tell(NO_CLASSES);
    if (!network.hasWeights) tell(`classify: ${network.source} has no weights, so its answers mean nothing`);
    const results: Result[] = [];
    const show = (result: Result): void => {
      progress("");
      if (json) results.push(result);
      else print(jsonl ? JSON.stringify(result) : render(result));
    };
    let broken = 0;
    try {
      for (let i = 0; i < images.length; i += batch) {
        progress(`classifying ${i + 1} of ${images.length}`);
        broken += await classifyBatch(classifier, network.about, images.slice(i, i + batch), top, show);
      }
    } finally {
      classifier.dispose();
    }
    progress("");
    if (json) printJson(results);
    if (broken > 0) tell(`${broken} of ${images.length} images could not be read`);
    return broken > 0 ? 1 : 0;
  },
});

async function readLabels(file: string | undefined, { graph }: Network): Promise<readonly string[] | undefined> {
  if (file === undefined) return undefined;
  const labels = (await readWhole(file)).toString("utf8").trimEnd().split(/\r?\n/);
  const classes = sizeOf(outputShapeOf(graph));
  if (labels.length === classes) return labels;
  throw new FormatError(`${file}: has ${labels.length} lines, the network has ${classes} classes`);
}

/** Describes the file, the network, and how images become its input. */
function aboutOf({ about, graph }: Network, preparation: Preparation, isGuessed: boolean): string {
  const which = graph.outputs.length > 1 ? `; the first output of ${graph.outputs.join(", ")}: --output` : "";
  return `${about}; ${graph.name}${which}; ${preparationWords(graph, preparation, isGuessed)}`;
}
