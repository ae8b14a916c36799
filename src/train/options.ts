/** @file How a network is trained, with defaults that suit small ones. */
import type { Backend } from "../kernels/index.ts";
import { MAX_THREADS } from "../kernels/simd/threads.ts";
import { checkBoolean, knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import { OPTIMIZERS, type OptimizerName } from "./optimizers.ts";

export interface TrainingOptions {
  /** How often every image is shown. Default 20. */
  readonly epochs?: number;
  /** Images of a step; what is left of an epoch is dropped. Default 100. */
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
  /** Pixels by which images are shifted at most. Default 2. */
  readonly shift?: number;
  /** Whether half of the images are turned left to right. Default true. */
  readonly flip?: boolean;
  /** Of the first weights, the order of images and their changes. Default 1. */
  readonly seed?: number;
  /** Which tier of kernels computes. Default "auto", the fastest. Tiers differ in the last bits. */
  readonly backend?: Backend;
  /** Default 1. The weights are the same to the bit for any number. */
  readonly threads?: number;
}

/** Options with every default filled in. */
export type TrainingSettings = Required<TrainingOptions>;

/** @throws ShapeError for an option that makes no sense */
export function trainingOptions(options: TrainingOptions): TrainingSettings {
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
  const number = (key: string, value: number, min: number, max: number): number => {
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw new ShapeError(`${op}: ${key} is ${show(value)}, needs a number from ${min} to ${max}`);
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
    threads: checkInteger(op, "threads", options.threads ?? 1, 1, MAX_THREADS),
    backend: options.backend ?? "auto",
  };
}
