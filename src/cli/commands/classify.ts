/** @file `separable classify`: what a trained network sees in images. */

import { checkClassifier } from "../../image/classifier.ts";
import { NORMALIZATIONS } from "../../image/normalize.ts";
import { FITS, type Preparation } from "../../image/prepare.ts";
import { type Backend, TIERS } from "../../kernels/tiers.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { Session } from "../../session/session.ts";
import { FormatError } from "../../tensor/errors.ts";
import { suggestion } from "../../tensor/nearest.ts";
import { type Arguments, type Command, readArguments, UsageError } from "../command.ts";
import { classifyBatch, type Result, render } from "../input/classifyImages.ts";
import { imagesOf } from "../input/imageList.ts";
import { type Network, readNetwork } from "../input/network.ts";
import { classifySample, renderSample } from "../input/sample.ts";
import { threadsOf } from "../input/seeded.ts";
import { activationIn, shapeIn } from "../options/inputOptions.ts";
import { CHECKPOINT_NAMES } from "../pull/checkpoints.ts";
import { pulled } from "../pull/install.ts";
import { readWhole } from "../terminal/files.ts";
import { print, printJson, progress, style, tell } from "../terminal/terminal.ts";

const HELP = `Usage: separable classify
       separable classify IMAGE… --weights FILE [options]
       separable classify IMAGE… --model NAME [options]

Says what is in each image. IMAGE: a file, a folder, or a pattern in quotes such as "photos/**/*.jpg". Without any
arguments: a few images of clothes that come with the package, by a network that comes with it too, on every tier.

  --weights FILE      safetensors, a TensorFlow.js model.json, ONNX or .npz; names of Keras, TF-slim, TensorFlow Lite, torchvision
                      or timm, or a file that separable train or retrain wrote; fashion: the weights that come with the package
  --model NAME        a model (below), where the file does not say which; without --weights a checkpoint, pulled when needed:
                      separable pull lists them
  --activation F      other than the family's own, e.g. relu
  --output NAME       of an ONNX model that has several; default the first
  --shape N           of an ONNX model's input where it leaves sizes open, e.g. 1x3x224x224
  --normalize SCHEME  ${NORMALIZATIONS.join(", ")}; default: recorded in the file, else that of the library the weights come from
  --fit FIT           ${FITS.join(", ")}; the part of the image that is taken; default: likewise
  --labels FILE       one class name a line; default: recorded in the file, or ImageNet's for 1000 or 1001 classes
  --backend TIER      ${TIERS.join(", ")} or auto (default)
  --threads N         of the simd tier, default 1
  --batch N           images that are read at a time, default 16
  --top K             answers per image, default 5
  --json              the same as JSON
  --jsonl             the same as one line of JSON for each image, as soon as it is known

An image that cannot be read is reported and the others go on; the exit code is then 1. JPEG, PNG and others need
sharp (npm install sharp); PPM and PGM need nothing.

${MODEL_NAMES}`;

const NO_CLASSES =
  "The file does not say that its outputs are classes: the largest are shown as they are. --labels FILE names them.";

const OPTIONS = {
  weights: { type: "string" },
  model: { type: "string" },
  output: { type: "string" },
  shape: { type: "string" },
  activation: { type: "string" },
  normalize: { type: "string" },
  fit: { type: "string" },
  labels: { type: "string" },
  backend: { type: "string" },
  threads: { type: "string" },
  batch: { type: "string" },
  top: { type: "string" },
  json: { type: "boolean" },
  jsonl: { type: "boolean" },
} as const;

