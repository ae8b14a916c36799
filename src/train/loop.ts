/** @file The training loop: for each batch, the gradient of the loss and an optimiser step. */

import { checkDataset, type Dataset, showingsOf, writeImage } from "../data/dataset.ts";
import type { Graph } from "../graph/graph.ts";
import { realTensors } from "../graph/quantized/real.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkTensors, initialWeights, type Weights } from "../graph/weights.ts";
import type { TierName } from "../kernels/tiers.ts";
import { pacer } from "../runtime/pause.ts";
import { ShapeError } from "../tensor/errors.ts";
import { largestOf } from "../tensor/largest.ts";
import { checkPatience, type Patience } from "../tensor/patience.ts";
import { checkInteger, formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type GradientSession, gradientSession } from "./gradientSession.ts";
import { learningRateAt } from "./learningRate.ts";
import { optimizer } from "./optimizers.ts";
import { type TrainingOptions, trainingOptions } from "./options.ts";
import { writeTarget } from "./targets.ts";

/** Everything needed to resume training. */
export interface TrainingState {
  readonly weights: Map<string, Tensor>;
  /** The optimiser's state. */
  readonly memory: Map<string, Tensor>;
  /** Steps done. */
  readonly step: number;
}

/** Progress after a step. */
export interface TrainingStep {
  /** Steps done, and their total. */
  readonly step: number;
  readonly steps: number;
  /** The step's epoch, from 0, and the steps per epoch. */
  readonly epoch: number;
  readonly perEpoch: number;
  readonly learningRate: number;
  /** Of this batch: the mean loss, and the share of images classified correctly. */
  readonly loss: number;
  readonly accuracy: number;
  readonly images: number;
  readonly backend: TierName;
  readonly threads: number;
  /** The contents of a checkpoint. The next step changes these tensors. */
  readonly state: TrainingState;
}

/** Callbacks of `train`, and the state from which it continues. */
export interface TrainingHooks extends Patience {
  /** Initial weights, for example to fine-tune; not modified. Default: `initialWeights` of the seed. */
  readonly weights?: Weights;
  /** State of an earlier training, which continues as if never interrupted. */
  readonly state?: TrainingState;
  /**
   * Called after every step; return false to stop. Between steps training yields to the event loop every fifth of a
   * second, so that pages and signals can respond.
   */
  readonly onStep?: (step: TrainingStep) => boolean | Promise<boolean>;
}

/** Weight of a batch in batch norm's running statistics. */
const NEW_SHARE = 0.1;

/** See {@link train}. */
export async function runTraining(
  graph: Graph,
  data: Dataset,
  options: TrainingOptions,
  hooks: TrainingHooks,
): Promise<TrainingState> {
  readGraph("train", graph);
  const { signal, onProgress } = checkPatience("train", hooks);
  const { state: earlier, weights: given, onStep } = hooks;
  let step = checkInteger("train", "state.step", earlier?.step ?? 0, 0);
  if (given !== undefined) checkTensors("train", given);
  if (earlier !== undefined) for (const part of [earlier.weights, earlier.memory]) checkTensors("train", part);
  const settings = trainingOptions(options);
  const { epochs, batch, smoothing, seed, shift, flip } = settings;
  checkDataset("train", data);
  const [count, ...extents] = data.shape;
  if (!sameShape(extents, graph.input.shape.slice(1))) {
    const needed = formatShape(graph.input.shape.slice(1));
    throw new ShapeError(`train: images are ${formatShape(extents)}, ${graph.name} needs ${needed}`);
  }
  if (count < batch) throw new ShapeError(`train: ${count} images make no batch of ${batch}`);
  const first = realTensors("train", earlier?.weights ?? given ?? initialWeights(graph, seed));
  const weights = new Map([...first].map(copied));
  const memory = new Map([...(earlier?.memory ?? [])].map(copied));
  const session = await gradientSession(graph, weights, batch, {
    backend: settings.backend,
    threads: settings.threads,
  });
  const [, classes] = session.scores.shape;
  try {
    if (classes !== data.classes.length) {
      throw new ShapeError(`train: ${data.classes.length} classes, ${graph.name} has ${classes}`);
    }
    const perEpoch = Math.floor(count / batch);
    const steps = epochs * perEpoch;
    const { update } = optimizer(settings.optimizer, settings, memory);
    const { input, targets } = session;
    const wanted = targets.data.subarray(targets.offset, targets.offset + targets.size);
    const rest = pacer();
    for (let epoch = Math.floor(step / perEpoch); epoch < epochs; epoch++) {
      const showings = showingsOf(count, seed, epoch, { shift, flip });
      for (let i = step % perEpoch; i < perEpoch; i++) {
        const shown = showings.slice(i * batch, (i + 1) * batch);
        shown.forEach((showing, row) => {
          writeImage(data, showing, input.data, input.offset + (row * input.size) / batch);
          writeTarget(wanted, row, classes, data.labels[showing.image], smoothing);
        });
        await session.run();
        const loss = session.losses.toFloat32Array().reduce((sum, value) => sum + value, 0) / batch;
        if (!Number.isFinite(loss)) throw diverged(step + 1, loss, session);
        const learningRate = learningRateAt(step, steps, settings.learningRate, Math.round(settings.warmup * perEpoch));
        step++;
        update(step, learningRate, weights, session.gradients);
        keepStatistics(weights, session);
        const right = shown.filter(({ image }, row) => largestOf(session.scores, row) === data.labels[image]).length;
        const { backend, threads } = session;
        const state = { weights, memory, step };
        const known = { step, steps, epoch, perEpoch, learningRate, loss, accuracy: right / batch, images: batch };
        const goesOn = await onStep?.({ ...known, backend, threads, state });
        if (goesOn === false) return state;
        onProgress(step, steps);
        await rest();
        signal?.throwIfAborted();
      }
    }
    return { weights, memory, step };
  } finally {
    session.dispose();
  }
}

const copied = ([name, tensor]: readonly [string, Tensor]): [string, Tensor] => [name, tensor.copy()];

/**
 * running ← 0.9 · running + 0.1 · that of the batch, with the variance made unbiased: M / (M - 1) times the batch's.
 */
function keepStatistics(weights: Weights, { statistics }: GradientSession): void {
  for (const [name, { value, rows, isVariance }] of statistics) {
    const { data } = weights.get(name) as Tensor;
    const scale = isVariance ? rows / Math.max(1, rows - 1) : 1;
    for (let c = 0; c < data.length; c++) data[c] += NEW_SHARE * (value[c] * scale - data[c]);
  }
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
    `train: the loss of step ${step} is ${loss}; the largest gradient is ${largest}, of ${where}. The last weights are ` +
      `unusable. Try a smaller learning rate, more warm-up, or check the images for corrupt data.`,
  );
}
