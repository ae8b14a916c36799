/** @file The numbers of a value as kernels see them: a tensor of real numbers, or integers in row-major order. */
import type { ElementType } from "./elementType.ts";
import { copyInto } from "./lines.ts";
import type { IntegerData } from "./quantizedTensor.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";

export type Numbers = Tensor | IntegerData;

export function bytesOf(numbers: Numbers): number {
  return numbers instanceof Tensor ? numbers.size * Float32Array.BYTES_PER_ELEMENT : numbers.byteLength;
}

const INTEGER_ARRAYS = { int8: Int8Array, uint8: Uint8Array } as const;

/** Numbers of a type in memory. @param at in bytes */
export function numbersIn(buffer: ArrayBufferLike, at: number, type: ElementType, shape: Shape): Numbers {
  const size = sizeOf(shape);
  if (type === "float32") return new Tensor(new Float32Array(buffer as ArrayBuffer, at, size), shape);
  return new INTEGER_ARRAYS[type](buffer as ArrayBuffer, at, size);
}

/** Numbers of the same type and shape, elsewhere in memory. @param at in bytes */
export function numbersLike(like: Numbers, buffer: ArrayBufferLike, at: number): Numbers {
  if (like instanceof Tensor) return numbersIn(buffer, at, "float32", like.shape);
  return numbersIn(buffer, at, like instanceof Int8Array ? "int8" : "uint8", [like.length]);
}

/** target[i] = source[i]; both of one type and shape. */
export function copyNumbers(source: Numbers, target: Numbers): void {
  if (source instanceof Tensor && target instanceof Tensor) copyInto(source, target);
  else if (!(source instanceof Tensor) && !(target instanceof Tensor)) target.set(source);
}

/** A copy. */
export function copyOf(numbers: Numbers): Numbers {
  return numbers instanceof Tensor ? numbers.copy() : numbers.slice();
}

/**
 * `count` images of a batch from image `first` on, as a view.
 *
 * @param image numbers of one image
 */
export function imagesOf(batch: Numbers, image: number, first: number, count: number): Numbers {
  if (!(batch instanceof Tensor)) return batch.subarray(first * image, (first + count) * image);
  return batch.slice(
    batch.shape.map((_, axis) => (axis === 0 ? first : 0)),
    batch.shape.map((extent, axis) => (axis === 0 ? count : extent)),
  );
}

export function lengthOf(numbers: Numbers): number {
  return numbers instanceof Tensor ? numbers.size : numbers.length;
}

/** A batch of zeros for `count` images, each like `image`. */
export function emptyBatch(image: Numbers, count: number): Numbers {
  if (image instanceof Tensor) return Tensor.zeros([count, ...image.shape.slice(1)]);
  return image instanceof Int8Array ? new Int8Array(count * image.length) : new Uint8Array(count * image.length);
}
