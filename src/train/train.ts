/** @file The training loop: batch after batch, the gradient of the loss, and a step of the optimiser. */
import type { Graph } from "../graph/graph.ts";
import { initialWeights, type Weights } from "../graph/weights.ts";
import type { Backend, Tier } from "../kernels/index.ts";
import { checkBoolean, knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger, formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { writeTarget } from "./crossEntropy.ts";
import { checkDataset, type Dataset, showingsOf, writePicture } from "./dataset.ts";
import { OPTIMIZERS, type OptimizerName, optimizer } from "./optimizers.ts";
import { learningRateAt } from "./schedule.ts";
import { type GradientSession, gradientSession } from "./trainer.ts";

export interface TrainingOptions {
  /** How often every picture is shown. Default 20. */
  readonly epochs?: number;
  /** Pictures of a step; what is left of an epoch is dropped. Default 100. */
  readonly batch?: number;
  /** Default "sgd", with momentum 0.9. */
  readonly optimizer?: OptimizerName;
  /** The largest learning rate. Default 0.1 for SGD, 0.003 for AdamW. */
  readonly learningRate?: number;
  /** Epochs in which the learning rate grows. Default 1. */
  readonly warmup?: number;
  /** Default 5e-4 for SGD, 0.05 for AdamW. */
  readonly weightDecay?: number;
  /** Share of the target that goes to all classes alike. Default 0.1. */
  readonly smoothing?: number;
  /** Pixels by which pictures are shifted at most. Default 2. */
  readonly shift?: number;
  /** Whether half of the pictures are turned left to right. Default true. */
  readonly flip?: boolean;
  /** Of the first weights, the order of pictures and their changes. Default 1. */
  readonly seed?: number;
  readonly backend?: Backend;
  /** Default 1. The weights are the same to the bit for any number. */
  readonly threads?: number;
}

/** All that a training needs to go on. */
export interface TrainingState {
  readonly weights: Map<string, Tensor>;
  /** What the optimiser remembers. */
  readonly memory: Map<string, Tensor>;
  /** Steps that are done. */
  readonly step: number;
}

/** What is known after a step. */
export interface TrainingStep {
  /** Steps done and steps in all. */
  readonly step: number;
  readonly steps: number;
  /** The epoch that the step belongs to, from 0, and the steps of an epoch. */
  readonly epoch: number;
  readonly perEpoch: number;
  readonly learningRate: number;
  /** Of this batch: the mean loss, and the share of pictures whose largest score was right. */
  readonly loss: number;
  readonly accuracy: number;
  readonly pictures: number;
  readonly backend: Tier;
  readonly threads: number;
  /** What a checkpoint would hold. The tensors are those that the next step changes. */
  readonly state: TrainingState;
}

export interface TrainingHooks {
  /** Where an earlier training stopped; it goes on as if nothing had happened. */
  readonly state?: TrainingState;
  /** Told after every step; says whether to go on. */
  readonly onStep?: (step: TrainingStep) => boolean | Promise<boolean>;
}

/** How much of the statistics of batch norm is new in each step. */
const NEW_SHARE = 0.1;

/** @throws ShapeError for an option that makes no sense */
export function trainingOptions(
  options: TrainingOptions,
): Required<Omit<TrainingOptions, "backend">> & TrainingOptions {
  const op = "train";
  knownKeys(op, options, [
    "epochs",
    "batch",
    "optimizer",
    "learningRate",
    "warmup",
    "weightDecay",
    "smoothing",
    "shift",
    "flip",
    "seed",
    "backend",
    "threads",
  ]);
  const name = oneOf(op, "optimizer", options.optimizer ?? "sgd", OPTIMIZERS);
  const number = (key: string, value: number, least: number, most: number): number => {
    if (typeof value === "number" && value >= least && value <= most) return value;
    throw new ShapeError(`${op}: ${key} is ${show(value)}, needs a number from ${least} to ${most}`);
  };
  return {
    epochs: checkInteger(op, "epochs", options.epochs ?? 20, 1),
    batch: checkInteger(op, "batch", options.batch ?? 100, 1),
    optimizer: name,
    learningRate: number("learningRate", options.learningRate ?? (name === "sgd" ? 0.1 : 0.003), 0, 1e6),
    warmup: number("warmup", options.warmup ?? 1, 0, 1e6),
    weightDecay: number("weightDecay", options.weightDecay ?? (name === "sgd" ? 5e-4 : 0.05), 0, 1),
    smoothing: number("smoothing", options.smoothing ?? 0.1, 0, 1),
    shift: checkInteger(op, "shift", options.shift ?? 2, 0),
    flip: checkBoolean(op, "flip", options.flip ?? true),
    seed: checkInteger(op, "seed", options.seed ?? 1, 0, 2 ** 32 - 1),
    threads: options.threads ?? 1,
    backend: options.backend ?? "auto",
  };
}

/**
 * Trains a graph from the first weights on.
 *
 * @param graph ends in scores [1, classes]; its batch norms learn their statistics as they go
 * @returns the weights, to the bit the same for the same seed, any number of threads, and any stops and resumptions
 * @throws ShapeError if pictures, classes or options do not fit; Error if the loss is no number any more, with the step, the
 *   largest gradient and advice
 *
 * @example
 * const { weights } = await train(fashionNet(), data, { epochs: 3, threads: 2 });
 */
export async function train(
  graph: Graph,
  data: Dataset,
  options: TrainingOptions = {},
  hooks: TrainingHooks = {},
): Promise<TrainingState> {
  const settings = trainingOptions(options);
  const { epochs, batch, smoothing, seed, shift, flip } = settings;
  checkDataset("train", data);
  const [count, ...extents] = data.shape;
  if (!sameShape(extents, graph.input.shape.slice(1))) {
    const needed = formatShape(graph.input.shape.slice(1));
    throw new ShapeError(`train: pictures are ${formatShape(extents)}, ${graph.name} needs ${needed}`);
  }
  if (count < batch) throw new ShapeError(`train: ${count} pictures make no batch of ${batch}`);
  const weights = new Map([...(hooks.state?.weights ?? initialWeights(graph, seed))].map(copied));
  const memory = new Map([...(hooks.state?.memory ?? [])].map(copied));
  const session = await gradientSession(graph, weights, batch, settings);
  const [, classes] = session.scores.shape;
  try {
    if (classes !== data.classes.length) {
      throw new ShapeError(`train: ${data.classes.length} classes, ${graph.name} has ${classes}`);
    }
    const perEpoch = Math.floor(count / batch);
    const steps = epochs * perEpoch;
    const { update } = optimizer(settings.optimizer, settings, memory);
    let step = hooks.state?.step ?? 0;
    for (let epoch = Math.floor(step / perEpoch); epoch < epochs; epoch++) {
      const showings = showingsOf(count, seed, epoch, { shift, flip });
      for (let i = step % perEpoch; i < perEpoch; i++) {
        const shown = showings.slice(i * batch, (i + 1) * batch);
        const { input, targets } = session;
        shown.forEach((showing, row) => {
          writePicture(data, showing, input.data, input.offset + (row * input.size) / batch);
          const part = targets.data.subarray(targets.offset, targets.offset + targets.size);
          writeTarget(part, row, classes, data.labels[showing.picture], smoothing);
        });
        await session.run();
        const loss = session.losses.toFloat32Array().reduce((sum, value) => sum + value, 0) / batch;
        if (!Number.isFinite(loss)) throw diverged(step + 1, loss, session);
        const learningRate = learningRateAt(step, steps, settings.learningRate, settings.warmup * perEpoch);
        step++;
        update(step, learningRate, weights, session.gradients);
        keepStatistics(weights, session);
        const right = shown.filter(
          ({ picture }, row) => largestOf(session.scores, row) === data.labels[picture],
        ).length;
        const { backend, threads } = session;
        const state = { weights, memory, step };
        const known = { step, steps, epoch, perEpoch, learningRate, loss, accuracy: right / batch, pictures: batch };
        const goesOn = await hooks.onStep?.({ ...known, backend, threads, state });
        if (goesOn === false) return state;
      }
    }
    return { weights, memory, step };
  } finally {
    session.dispose();
  }
}

const copied = ([name, tensor]: readonly [string, Tensor]): [string, Tensor] => [name, tensor.copy()];

/** running ← 0.9 · running + 0.1 · that of the batch; the variance as an estimate for all pictures, M / (M - 1) of the batch's. */
function keepStatistics(weights: Weights, { statistics }: GradientSession): void {
  for (const [name, { value, rows, isVariance }] of statistics) {
    const { data } = weights.get(name) as Tensor;
    const scale = isVariance ? rows / Math.max(1, rows - 1) : 1;
    for (let c = 0; c < data.length; c++) data[c] += NEW_SHARE * (value[c] * scale - data[c]);
  }
}

/** The class with the largest score. */
export function largestOf(scores: Tensor, row: number): number {
  const [, classes] = scores.shape;
  const own = scores.data.subarray(scores.offset + row * classes, scores.offset + (row + 1) * classes);
  return own.indexOf(own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
}

function diverged(step: number, loss: number, { gradients }: GradientSession): Error {
  let [largest, where] = [0, "no weight"];
  for (const [name, values] of gradients) {
    for (const value of values) {
      if (!(Math.abs(value) <= largest)) [largest, where] = [Math.abs(value), name];
      if (Number.isNaN(value)) break;
    }
    if (Number.isNaN(largest)) break;
  }
  return new Error(
    `train: the loss of step ${step} is ${loss}; the largest gradient is ${largest}, of ${where}. The last weights are of no ` +
      `use. Try a smaller learning rate, more warm-up, or look for pictures that are not what they should be.`,
  );
}
