/** @file `separable classify`: what is in a picture, by a network with trained weights. */
import { readFile } from "node:fs/promises";
import { Session } from "../graph/session.ts";
import { NORMALIZATIONS, type Normalization, preprocess } from "../image/normalize.ts";
import { type Backend, TIERS } from "../kernels/index.ts";
import { MODEL_NAMES } from "../models/named.ts";
import { softmax } from "../ops/activations.ts";
import { FormatError } from "../tensor/errors.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { type Network, readNetwork } from "./network.ts";
import { luma, readPicture } from "./picture.ts";
import { classifySample, renderSample } from "./sample.ts";
import { duration, percent, print, printJson, progress, style } from "./terminal.ts";

const HELP = `Usage: separable classify
       separable classify IMAGE… --weights FILE [options]

Says what is in each picture. The middle square of the picture is scaled to the network's size. Without any arguments: a few
pictures of clothes that come with the package, by a network that comes with it too, on every tier.

  --weights FILE      safetensors file that separable train or retrain wrote, or with the weights of a MobileNetV1 as Keras
                      names them; fashion: those that come with the package
  --model NAME        default: what the file says, or alpha and classes read off the weights, resolution 224
  --normalize SCHEME  ${NORMALIZATIONS.join(", ")}; default what the file says, or tf (grey level / 127.5 - 1),
                      Keras' and TF-slim's
  --labels FILE       one class name a line; default what the file says, or ImageNet's for 1000 or 1001 classes
  --backend TIER      ${TIERS.join(", ")} or auto (default)
  --top K             answers per picture, default 5
  --json              the same as JSON

A picture that cannot be read is reported and the others go on; the exit code is then 1. JPEG, PNG and others need
sharp (npm install sharp); PPM and PGM need nothing.

${MODEL_NAMES}`;

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
    const top = given.integer("top", 5, 1);
    const file = given.text("weights");
    if (args.length === 0 || (args.length === 1 && given.flag("json"))) {
      const result = await classifySample();
      if (given.flag("json")) printJson({ ...result, pictures: undefined });
      else print(renderSample(result));
      return 0;
    }
    if (given.positionals.length === 0) throw new UsageError("classify: needs at least one picture");
    if (file === undefined) throw new UsageError("classify: needs --weights FILE");

    const typed = given.word<Normalization>("normalize", "tf", NORMALIZATIONS);
    const network = await readNetwork("classify", file, given.text("model"));
    const scheme = given.text("normalize") === undefined ? network.normalization : typed;
    const labels = await readLabels(given.text("labels"), network);
    const session = await Session.create(network.graph, network.weights, { backend });
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

async function readLabels(file: string | undefined, network: Network): Promise<readonly string[]> {
  if (file === undefined) return network.labels;
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new FormatError(`${file}: cannot be read (${cause.message})`, { cause });
  });
  const labels = text.trimEnd().split(/\r?\n/);
  const classes = network.labels.length;
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
  const [, H, W, C] = session.graph.input.shape;
  const picture = await readPicture(image);
  const input = preprocess(C === 1 ? luma(picture) : picture, [H, W], scheme);
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
