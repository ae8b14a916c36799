/**
 * @file Optimisers: compute the next value of each weight from its gradient. Their state per weight is part of a
 * checkpoint.
 */
import { Tensor } from "../tensor/tensor.ts";

/** The available optimisers: SGD with momentum, and Adam with decoupled weight decay. */
export const OPTIMIZERS = ["sgd", "adamw"] as const;
/** The name of an optimizer. */
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** Updates weights; its state is in `memory`, under its own names. */
export interface Optimizer {
  readonly memory: ReadonlyMap<string, Tensor>;
  /**
   * @param step     counts from 1
   * @param weights  changed in place
   */
  update(
    step: number,
    learningRate: number,
    weights: ReadonlyMap<string, Tensor>,
    gradients: ReadonlyMap<string, Float32Array>,
  ): void;
}

export interface OptimizerOptions {
  /** For SGD. Default 0.9. */
  readonly momentum?: number;
  /** Pulls filters towards 0; biases and batch norm's parameters are exempt. */
  readonly weightDecay: number;
}

/** @param memory from an earlier run; missing entries are added */
export function optimizer(name: OptimizerName, options: OptimizerOptions, memory: Map<string, Tensor>): Optimizer {
  const remembered = (kind: string, weight: string, { shape }: Tensor): Float32Array => {
    const key = `${kind}/${weight}`;
    const tensor = memory.get(key) ?? Tensor.zeros(shape);
    memory.set(key, tensor);
    return tensor.data;
  };
  const move = name === "sgd" ? sgd : adamW;
  return {
    memory,
    update: (step, learningRate, weights, gradients) => {
      for (const [key, gradient] of gradients) {
        const weight = weights.get(key) as Tensor;
        const decay = weight.shape.length > 1 ? options.weightDecay : 0;
        move(weight.data, gradient, { step, learningRate, decay, momentum: options.momentum ?? 0.9 }, (kind) =>
          remembered(kind, key, weight),
        );
      }
    },
  };
}

interface Settings {
  readonly step: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly momentum: number;
}

type Move = (w: Float32Array, g: Float32Array, settings: Settings, memoryOf: (kind: string) => Float32Array) => void;

/** v ← momentum · v + (g + decay · w),  w ← w - rate · v. Source: Polyak 1964, in the form of Sutskever et al. 2013. */
const sgd: Move = (w, g, { learningRate, decay, momentum }, memoryOf) => {
  const v = memoryOf("velocity");
  for (let i = 0; i < w.length; i++) {
    v[i] = momentum * v[i] + (g[i] + decay * w[i]);
    w[i] -= learningRate * v[i];
  }
};

/**
 * m ← 0.9 m + 0.1 g,  v ← 0.999 v + 0.001 g²,  w ← w - rate · ( m̂ / (√v̂ + 1e-8) + decay · w ), where
 * m̂ = m / (1 - 0.9^t) and v̂ = v / (1 - 0.999^t). Source: I. Loshchilov, F. Hutter, arXiv 1711.05101.
 */
const adamW: Move = (w, g, { step, learningRate, decay }, memoryOf) => {
  const [m, v] = [memoryOf("mean"), memoryOf("square")];
  const [seenM, seenV] = [1 - 0.9 ** step, 1 - 0.999 ** step];
  for (let i = 0; i < w.length; i++) {
    m[i] = 0.9 * m[i] + 0.1 * g[i];
    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
    w[i] -= learningRate * (m[i] / seenM / (Math.sqrt(v[i] / seenV) + 1e-8) + decay * w[i]);
  }
};
