/** Tensors for tests. */
import { expect } from "vitest";
import { type Shape, Tensor, tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/tensor/shape.ts";

/** 0, 1, 2, …: with weights that are powers of ten, a sum spells the pixels that it read. */
export function counting(shape: Shape): Tensor {
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  );
}

/**
 * Values that look random and that other languages can write down: ((37 i + 11 salt) mod 101 - 50) / 16, exact in
 * float32.
 */
export function scattered(shape: Shape, salt: number = 0): Tensor {
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => (((i * 37 + salt * 11) % 101) - 50) / 16),
    shape,
  );
}

/**
 * The same elements as a view that is as far from contiguous as it can be: axes reversed in memory, gaps, an offset.
 */
export function awkward(t: Tensor): Tensor {
  const rank = t.shape.length;
  const reversed = t.shape.map((_, axis) => rank - 1 - axis);
  const roomy = Tensor.zeros(t.transpose(reversed).shape.map((extent) => 2 * extent + 1));
  roomy.data.fill(Number.NaN);
  const view = roomy.slice(
    roomy.shape.map(() => 1),
    t.transpose(reversed).shape,
    roomy.shape.map(() => 2),
  );
  const turned = view.transpose(reversed);
  for (let i = 0; i < t.size; i++) {
    let rest = i;
    let position = turned.offset;
    let from = t.offset;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const index = rest % t.shape[axis];
      rest = (rest - index) / t.shape[axis];
      position += index * turned.strides[axis];
      from += index * t.strides[axis];
    }
    roomy.data[position] = t.data[from];
  }
  return turned;
}

/** Fails unless the shapes are equal and no element differs by more than `tolerance`. */
export function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [actual.toFloat32Array(), expected.toFloat32Array()];
  const wrong = a.findIndex((value, i) => !(Object.is(value, b[i]) || Math.abs(value - b[i]) <= tolerance));
  expect(wrong === -1 ? null : `element ${wrong} is ${a[wrong]}, needs ${b[wrong]} ± ${tolerance}`).toBeNull();
}
