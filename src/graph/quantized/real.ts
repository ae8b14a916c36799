/** @file Operations for real numbers only: integer networks are refused by name. */
import { ShapeError } from "../../tensor/errors.ts";
import type { QuantizedLevels, QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import type { Graph } from "../graph.ts";

/** @throws ShapeError for a graph with integer values */
export function checkReal(op: string, { name, inputs, nodes }: Graph): void {
  const value = inputs.find(({ quantization }) => quantization) ?? nodes.find(({ quantization }) => quantization);
  if (value === undefined) return;
  throw new ShapeError(`${op}: ${value.name} of ${name} has integers, needs real numbers: dequantize`);
}

/** A value as real numbers. @param value may be of integers, with one scale */
export function realOf(value: Weight): Tensor {
  if (value instanceof Tensor) return value;
  const { data, shape, scale, zeroPoint } = value as QuantizedTensor & QuantizedLevels;
  return new Tensor(
    Float32Array.from(data, (q) => (q - zeroPoint) * scale),
    shape,
  );
}

/** @throws ShapeError for an integer weight */
export function realTensors(op: string, weights: ReadonlyMap<string, unknown>): ReadonlyMap<string, Tensor> {
  for (const [name, weight] of weights) {
    if (!(weight instanceof Tensor)) {
      throw new ShapeError(`${op}: weight ${name} has integers, needs real numbers: dequantize`);
    }
  }
  return weights as ReadonlyMap<string, Tensor>;
}
