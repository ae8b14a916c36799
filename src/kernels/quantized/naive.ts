/** @file The naive tier of operations on integers: the formulas, as a set of kernels. */
import { pickedShape } from "../../geometry/picks.ts";
import type { IntegerData } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { ComputeNumbers } from "../contract/kernels.ts";
import { type IntegerKernel, integerWeights, type QuantizedKernelSet } from "../contract/quantized.ts";
import { addition } from "../naive/quantized/add.ts";
import { quantizedBinary } from "../naive/quantized/binary.ts";
import { quantizedConv2d } from "../naive/quantized/convolution.ts";
import { quantizedDense } from "../naive/quantized/dense.ts";
import { quantizedInterpolate2d } from "../naive/quantized/interpolate2d.ts";
import { applyTable, lookupTable } from "../naive/quantized/lookupTable.ts";
import { quantizedMean } from "../naive/quantized/mean.ts";
import { product } from "../naive/quantized/multiply.ts";
import { quantizedAveragePool2d, quantizedMaxPool2d } from "../naive/quantized/pool2d.ts";
import { dequantized, quantizer } from "../naive/quantized/quantize.ts";
import { quantizedSoftmax } from "../naive/quantized/softmax.ts";
import { concat, pad, pick, transpose } from "../naive/rearrange.ts";

/** A kernel without weights whose inputs and output are integers. */
function ofIntegers(compute: (inputs: readonly IntegerData[], y: IntegerData) => void): IntegerKernel {
  return () => compute as ComputeNumbers;
}

export const quantizedNaive: QuantizedKernelSet<IntegerKernel> = {
  conv2d: (g, layer) => (weights) => {
    const { filter, bias } = integerWeights(weights);
    return ([x], y) => quantizedConv2d(g, layer, x as IntegerData, filter, bias, y as IntegerData);
  },
  dense: (size, layer) => (weights) => {
    const { filter, bias } = integerWeights(weights);
    return ([x], y) => quantizedDense(size, layer, x as IntegerData, filter, bias, y as IntegerData);
  },
  averagePool2d: (g, limits) => ofIntegers(([x], y) => quantizedAveragePool2d(g, x, limits, y)),
  maxPool2d: (g, limits) => ofIntegers(([x], y) => quantizedMaxPool2d(g, x, limits, y)),
  mean: (size, { zeroPoint }, requantization) =>
    ofIntegers(([x], y) => quantizedMean(size, zeroPoint, requantization, x, y)),
  add: (f, ...shapes) => ofIntegers(([a, b], y) => quantizedBinary(addition(f), shapes, a, b, y)),
  mul: (f, ...shapes) => ofIntegers(([a, b], y) => quantizedBinary(product(f), shapes, a, b, y)),
  elementwise: (_n, f) => {
    const table = lookupTable(f);
    return ofIntegers(([x], y) => applyTable(table, x, y));
  },
  softmax: (shape, { scale }, output) =>
    ofIntegers(([x], y) => quantizedSoftmax(shape[shape.length - 1], scale, output, x, y)),
  interpolate2d: ([N, , , C], resampling) => ofIntegers(([x], y) => quantizedInterpolate2d(resampling, [N, C], x, y)),
  quantize: (n, rule, scale, output, before) => () => {
    const toInteger = quantizer(rule, scale, output, before);
    return ([x], y) => {
      const { data, offset } = (x as Tensor).contiguous();
      for (let i = 0; i < n; i++) (y as IntegerData)[i] = toInteger(data[offset + i]);
    };
  },
  dequantize:
    (n, { scale, zeroPoint }) =>
    () =>
    ([x], y) => {
      const { data, offset } = y as Tensor; // contiguous, as every output
      for (let i = 0; i < n; i++) data[offset + i] = dequantized((x as IntegerData)[i], scale, zeroPoint);
    },
  pick: (shape, picks) => moved(([x], y) => pick(picks, x, y), [shape], pickedShape(shape, picks)),
  pad: (shape, before, output, value) => moved(([x], y) => pad(before, value, x, y), [shape], output),
  concat: (shapes, axis) => moved((xs, y) => concat(axis, xs, y), shapes, concatenatedShape(shapes, axis)),
  transpose: (shape, permutation) =>
    moved(
      ([x], y) => transpose(permutation, x, y),
      [shape],
      permutation.map((axis) => shape[axis]),
    ),
};

/** Moves integers as float32, which represents all eight-bit ones exactly. */
function moved(
  move: (inputs: readonly Tensor[], y: Tensor) => void,
  shapes: readonly Shape[],
  output: Shape,
): IntegerKernel {
  const xs = shapes.map((shape) => Tensor.zeros(shape));
  const moving = Tensor.zeros(output);
  return ofIntegers((inputs, y) => {
    inputs.forEach((x, i) => void xs[i].data.set(x));
    move(xs, moving);
    y.set(moving.data);
  });
}

function concatenatedShape(shapes: readonly Shape[], axis: number): Shape {
  const extent = shapes.reduce((sum, shape) => sum + shape[axis], 0);
  return shapes[0].map((own, i) => (i === axis ? extent : own));
}
