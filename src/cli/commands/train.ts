/** @file `separable train`: a small network, trained from random weights. */

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Dataset } from "../../data/dataset.ts";
import { safetensors } from "../../formats/safetensors/format.ts";
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import { integer, percent } from "../../report/forms/numbers.ts";
import { Session } from "../../session/session.ts";
import { FormatError, ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { readCheckpoint, writeCheckpoint } from "../../train/checkpoint.ts";
import { evaluate } from "../../train/evaluate.ts";
import { OPTIMIZERS } from "../../train/optimizers.ts";
import { type TrainingOptions, trainingOptions } from "../../train/options.ts";
import { type TrainingHooks, type TrainingState, train } from "../../train/train.ts";
import { type Command, command } from "../command.ts";
import { checkDefaultFolder, FASHION_FOLDER, readData, reportSkipped } from "../input/data.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork } from "../input/network.ts";
import { flag, integer as integerOption, number, text, type Values, word } from "../options/option.ts";
import { ALL_THREADS, BACKEND, SEED } from "../options/shared.ts";
import { checkWritable, writeWhole } from "../terminal/files.ts";
import { INTERRUPTED, onInterrupt } from "../terminal/interrupt.ts";
import { print, printJson, progress } from "../terminal/terminal.ts";
import { describe, heading, meterOf, optionNamed } from "../training/trainReport.ts";
import { asTyped, asUsage, UsageError } from "../usage.ts";

const OPTIONS = {
  model: text("MODEL", "default fashion; a file's network also starts from random weights, unless --fine-tune"),
  fineTune: flag("starts from the weights of --model FILE; use fewer --epochs and a smaller --learning-rate"),
  out: text("FILE", "default MODEL.safetensors; the checkpoint is FILE.checkpoint"),
  resume: flag("continues from the checkpoint"),
  epochs: integerOption("N", [1], 20, "default 20"),
  batch: integerOption("N", [1], 100, "images per step, default 100"),
  optimizer: word("NAME", OPTIMIZERS, OPTIMIZERS[0], `${OPTIMIZERS.join(" or ")}, default ${OPTIMIZERS[0]}`),
  learningRate: number("X", 0, undefined, "the peak, default 0.1 (sgd) or 0.003 (adamw)"),
  warmup: number("N", 0, 1, "epochs in which the learning rate rises, default 1"),
  weightDecay: number("X", 0, undefined, "default 0.0005 (sgd) or 0.05 (adamw)"),
  smoothing: number("X", 0, 0.1, "of labels, default 0.1"),
  shift: integerOption("N", [0], 2, "largest random shift in pixels, default 2"),
  noFlip: flag("never mirror images"),
  seed: SEED,
  threads: ALL_THREADS,
  backend: BACKEND,
  strict: flag("stops at an image that cannot be read instead of skipping it"),
  json: flag("prints the result as JSON"),
};

export const trainCommand: Command = command({
  name: "train",
  summary: "train a small network on labelled images",
  usage: "[FOLDER]",
  maxOperands: 1,
  about: `Trains a network and writes its weights. FOLDER contains IDX files such as MNIST's, or one sub-folder of images per class;
default: ${FASHION_FOLDER}, Debian's package dataset-fashion-mnist. The same seed produces the same
file with any number of threads. Ctrl-C writes a checkpoint, from which --resume continues with identical results.`,
  options: OPTIONS,
  notes: [MODEL_HELP],
  run: async (given) => {
    const [folder = FASHION_FOLDER] = given.operands;
    const { model: typed = "fashion", resume, fineTune, strict, json } = given.options;
    const { graph: plain, weights, model } = await typedNetwork("train", typed);
    const { out = `${model === null ? plain.name : typed}.safetensors` } = given.options;
    const options = optionsOf(given.options);
    const settings = asTyped("train", OPTIONS, () => trainingOptions(options));
    const say = (text: string): void => (json ? undefined : print(text));

    if (plain.inputs.length > 1 || plain.outputs.length > 1) {
      const ends = `inputs ${plain.inputs.map((input) => input.name).join(", ")}; outputs ${plain.outputs.join(", ")}`;
      throw new UsageError(
        `train: ${typed} has ${ends}; needs one of each: separable convert ${typed} OUT --output NAME`,
      );
    }
    if (fineTune && weights === null) throw new UsageError("train: --fine-tune needs --model FILE with weights");
    if (fineTune && resume) throw new UsageError("train: --fine-tune and --resume, needs one of them");
    checkDefaultFolder(folder);
    const [, H, W, channels] = plain.input.shape;
    const data = await readData(folder, [H, W], channels, strict);
    reportSkipped(data.skipped);
    const { classes } = data.train;
    const graph =
      model === null ? plain : asUsage(() => model.graph({ classes: classes.length, channels: data.train.shape[3] }));
    const scores = sizeOf(outputShapeOf(graph));
    if (scores !== classes.length) {
      throw new ShapeError(`train: ${graph.name} gives ${scores} scores, ${folder} has ${classes.length} classes`);
    }

    const checkpoint = `${out}.checkpoint`;
    await checkWritable(out);
    if (existsSync(checkpoint) && !resume) {
      throw new FormatError(`${checkpoint}: is there from an earlier training; --resume goes on with it, or delete it`);
    }
    const about = describe(graph, data.train, settings);
    const state = resume ? await resumed(out, checkpoint, about) : null;
    const start = {
      ...(fineTune && weights !== null && { weights: realTensors("train", weights) }),
      ...(state && { state }),
    };
    say(heading(graph, data.train, settings, state));
    const end = await run(graph, data.train, options, start, checkpoint, about, say);
    if (end === null) {
      say(`\nstopped; progress is saved in ${checkpoint}, continue with --resume`);
      return INTERRUPTED;
    }
    const metadata = { classes: JSON.stringify(classes), normalize: "unit" };
    await writeWhole(out, await safetensors.write({ graph, weights: end.weights, metadata }));
    await rm(checkpoint, { force: true });
    const tested = data.test ?? data.train;
    const session = await Session.create(graph, end.weights);
    const { right, images, accuracy } = await evaluate(session, tested);
    session.dispose();
    const kind = data.test ? "test images" : "images it was trained with";
    say(`\n${out}: right on ${integer(right)} of ${integer(images)} ${kind}, ${percent(accuracy, 2)}`);
    if (json) printJson({ model: graph.name, out, steps: end.step, tested: kind, right, images, accuracy });
    return 0;
  },
});

function optionsOf(options: Values<typeof OPTIONS>): TrainingOptions {
  const { epochs, batch, optimizer, learningRate, warmup, weightDecay, smoothing, shift, noFlip, seed, threads } =
    options;
  return {
    epochs,
    batch,
    optimizer,
    ...(learningRate !== undefined && { learningRate }),
    warmup,
    ...(weightDecay !== undefined && { weightDecay }),
    smoothing,
    shift,
    flip: !noFlip,
    seed,
    threads,
    backend: options.backend,
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
  start: TrainingHooks,
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
      ...start,
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
