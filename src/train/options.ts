/** @file Training options, with defaults that suit small networks. */
import type { Backend } from "../kernels/tiers.ts";
import { MAX_THREADS } from "../runtime/threads.ts";
import { checkBoolean, knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import { OPTIMIZERS, type OptimizerName } from "./optimizers.ts";

/** Options of `train`. */
export interface TrainingOptions {
  /** Passes over the training set. Default 20. */
  readonly epochs?: number;
  /** Images per step; the rest of an epoch is dropped. Default 100. */
  readonly batch?: number;
  /** Default "sgd", with momentum 0.9. */
  readonly optimizer?: OptimizerName;
  /** Peak learning rate. Default 0.1 for SGD, 0.003 for AdamW. */
  readonly learningRate?: number;
  /** Epochs of learning-rate warm-up. Default 1. */
  readonly warmup?: number;
  /** Default 5e-4 for SGD, 0.05 for AdamW. */
  readonly weightDecay?: number;
  /** Share of the target spread over all classes. Default 0.1. */
  readonly smoothing?: number;
  /** Largest random shift, in pixels. Default 2. */
  readonly shift?: number;
  /** Whether images are mirrored, at random, half the time. Default true. */
  readonly flip?: boolean;
  /** Seed of initial weights, image order and image changes. Default 1. */
  readonly seed?: number;
  /** Tier that computes. Default "auto", the fastest. Tiers differ in the last bits. */
  readonly backend?: Backend;
  /** Default 1. The weights are bit-identical for any number. */
  readonly threads?: number;
}

/** Options with every default filled in. */
export type TrainingSettings = Required<TrainingOptions>;

/** @throws ShapeError for an invalid option */
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
