/** @file Training on the naive tier: the formulas as kernels, the reference for all others. */

import type { Kernel } from "../kernels/kernels.ts";
import { naive } from "../kernels/naive.ts";
import { copyInto } from "../tensor/lines.ts";
import { crossEntropy, crossEntropyGradient } from "./crossEntropy.ts";
import type { TrainingKernels } from "./gradients.ts";
import { slope } from "./naive/activation.ts";
import { moments, normalize, normalizeInput, normalizeParameters } from "./naive/batchNormalization.ts";
import { biasGradient, broadcastGradient } from "./naive/broadcast.ts";
import { conv2dFilterGradient, conv2dInputGradient } from "./naive/conv2d.ts";
import { averagePool2dGradient, maxPool2dGradient } from "./naive/pool2d.ts";
import { softmaxGradient } from "./naive/softmax.ts";

export const naiveTraining: TrainingKernels<Kernel> = {
  forward: naive,
  gradients: {
    conv2dInput:
      (g, w) =>
      ([dy], dx) =>
        conv2dInputGradient(g, dy, w, dx),
    conv2dFilter:
      (g) =>
      ([x, dy], dw) =>
        conv2dFilterGradient(g, x, dy, dw),
    bias:
      () =>
      ([dy], db) =>
        biasGradient(dy, db),
    moments:
      () =>
      ([x], y) =>
        moments(x, y),
    normalize:
      (_shape, epsilon) =>
      ([x, m, scale, bias], y) =>
        normalize(epsilon, x, m, scale, bias, y),
    normalizeParameters:
      (_shape, epsilon) =>
      ([x, m, dy], sums) =>
        normalizeParameters(epsilon, x, m, dy, sums),
    normalizeInput:
      (_shape, epsilon) =>
      ([x, m, scale, sums, dy], dx) =>
        normalizeInput(epsilon, x, m, scale, sums, dy, dx),
    activation:
      (_shape, f) =>
      ([x, dy], dx) => {
        for (let i = 0; i < dx.size; i++) {
          dx.data[dx.offset + i] = slope(f, x.data[x.offset + i]) * dy.data[dy.offset + i];
        }
      },
    maxPool2d:
      (g) =>
      ([x, dy], dx) =>
        maxPool2dGradient(g, x, dy, dx),
    averagePool2d:
      (g, countIncludePad) =>
      ([dy], dx) =>
        averagePool2dGradient(g, countIncludePad, dy, dx),
    softmax:
      () =>
      ([y, dy], dx) =>
        softmaxGradient(y, dy, dx),
    crossEntropy:
      () =>
      ([scores, targets], losses) =>
        crossEntropy(scores, targets, losses),
    crossEntropyInput:
      () =>
      ([scores, targets], dscores) =>
        crossEntropyGradient(scores, targets, dscores),
    broadcast:
      () =>
      ([dy], da) =>
        broadcastGradient(dy, da),
    slice:
      (begin, shape) =>
      ([dy], dx) =>
        copyInto(dy.slice(begin, shape), dx),
  },
};
