/** @file Training on the naive tier: the formulas as kernels, the reference for all others. */

import { copyInto } from "../../tensor/lines.ts";
import type { TrainingKernels } from "../contract/gradients.ts";
import { filterOf } from "../contract/inputGradient.ts";
import { type TensorKernel, weightless } from "../contract/kernels.ts";
import { binary } from "../naive/elementwise.ts";
import { moments, normalize, normalizeInput, normalizeParameters } from "../naive/gradients/batchNormalization.ts";
import { biasGradient, broadcastGradient } from "../naive/gradients/broadcast.ts";
import { conv2dFilterGradient, conv2dInputGradient } from "../naive/gradients/conv2d.ts";
import { crossEntropy, crossEntropyGradient } from "../naive/gradients/crossEntropy.ts";
import { binaryGradient, slope } from "../naive/gradients/elementwise.ts";
import { interpolate2dGradient } from "../naive/gradients/interpolate2d.ts";
import { pickGradient, reduceGradient } from "../naive/gradients/pick.ts";
import { averagePool2dGradient, maxPool2dGradient } from "../naive/gradients/pool2d.ts";
import { softmaxGradient } from "../naive/gradients/softmax.ts";
import { naive } from "../naive.ts";

export const naiveTraining: TrainingKernels<TensorKernel> = {
  forward: naive,
  gradients: {
    conv2dInput: (g) => (weights) => {
      const filter = filterOf(g, weights);
      return ([dy], dx) => conv2dInputGradient(g, dy, filter, dx);
    },
    conv2dFilter: (g) => weightless(([x, dy], dw) => conv2dFilterGradient(g, x, dy, dw)),
    bias: () => weightless(([dy], db) => biasGradient(dy, db)),
    moments: () => weightless(([x], y) => moments(x, y)),
    normalize: (_shape, epsilon) => weightless(([x, m, scale, bias], y) => normalize(epsilon, x, m, scale, bias, y)),
    normalizeParameters: (_shape, epsilon) =>
      weightless(([x, m, dy], sums) => normalizeParameters(epsilon, x, m, dy, sums)),
    normalizeInput: (_shape, epsilon) =>
      weightless(([x, m, scale, sums, dy], dx) => normalizeInput(epsilon, x, m, scale, sums, dy, dx)),
    elementwise: (_shape, f) => weightless(([x, dy], dx) => binary((v, d) => slope(f, v) * d, x, dy, dx)),
    binary: (op, i) => weightless(([a, b, dy], dx) => binaryGradient(op, i, a, b, dy, dx)),
    maxPool2d: (g) => weightless(([x, dy], dx) => maxPool2dGradient(g, x, dy, dx)),
    averagePool2d: (g, countIncludePad) => weightless(([dy], dx) => averagePool2dGradient(g, countIncludePad, dy, dx)),
    softmax: () => weightless(([y, dy], dx) => softmaxGradient(y, dy, dx)),
    crossEntropy: () => weightless(([scores, targets], losses) => crossEntropy(scores, targets, losses)),
    crossEntropyInput: () => weightless(([scores, targets], ds) => crossEntropyGradient(scores, targets, ds)),
    broadcast: () => weightless(([dy], da) => broadcastGradient(dy, da)),
    pick: (picks) => weightless(([dy], dx) => pickGradient(picks, dy, dx)),
    interpolate2d: (rows, columns) => weightless(([dy], dx) => interpolate2dGradient(rows, columns, dy, dx)),
    reduce: (f, axes) => weightless(([dy], dx) => reduceGradient(f, axes, dy, dx)),
    slice: (begin, shape) => weightless(([dy], dx) => copyInto(dy.slice(begin, shape), dx)),
  },
};
