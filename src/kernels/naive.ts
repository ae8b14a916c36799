/** @file The naive tier: the formulas, as a set of kernels. */
import { type Kernels, normalizing, weightless } from "./contract/kernels.ts";
import { activate, hardSigmoid } from "./naive/activation.ts";
import { batchNormalization } from "./naive/batchNormalization.ts";
import { convolutions } from "./naive/convolutions.ts";
import { binary, unary } from "./naive/elementwise.ts";
import { averagePool2d, globalAveragePool2d, maxPool2d } from "./naive/pool2d.ts";
import { concat, pad, transpose } from "./naive/rearrange.ts";
import { softmax } from "./naive/softmax.ts";

export const naive: Kernels = {
  ...convolutions,
  maxPool2d: (g) => weightless(([x], y) => maxPool2d(g, x, y)),
  averagePool2d: (g, countIncludePad) => weightless(([x], y) => averagePool2d(g, countIncludePad, x, y)),
  globalAveragePool2d: () => weightless(([x], y) => globalAveragePool2d(x, y)),
  batchNormalization: (_shape, epsilon) => (weights) => {
    const parameters = normalizing(weights, epsilon);
    return ([x], y) => batchNormalization(parameters, x, y);
  },
  activation: (_shape, f) => weightless(([x], y) => unary((v) => activate(f, v), x, y)),
  hardSigmoid: (_shape, alpha, beta) => weightless(([x], y) => unary((v) => hardSigmoid(v, alpha, beta), x, y)),
  clamp: (_shape, minValue, maxValue) =>
    weightless(([x], y) => unary((v) => Math.min(Math.max(v, minValue), maxValue), x, y)),
  softmax: () => weightless(([x], y) => softmax(x, y)),
  add: () => weightless(([a, b], y) => binary((u, v) => u + v, a.broadcastTo(y.shape), b.broadcastTo(y.shape), y)),
  mul: () => weightless(([a, b], y) => binary((u, v) => u * v, a.broadcastTo(y.shape), b.broadcastTo(y.shape), y)),
  pad: (before, value) => weightless(([x], y) => pad(before, value, x, y)),
  concat: (axis) => weightless((inputs, y) => concat(axis, inputs, y)),
  transpose: (permutation) => weightless(([x], y) => transpose(permutation, x, y)),
};
