/** @file Creates tensors from arrays of numbers. */
import { isFloat32Array } from "./brands.ts";
import { ShapeError, show } from "./errors.ts";
import { checkMemory } from "./memory.ts";
import { checkShape, formatShape, MAX_RANK, type Shape, sizeOf } from "./shape.ts";
import { type NestedArray, Tensor } from "./tensor.ts";

/**
 * Returns a tensor with a copy of the numbers.
 *
 * @param data  nested arrays, or a flat array with a shape
 * @param shape default: that of the nesting
 * @throws ShapeError if the nesting is ragged, an element is not a number, or the count does not match the shape
 *
 * @example
 * tensor([[1, 2], [3, 4]]).shape;                      // [2, 2]
 * tensor(new Float32Array(75), [1, 5, 5, 3]).size;     // 75
 */
export function tensor(data: ArrayLike<number> | NestedArray, shape?: Shape): Tensor {
  const [flat, nesting] = Array.isArray(data) ? flatten(data) : [data as ArrayLike<number>, [lengthOf(data)]];
  const wanted = checkShape("tensor", "shape", shape ?? nesting);
  if (flat.length !== sizeOf(wanted)) {
    throw new ShapeError(
      `tensor: data holds ${flat.length} elements, shape ${formatShape(wanted)} needs ${sizeOf(wanted)}`,
    );
  }
  if (isFloat32Array(data)) checkMemory(data);
  else {
    for (let i = 0; i < flat.length; i++) {
      if (typeof flat[i] !== "number") throw new ShapeError(`tensor: element ${i} is ${show(flat[i])}, needs a number`);
    }
  }
  return new Tensor(Float32Array.from(flat), [...wanted]);
}

function lengthOf(data: unknown): number {
  const length =
    ArrayBuffer.isView(data) || (typeof data === "object" && data !== null)
      ? (data as ArrayLike<number>).length
      : Number.NaN;
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new ShapeError(`tensor: data is ${show(data)}, needs an array of numbers`);
}

/** Flattens nested arrays and returns their shape too. */
function flatten(nested: NestedArray): [flat: number[], shape: number[]] {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level); level = level[0]) {
    if (shape.push(level.length) > MAX_RANK) {
      throw new ShapeError(`tensor: data is nested more than ${MAX_RANK} deep: ${show(nested)}`);
    }
  }
  const flat: number[] = [];
  const visit = (level: unknown, axis: number): void => {
    if (axis === shape.length && !Array.isArray(level)) {
      flat.push(level as number);
      return;
    }
    if (!Array.isArray(level) || level.length !== shape[axis]) {
      const found = Array.isArray(level) ? `an array of ${level.length}` : show(level);
      throw new ShapeError(
        `tensor: ragged nesting, axis ${axis} has ${found} where its first has ${shape[axis] ?? "a number"}`,
      );
    }
    for (const inner of level) visit(inner, axis + 1);
  };
  visit(nested, 0);
  return [flat, shape];
}