export const classify: Command = {
  name: "classify",
  summary: "what is in an image, or in a folder of them",
  help: HELP,
  run: async (args) => {
    const given = readArguments("classify", args, OPTIONS, Number.POSITIVE_INFINITY);
    const backend = given.word<Backend>("backend", "auto", [...TIERS, "auto"]);
    const top = given.integer("top", 5, 1);
    const batch = given.integer("batch", 16, 1, 1024);
    const threads = threadsOf("classify", given, backend === "auto" ? "simd" : backend);
    if (args.length === 0 || (args.length === 1 && given.flag("json"))) {
      const result = await classifySample();
      if (given.flag("json")) printJson({ ...result, images: undefined });
      else print(renderSample(result));
      return 0;
    }
    if (given.positionals.length === 0) throw new UsageError("classify: needs at least one image");
    if (given.flag("json") && given.flag("jsonl")) throw new UsageError("classify: needs --json or --jsonl, not both");
    given.word("normalize", "tf", NORMALIZATIONS);
    given.word("fit", "square", FITS);
    const images = await imagesOf("classify", given.positionals);
    const network = await networkFor(given);
    checkClassifier("classify", network.graph);
    const setting = {
      network,
      preparation: preparationIn(given, network),
      top,
      labels: await readLabels(given, network),
      hasClasses: network.hasClasses !== "no" || given.text("labels") !== undefined,
    };
    const session = await Session.create(network.graph, network.weights, { backend, threads });
    const isGuessed = network.isGuessed && given.text("normalize") === undefined;
    const said = aboutOf(network, setting.preparation, isGuessed, given.text("output"));
    if (!given.flag("json") && !given.flag("jsonl")) print(`${style("dim", said)}\n`);
    if (!setting.hasClasses) tell(NO_CLASSES);
    const results: Result[] = [];
    const show = (result: Result): void => {
      progress("");
      if (given.flag("json")) results.push(result);
      else print(given.flag("jsonl") ? JSON.stringify(result) : render(result));
    };
    let broken = 0;
    try {
      for (let i = 0; i < images.length; i += batch) {
        progress(`classifying ${i + 1} of ${images.length}`);
        broken += await classifyBatch(session, images.slice(i, i + batch), setting, show);
      }
    } finally {
      session.dispose();
    }
    progress("");
    if (given.flag("json")) printJson(results);
    if (broken > 0) tell(`${broken} of ${images.length} images could not be read`);
    return broken > 0 ? 1 : 0;
  },
};

/** Reads the file given by --weights, or the checkpoint named by --model, which is pulled if it is not cached. */
async function networkFor(given: Arguments): Promise<Network> {
  const [file, model] = [given.text("weights"), given.text("model")];
  const options = { shape: shapeIn("classify", given), output: given.text("output"), activation: activationIn(given) };
  if (file !== undefined) return readNetwork("classify", file, model, options);
  if (model === undefined) throw new UsageError("classify: needs --weights FILE or --model NAME");
  if (model === "fashion") return readNetwork("classify", "fashion", undefined);
  const checkpoint = await pulled("classify", model);
  if (checkpoint !== null) return readNetwork("classify", checkpoint, undefined);
  const what = `${JSON.stringify(model)} is no checkpoint that can be pulled${suggestion(model, CHECKPOINT_NAMES)}`;
  throw new UsageError(`classify: ${what}, needs --weights FILE or one of\n  ${CHECKPOINT_NAMES.join("\n  ")}`);
}

function preparationIn(given: Arguments, { preparation }: Network): Preparation {
  return {
    ...preparation,
    ...(given.text("normalize") !== undefined && { normalization: given.word("normalize", "tf", NORMALIZATIONS) }),
    ...(given.text("fit") !== undefined && { fit: given.word("fit", "square", FITS) }),
  };
}

async function readLabels(given: Arguments, network: Network): Promise<readonly string[]> {
  const file = given.text("labels");
  if (file === undefined) return network.labels();
  const labels = (await readWhole(file)).toString("utf8").trimEnd().split(/\r?\n/);
  const { classes } = network;
  if (labels.length !== classes) {
    throw new FormatError(`${file}: has ${labels.length} lines, the network has ${classes} classes`);
  }
  return network.labels(labels);
}

/** Describes the file, the network, and how images become its input. */
function aboutOf(
  { about, graph, outputs }: Network,
  { fit, interpolation, normalization }: Preparation,
  isGuessed: boolean,
  output: string | undefined,
): string {
  const [, H, W] = graph.input.shape;
  const guess = isGuessed ? " (a guess, the file does not say: --fit, --normalize)" : "";
  const which =
    outputs.length > 1 && output === undefined ? `; the first output of ${outputs.join(", ")}: --output` : "";
  return `${about}; ${graph.name}${which}; images ${fit} to ${H}×${W}, ${interpolation}, grey levels ${normalization}${guess}`;
}
