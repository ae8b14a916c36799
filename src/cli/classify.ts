/** @file `separable classify`: what is in a picture, by a network with trained weights. */
import { readFile } from "node:fs/promises";
import { Session } from "../graph/session.ts";
import type { Weights } from "../graph/weights.ts";
import { NORMALIZATIONS, type Normalization, preprocess } from "../image/normalize.ts";
import { type Backend, TIERS } from "../kernels/index.ts";
import { mobilenetV1OptionsOf } from "../models/fromWeights.ts";
import { IMAGENET_CLASSES } from "../models/imagenetClasses.ts";
import { mobilenetV1 } from "../models/mobilenetV1.ts";
import { softmax } from "../ops/activations.ts";
import { FormatError, ShapeError } from "../tensor/errors.ts";
import { loadWeights } from "../weights/loadWeights.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { MODEL_HELP, parseModel } from "./modelNames.ts";
import { readPicture } from "./picture.ts";
import { duration, percent, print, printJson, progress, style } from "./terminal.ts";

const HELP = `Usage: separable classify IMAGE… --weights FILE [options]

Says what is in each picture. The middle square of the picture is scaled to the network's size.

  --weights FILE      safetensors file with the weights of a MobileNetV1, as Keras names them
  --model NAME        default: alpha and classes read off the weights, resolution 224
  --normalize SCHEME  ${NORMALIZATIONS.join(", ")}; default tf (grey level / 127.5 - 1), Keras' and TF-slim's
  --labels FILE       one class name a line; default ImageNet's for 1000 or 1001 classes
  --backend TIER      ${TIERS.join(", ")} or auto (default)
  --top K             answers per picture, default 5
  --json              the same as JSON

A picture that cannot be read is reported and the others go on; the exit code is then 1. JPEG, PNG and others need
sharp (npm install sharp); PPM and PGM need nothing.

${MODEL_HELP}`;

const OPTIONS = {
  weights: { type: "string" },
  model: { type: "string" },
  normalize: { type: "string" },
  labels: { type: "string" },
  backend: { type: "string" },
  top: { type: "string" },
  json: { type: "boolean" },
} as const;

interface Answer {
  readonly class: number;
  readonly label: string;
  readonly probability: number;
}

interface Result {
  readonly image: string;
  readonly model: string;
  readonly backend: string;
  readonly ms: number;
  readonly top: readonly Answer[];
}

export const classify: Command = {
  name: "classify",
  summary: "what is in a picture",
  help: HELP,
  run: async (args) => {
    const given = readArguments("classify", args, OPTIONS, Number.POSITIVE_INFINITY);
    const backend = given.word<Backend>("backend", "auto", [...TIERS, "auto"]);
    const scheme = given.word<Normalization>("normalize", "tf", NORMALIZATIONS);
    const top = given.integer("top", 5, 1);
    const file = given.text("weights");
    if (given.positionals.length === 0) throw new UsageError("classify: needs at least one picture");
    if (file === undefined) throw new UsageError("classify: needs --weights FILE");

    const weights = await loadWeights(file);
    const session = await openModel(weights, given.text("model"), backend);
    const labels = await readLabels(given.text("labels"), session);
    const results: Result[] = [];
    let broken = 0;
    for (const image of given.positionals) {
      progress(`classifying ${image}`);
      try {
        const result = await classifyPicture(session, image, scheme, labels, top);
        progress("");
        results.push(result);
        if (!given.flag("json")) print(render(result));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        progress("");
        process.stderr.write(`${error.message}\n`);
        broken++;
      }
    }
    session.dispose();
    if (given.flag("json")) printJson(results);
    if (broken > 0) process.stderr.write(`${broken} of ${given.positionals.length} pictures could not be read\n`);
    return broken > 0 ? 1 : 0;
  },
};

async function openModel(weights: Weights, name: string | undefined, backend: Backend): Promise<Session> {
  const found = mobilenetV1OptionsOf(weights);
  const wanted = name === undefined ? {} : parseModel("classify", name);
  const { classes, channels, batchNorm } = found;
  if (channels !== 3) throw new ShapeError(`classify: the weights take ${channels} channels, a picture has 3`);
  const settings = name === undefined ? found : { ...wanted, classes, channels, batchNorm };
  return Session.create(mobilenetV1(settings as typeof found), weights, { backend });
}

async function readLabels(file: string | undefined, session: Session): Promise<readonly string[]> {
  const classes = session.graph.nodes[session.graph.nodes.length - 1].outputShape[1];
  if (file === undefined) {
    if (classes === IMAGENET_CLASSES.length) return IMAGENET_CLASSES;
    if (classes === IMAGENET_CLASSES.length + 1) return ["background", ...IMAGENET_CLASSES];
    return Array.from({ length: classes }, (_, i) => `class ${i}`);
  }
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new FormatError(`${file}: cannot be read (${cause.message})`, { cause });
  });
  const labels = text.trimEnd().split(/\r?\n/);
  if (labels.length !== classes) {
    throw new FormatError(`${file}: has ${labels.length} lines, the network has ${classes} classes`);
  }
  return labels;
}

async function classifyPicture(
  session: Session,
  image: string,
  scheme: Normalization,
  labels: readonly string[],
  top: number,
): Promise<Result> {
  const [, H, W] = session.graph.input.shape;
  const input = preprocess(await readPicture(image), [H, W], scheme);
  const start = performance.now();
  const scores = await session.run(input);
  const ms = performance.now() - start;
  const answers = [...softmax(scores).data]
    .map((probability, i) => ({ class: i, label: labels[i], probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
  return { image, model: session.graph.name, backend: session.backend, ms, top: answers };
}

function render({ image, model, backend, ms, top }: Result): string {
  const width = Math.max(...top.map(({ label }) => label.length));
  const lines = top.map(({ label, probability }) => {
    const bar = "█".repeat(Math.round(probability * 30));
    return `  ${label.padEnd(width)}  ${percent(probability).padStart(7)}  ${style("cyan", bar)}`.trimEnd();
  });
  return [`${style("bold", image)}  (${model}, ${backend}, ${duration(ms)})`, ...lines].join("\n");
}
