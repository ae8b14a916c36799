/** @file The naive tier: the formulas, as a set of kernels. */
import type { Tensor } from "../tensor/tensor.ts";
import { filterOf } from "./contract/inputGradient.ts";
import { type Kernels, normalizing, realWeights, weightless } from "./contract/kernels.ts";
import { batchNormalization } from "./naive/batchNormalization.ts";
import { convolutions } from "./naive/convolutions.ts";
import { convTranspose2d } from "./naive/convTranspose2d.ts";
import { binary, unary } from "./naive/elementwise.ts";
import { functionOf, functionOfTwo } from "./naive/functions.ts";
import { interpolate2d } from "./naive/interpolate2d.ts";
import { layerNormalization } from "./naive/layerNormalization.ts";
import { matmul } from "./naive/matmul.ts";
import { averagePool2d, globalAveragePool2d, maxPool2d } from "./naive/pool2d.ts";
import { prelu } from "./naive/prelu.ts";
import { concat, pad, pick, transpose } from "./naive/rearrange.ts";
import { argMax, reduce } from "./naive/reduce.ts";
import { softmax } from "./naive/softmax.ts";

export const naive: Kernels = {
  ...convolutions,
  convTranspose2d: (g, f) => (weights) => {
    const { bias = null } = realWeights(weights);
    const filter = filterOf(g, weights);
    return ([x], y) => convTranspose2d(g, f, x, filter, bias, y);
  },
  maxPool2d: (g) => weightless(([x], y) => maxPool2d(g, x, y)),
  averagePool2d: (g, countIncludePad) => weightless(([x], y) => averagePool2d(g, countIncludePad, x, y)),
  globalAveragePool2d: () => weightless(([x], y) => globalAveragePool2d(x, y)),
  batchNormalization: (_shape, epsilon) => (weights) => {
    const parameters = normalizing(weights, epsilon);
    return ([x], y) => batchNormalization(parameters, x, y);
  },
  elementwise: (_shape, f) => weightless(([x], y) => unary(functionOf(f), x, y)),
  prelu: () => (weights) => {
    const slope = weights.slope as Tensor;
    return ([x], y) => prelu(slope, x, y);
  },
  layerNormalization: (_shape, n, epsilon) => (weights) => {
    const own = realWeights(weights);
    const [scale, bias] = [own.scale, own.bias].map((one) => one?.contiguous() ?? null);
    return ([x], y) => layerNormalization(n, epsilon, scale, bias, x, y);
  },
  matmul: () => weightless(([a, b], y) => matmul(a, b, y)),
  softmax: () => weightless(([x], y) => softmax(x, y)),
  binary: (op) =>
    weightless(([a, b], y) => binary(functionOfTwo(op), a.broadcastTo(y.shape), b.broadcastTo(y.shape), y)),
  pad: (before, value) => weightless(([x], y) => pad(before, value, x, y)),
  reduce: (f, _shape, axes) => weightless(([x], y) => reduce(f, axes, x, y)),
  argMax: (_shape, axis) => weightless(([x], y) => argMax(axis, x, y)),
  pick: (_shape, picks) => weightless(([x], y) => pick(picks, x, y)),
  interpolate2d: (_shape, rows, columns) => weightless(([x], y) => interpolate2d(rows, columns, x, y)),
  concat: (_shapes, axis) => weightless((inputs, y) => concat(axis, inputs, y)),
  transpose: (_shape, permutation) => weightless(([x], y) => transpose(permutation, x, y)),
};
