/** @file `separable train`: a small network, trained from random weights. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Dataset } from "../../data/dataset.ts";
import { writeSafetensors } from "../../formats/safetensors/safetensors.ts";
import type { Graph } from "../../graph/graph.ts";
import { type Backend, TIERS } from "../../kernels/tiers.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { Session } from "../../session/session.ts";
import { FormatError } from "../../tensor/errors.ts";
import { readCheckpoint, writeCheckpoint } from "../../train/checkpoint.ts";
import { evaluate } from "../../train/evaluate.ts";
import { OPTIMIZERS } from "../../train/optimizers.ts";
import { type TrainingOptions, trainingOptions } from "../../train/options.ts";
import { type TrainingState, train } from "../../train/train.ts";
import { type Arguments, asTyped, asUsage, type Command, readArguments } from "../command.ts";
import { checkDefaultFolder, FASHION_FOLDER, readData, reportSkipped } from "../input/data.ts";
import { parseModel } from "../input/modelNames.ts";
import { describe, heading, meterOf, optionNamed } from "../reports/trainReport.ts";
import { checkWritable, writeWhole } from "../terminal/files.ts";
import { INTERRUPTED, onInterrupt } from "../terminal/interrupt.ts";
import { integer, percent, print, printJson, progress } from "../terminal/terminal.ts";

const HELP = `Usage: separable train [FOLDER] [options]

Trains a network and writes its weights. FOLDER holds IDX files as MNIST has them, or a sub-folder of images for each class;
default: ${FASHION_FOLDER}, Debian's package dataset-fashion-mnist. The same seed gives the same
file, whatever the number of threads. Ctrl-C writes a checkpoint, from which --resume goes on as if nothing had happened.

  --model NAME        default fashion
  --out FILE          default NAME.safetensors; the checkpoint is FILE.checkpoint
  --resume            go on from the checkpoint
  --epochs N          default 20
  --batch N           images of a step, default 100
  --optimizer NAME    ${OPTIMIZERS.join(" or ")}, default ${OPTIMIZERS[0]}
  --learning-rate X   the largest, default 0.1 (sgd) or 0.003 (adamw)
  --weight-decay X    default 0.0005 (sgd) or 0.05 (adamw)
  --smoothing X       of labels, default 0.1
  --shift N           pixels by which images are moved at most, default 2
  --no-flip           never turn images left to right
  --seed N            default 1
  --threads N         default all processors, ${availableParallelism()} here
  --backend TIER      ${TIERS.join(", ")} or auto (default)
  --strict            stop at an image that cannot be read instead of leaving it out
  --json              prints the result as JSON

${MODEL_NAMES}`;

const OPTIONS = {
  model: { type: "string" },
  out: { type: "string" },
  resume: { type: "boolean" },
  epochs: { type: "string" },
  batch: { type: "string" },
  optimizer: { type: "string" },
  "learning-rate": { type: "string" },
  "weight-decay": { type: "string" },
  smoothing: { type: "string" },
  shift: { type: "string" },
  "no-flip": { type: "boolean" },
  seed: { type: "string" },
  threads: { type: "string" },
  backend: { type: "string" },
  strict: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const trainCommand: Command = {
  name: "train",
  summary: "a network of your own, from images with labels",
  help: HELP,
  run: async (args) => {
    const given = readArguments("train", args, OPTIONS, 1);
    const [folder = FASHION_FOLDER] = given.positionals;
    const name = given.text("model") ?? "fashion";
    const model = parseModel("train", name);
    const options = optionsOf(given);
    const settings = asTyped("train", OPTIONS, () => trainingOptions(options));
    const say = (text: string): void => (given.flag("json") ? undefined : print(text));

    checkDefaultFolder(folder);
    const plain = asUsage(() => model.graph());
    const [, H, W, channels] = plain.input.shape;
    const data = await readData(folder, [H, W], channels, given.flag("strict"));
    reportSkipped(data.skipped);
    const { classes } = data.train;
    const graph = asUsage(() => model.graph({ classes: classes.length, channels: data.train.shape[3] }));

    const out = given.text("out") ?? `${name}.safetensors`;
    const checkpoint = `${out}.checkpoint`;
    await checkWritable(out);
    if (existsSync(checkpoint) && !given.flag("resume")) {
      throw new FormatError(`${checkpoint}: is there from an earlier training; --resume goes on with it, or delete it`);
    }
    const about = describe(graph, data.train, settings);
    const state = given.flag("resume") ? await resumed(out, checkpoint, about) : null;
    say(heading(graph, data.train, settings, state));
    const end = await run(graph, data.train, options, state, checkpoint, about, say);
    if (end === null) {
      say(`\nstopped; progress is saved in ${checkpoint}, continue with --resume`);
      return INTERRUPTED;
    }
    const metadata = { model: graph.name, classes: JSON.stringify(classes), normalize: "unit" };
    await writeWhole(out, writeSafetensors(end.weights, metadata));
    await rm(checkpoint, { force: true });
    const tested = data.test ?? data.train;
    const session = await Session.create(graph, end.weights);
    const { right, images, accuracy } = await evaluate(session, tested);
    session.dispose();
    const kind = data.test ? "test images" : "images it was trained with";
    say(`\n${out}: right on ${integer(right)} of ${integer(images)} ${kind}, ${percent(accuracy, 2)}`);
    if (given.flag("json"))
      printJson({ model: graph.name, out, steps: end.step, tested: kind, right, images, accuracy });
    return 0;
  },
};

function optionsOf(given: Arguments): TrainingOptions {
  const optimizer = given.word("optimizer", OPTIMIZERS[0], OPTIMIZERS);
  const number = (name: string): number | undefined => {
    return given.text(name) === undefined ? undefined : given.number(name, 0, 0);
  };
  const [learningRate, weightDecay] = [number("learning-rate"), number("weight-decay")];
  return {
    epochs: given.integer("epochs", 20, 1),
    batch: given.integer("batch", 100, 1),
    optimizer,
    ...(learningRate !== undefined && { learningRate }),
    ...(weightDecay !== undefined && { weightDecay }),
    smoothing: given.number("smoothing", 0.1, 0),
    shift: given.integer("shift", 2, 0),
    flip: !given.flag("no-flip"),
    seed: given.integer("seed", 1, 0),
    threads: given.integer("threads", availableParallelism(), 1),
    backend: given.word<Backend>("backend", "auto", [...TIERS, "auto"]),
  };
}

async function resumed(out: string, checkpoint: string, about: Record<string, string>): Promise<TrainingState> {
  if (existsSync(checkpoint)) return readCheckpoint(checkpoint, about, optionNamed);
  const ended = existsSync(out)
    ? `: the training of ${out} has ended, with its learning rate at 0. More epochs are a new training, without --resume`
    : "";
  throw new FormatError(`${checkpoint}: is not there, nothing to resume${ended}`);
}

/** Trains, with a checkpoint after every epoch and on Ctrl-C. @returns null if stopped by Ctrl-C */
async function run(
  graph: Graph,
  data: Dataset,
  options: TrainingOptions,
  state: TrainingState | null,
  checkpoint: string,
  about: Record<string, string>,
  say: (text: string) => void,
): Promise<TrainingState | null> {
  let isStopped = false;
  const stop = (): string | null => {
    if (isStopped) return "progress since the last checkpoint is lost"; // second Ctrl-C: exits without waiting
    isStopped = true;
    return null; // the current step ends first, then a checkpoint is written
  };
  const restore = onInterrupt(stop);
  const meter = meterOf();
  try {
    const end = await train(graph, data, options, {
      ...(state && { state }),
      onStep: async (step) => {
        const line = meter.step(step);
        progress(line.short);
        if (line.epoch !== null) {
          progress("");
          say(line.epoch);
        }
        if (isStopped || line.epoch !== null) {
          await writeWhole(checkpoint, writeCheckpoint(step.state, about));
        }
        return !isStopped;
      },
    });
    progress("");
    return isStopped ? null : end;
  } finally {
    restore();
  }
}
