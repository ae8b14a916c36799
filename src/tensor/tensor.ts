/**
 * @file The tensor: a Float32Array, a shape, and strides.
 *
 *   element [i, j, …]  is  data[offset + i·strides[0] + j·strides[1] + …]
 *
 * `transpose` and `slice` change only shape, strides and offset; no data moves until `contiguous` is called.
 */
import { isFloat32Array } from "./brands.ts";
import { ShapeError, show } from "./errors.ts";
import { copyInto } from "./lines.ts";
import { checkMemory } from "./memory.ts";
import {
  broadcastStrides,
  checkInteger,
  checkShape,
  formatShape,
  rowMajorStrides,
  type Shape,
  sizeOf,
} from "./shape.ts";
import { extentOf, inferred, sliced } from "./view.ts";

/** Nested arrays of numbers, like `[[1, 2], [3, 4]]`. */
export type NestedArray = readonly (number | NestedArray)[];

const MARK = Symbol.for("separable.Tensor");

/** Copies a list, so that later changes by the caller do not affect it. */
function ownList(list: readonly number[]): readonly number[] {
  return Array.isArray(list) ? list.slice() : list;
}

/** A float32 view with a shape. Immutable except for its data. */
export class Tensor {
  /** The memory behind the view; it may hold more than the view shows. */
  readonly data: Float32Array;
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** Steps in elements, one per axis. */
  readonly strides: readonly number[];
  /** Index in `data` of the first element. */
  readonly offset: number;
  /** Number of elements. */
  readonly size: number;

  /**
   * Creates a view of existing memory.
   *
   * @param data    a Float32Array with fixed memory: not detached, not resizable
   * @param strides default: row-major, without gaps
   * @param offset  default 0
   * @throws ShapeError if an element of the view would lie outside `data`
   */
  constructor(data: Float32Array, shape: Shape, strides?: readonly number[], offset = 0) {
    this.shape = checkShape("Tensor", "shape", ownList(shape));
    this.size = sizeOf(this.shape);
    this.strides = strides === undefined ? rowMajorStrides(this.shape) : ownList(strides);
    this.offset = offset;
    this.data = data;
    checkMemory(data);
    const end = extentOf(this);
    if (end > data.length) {
      throw new ShapeError(`Tensor: data holds ${data.length} elements, shape ${formatShape(this.shape)} needs ${end}`);
    }
  }

  /** Checks for a mark, so that tensors from another copy of this package, or from another realm, are tensors too. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return (
      typeof value === "object" &&
      value !== null &&
      MARK in value &&
      isFloat32Array((value as { readonly data?: unknown }).data)
    );
  }

  /** A tensor of zeros. @throws ShapeError for an invalid shape or one larger than MAX_ELEMENTS */
  static zeros(shape: Shape): Tensor {
    return new Tensor(new Float32Array(sizeOf(checkShape("Tensor.zeros", "shape", shape))), [...shape]);
  }

  /** One element. @throws ShapeError unless there is one index per axis, each inside its extent */
  at(...index: readonly number[]): number {
    if (index.length !== this.shape.length) {
      throw new ShapeError(
        `at: ${index.length} indices, a tensor of shape ${formatShape(this.shape)} needs ${this.shape.length}`,
      );
    }
    let position = this.offset;
    index.forEach((i, axis) => {
      position += checkInteger("at", `index[${axis}]`, i, 0, this.shape[axis] - 1) * this.strides[axis];
    });
    return this.data[position];
  }

  /** Whether the elements are in row-major order without gaps. */
  get isContiguous(): boolean {
    let step = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== step) return false;
      step *= this.shape[axis];
    }
    return true;
  }

  /** The same elements in row-major order without gaps: this tensor itself if already so, else a copy. */
  contiguous(): Tensor {
    return this.isContiguous ? this : this.copy();
  }

  /** The same elements in new memory. */
  copy(): Tensor {
    if (this.isContiguous) return new Tensor(this.data.slice(this.offset, this.offset + this.size), this.shape);
    const copy = Tensor.zeros(this.shape);
    copyInto(this, copy);
    return copy;
  }

  /**
   * The same elements in row-major order under another shape: a view if this tensor is contiguous, else a copy.
   *
   * @param shape extents; one of them may be -1, to be inferred
   * @throws ShapeError if the sizes differ
   */
  reshape(shape: Shape): Tensor {
    const full = inferred(this.shape, shape);
    const source = this.contiguous();
    return new Tensor(source.data, full, rowMajorStrides(full), source.offset);
  }

  /**
   * A view with reordered axes: axis `i` of the result is axis `permutation[i]` of this tensor.
   *
   * @throws ShapeError unless every axis is named once
   */
  transpose(permutation: readonly number[]): Tensor {
    const rank = this.shape.length;
    const axes = new Set(Array.isArray(permutation) ? permutation : []);
    if (axes.size !== rank || permutation.length !== rank || this.shape.some((_, axis) => !axes.has(axis))) {
      throw new ShapeError(
        `transpose: permutation is ${show(permutation)}, needs each of the axes 0 to ${rank - 1} once`,
      );
    }
    const [shape, strides] = [this.shape, this.strides].map((list) => permutation.map((axis) => list[axis]));
    return new Tensor(this.data, shape, strides, this.offset);
  }

  /**
   * A view of a box.
   *
   * @param starts first index along each axis
   * @param sizes  extents of the result; default: to the end
   * @param steps  step between the elements kept; default 1
   * @throws ShapeError if the box extends outside the tensor
   */
  slice(
    starts: readonly number[],
    sizes?: readonly number[],
    steps: readonly number[] = this.shape.map(() => 1),
  ): Tensor {
    const { shape, strides, offset } = sliced(this, starts, sizes, steps);
    return new Tensor(this.data, shape, strides, offset);
  }

  /**
   * A view under a larger shape in which extents of 1 are stretched by a stride of 0, as NumPy broadcasts.
   *
   * @throws ShapeError if this tensor does not broadcast to the shape
   */
  broadcastTo(shape: Shape): Tensor {
    checkShape("broadcastTo", "shape", shape);
    const shift = shape.length - this.shape.length;
    if (shift < 0 || this.shape.some((extent, axis) => extent !== 1 && extent !== shape[axis + shift])) {
      throw new ShapeError(`broadcastTo: ${formatShape(this.shape)} does not broadcast to ${formatShape(shape)}`);
    }
    return new Tensor(this.data, shape, broadcastStrides(this.shape, shape, this.strides), this.offset);
  }

  /** The elements as nested arrays; a number for a scalar. */
  toArray(): NestedArray | number {
    const nest = (axis: number, position: number): NestedArray | number =>
      axis === this.shape.length
        ? this.data[position]
        : Array.from({ length: this.shape[axis] }, (_, i) => nest(axis + 1, position + i * this.strides[axis]));
    return nest(0, this.offset);
  }

  /** The elements in row-major order, as a new array. */
  toFloat32Array(): Float32Array {
    const { data, offset, size } = this.contiguous();
    return data.slice(offset, offset + size);
  }
}

// On the prototype: tensors need no field for it.
Object.defineProperty(Tensor.prototype, MARK, { value: true });
