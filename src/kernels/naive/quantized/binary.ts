/** @file Naive functions of two integer values, element by element, with NumPy's broadcasting. */
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import { broadcastStrides, indicesAt, type Shape } from "../../../tensor/shape.ts";
import type { OfTwo } from "./add.ts";

/** y = f(a, b) @param shapes of a, b and y, all row-major */
export function quantizedBinary(
  f: OfTwo,
  [shapeA, shapeB, shape]: readonly [Shape, Shape, Shape],
  a: IntegerData,
  b: IntegerData,
  y: IntegerData,
): void {
  const [ofA, ofB] = [broadcastStrides(shapeA, shape), broadcastStrides(shapeB, shape)];
  for (let i = 0; i < y.length; i++) {
    const indices = indicesAt(shape, i);
    const at = (strides: readonly number[]): number => indices.reduce((from, index, k) => from + index * strides[k], 0);
    y[i] = f(a[at(ofA)], b[at(ofB)]);
  }
}
