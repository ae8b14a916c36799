import { describe, expect, test } from "vitest";
import { ShapeError, Tensor, tensor } from "../../src/index.ts";
import { awkward, counting } from "../support/tensors.ts";

describe("tensor()", () => {
  test("takes nested arrays, numbers with a shape, and typed arrays, and copies", () => {
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3]);
    expect(tensor([1, 2, 3, 4, 5, 6], [3, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(tensor(new Float64Array([1.5, 2.5])).toArray()).toEqual([1.5, 2.5]);
    const data = new Float32Array([1, 2]);
    const copy = tensor(data, [2]);
    data[0] = 9;
    expect(copy.at(0)).toBe(1);
  });

  test("keeps NaN, infinity and -0", () => {
    expect([...tensor([Number.NaN, Number.NEGATIVE_INFINITY, -0]).data].map(Object.is.bind(null, -0))).toEqual([
      false,
      false,
      true,
    ]);
    expect(tensor([Number.NaN]).at(0)).toBeNaN();
  });

  test("a scalar has the shape [], an empty tensor an extent of 0", () => {
    expect(tensor([7], []).toArray()).toBe(7);
    expect(tensor([], [0, 3]).toArray()).toEqual([]);
  });

  const resizable = new Float32Array(Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }]));
  const detached = new Float32Array(2);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });

  test.each<[string, () => unknown, string]>([
    ["length ≠ product", () => tensor([1, 2, 3], [2, 2]), "tensor: data holds 3 elements, shape 2×2 needs 4"],
    ["ragged", () => tensor([[1, 2], [3]]), "tensor: ragged nesting, axis 1 has an array of 1 where its first has 2"],
    [
      "too deep",
      () => tensor([[1], [[2]]] as never),
      "tensor: ragged nesting, axis 2 has an array of 1 where its first has a number",
    ],
    ["strings", () => tensor(["1"] as never), 'tensor: element 0 is "1", needs a number'],
    ["BigInts", () => tensor(new BigInt64Array(1) as never), "tensor: element 0 is 0, needs a number"],
    ["null", () => tensor(null as never), "tensor: data is null, needs an array of numbers"],
    ["a number", () => tensor(5 as never), "tensor: data is 5, needs an array of numbers"],
    ["negative extent", () => tensor([], [-1]), "tensor: shape[0] is -1, needs an integer >= 0"],
    ["fractional extent", () => Tensor.zeros([1.5]), "Tensor.zeros: shape[0] is 1.5, needs an integer >= 0"],
    ["NaN extent", () => Tensor.zeros([Number.NaN]), "Tensor.zeros: shape[0] is NaN, needs an integer >= 0"],
    ["2^31", () => Tensor.zeros([2 ** 31]), "Tensor.zeros: shape[0] is 2147483648, needs at most 2147483647"],
    [
      "too many",
      () => Tensor.zeros([2 ** 15, 2 ** 15]),
      "Tensor.zeros: shape 32768×32768 holds 1073741824 elements, needs at most 536870912",
    ],
    ["no shape", () => Tensor.zeros(3 as never), "Tensor.zeros: shape is 3, needs an array of extents"],
    ["not a Float32Array", () => new Tensor([1] as never, [1]), "Tensor: data is [1], needs a Float32Array"],
    ["resizable", () => new Tensor(resizable, [2]), "Tensor: data lies in a resizable buffer, needs a fixed one"],
    ["resizable, copied", () => tensor(resizable, [2]), "Tensor: data lies in a resizable buffer, needs a fixed one"],
    [
      "detached",
      () => new Tensor(detached, [0]),
      "Tensor: data lies in a detached buffer, needs one that is still here",
    ],
    ["too short", () => new Tensor(new Float32Array(5), [2, 3]), "Tensor: data holds 5 elements, shape 2×3 needs 6"],
    ["strides too few", () => new Tensor(new Float32Array(6), [2, 3], [3]), "Tensor: 1 strides, shape 2×3 needs 2"],
    [
      "negative stride",
      () => new Tensor(new Float32Array(6), [2], [-1], 3),
      "Tensor: strides[0] is -1, needs an integer >= 0",
    ],
    ["offset", () => new Tensor(new Float32Array(6), [2], [4], 2), "Tensor: data holds 6 elements, shape 2 needs 7"],
    [
      "fractional offset",
      () => new Tensor(new Float32Array(6), [2], [1], 0.5),
      "Tensor: offset is 0.5, needs an integer >= 0",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(new ShapeError(message));
  });

  test("an empty view of live memory is not detached", () => {
    expect(new Tensor(new Float32Array(0), [0]).size).toBe(0);
  });
});

describe("views", () => {
  const t = counting([2, 3, 4]);

  test("transpose moves no data", () => {
    const turned = t.transpose([2, 0, 1]);
    expect(turned.shape).toEqual([4, 2, 3]);
    expect(turned.strides).toEqual([1, 12, 4]);
    expect(turned.data).toBe(t.data);
    expect(turned.at(3, 1, 2)).toBe(t.at(1, 2, 3));
    expect(turned.isContiguous).toBe(false);
    expect(turned.contiguous().transpose([1, 2, 0]).toArray()).toEqual(t.toArray());
  });

  test("slice moves no data", () => {
    const box = t.slice([1, 0, 1], [1, 2, 2], [1, 2, 2]);
    expect(box.toArray()).toEqual([
      [
        [13, 15],
        [21, 23],
      ],
    ]);
    expect(box.data).toBe(t.data);
    expect(t.slice([0, 2, 3]).shape).toEqual([2, 1, 1]);
    expect(t.slice([2, 0, 0]).size).toBe(0);
  });

  test("reshape is a view where it can be", () => {
    expect(t.reshape([6, -1]).shape).toEqual([6, 4]);
    expect(t.reshape([6, 4]).data).toBe(t.data);
    expect(t.slice([1, 0, 0]).reshape([12]).toArray()).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(t.transpose([1, 0, 2]).reshape([24]).at(4)).toBe(12);
    expect(Tensor.zeros([0, 3]).reshape([3, 0]).shape).toEqual([3, 0]);
  });

  test("broadcastTo stretches by strides of 0", () => {
    expect(
      tensor([[1], [2]])
        .broadcastTo([2, 2, 3])
        .toArray(),
    ).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
  });

  test("an extent of 1 does not spoil contiguity", () => {
    expect(new Tensor(new Float32Array(8), [1, 8, 1], [99, 1, 7]).isContiguous).toBe(true);
    expect(new Tensor(new Float32Array(8), [2, 3], [4, 1]).isContiguous).toBe(false);
  });

  test("copies take memory of their own, contiguous() only where it must", () => {
    expect(t.contiguous()).toBe(t);
    expect(t.copy().data).not.toBe(t.data);
    expect([...awkward(t).toFloat32Array()]).toEqual([...t.data]);
    expect(t.slice([1, 0, 0]).toFloat32Array().length).toBe(12);
    expect(tensor([5], []).copy().toArray()).toBe(5);
    expect(Tensor.zeros([2, 0]).copy().size).toBe(0);
  });

  test.each<[string, () => unknown, string]>([
    [
      "a repeated axis",
      () => t.transpose([0, 0, 1]),
      "transpose: permutation is [0, 0, 1], needs each of the axes 0 to 2 once",
    ],
    [
      "an axis too many",
      () => t.transpose([0, 1, 2, 3]),
      "transpose: permutation is [0, 1, 2, 3], needs each of the axes 0 to 2 once",
    ],
    [
      "another axis",
      () => t.transpose([0, 1, 3]),
      "transpose: permutation is [0, 1, 3], needs each of the axes 0 to 2 once",
    ],
    ["a size that differs", () => t.reshape([5, 5]), "reshape: 2×3×4 holds 24 elements, cannot become [5, 5]"],
    ["two unknowns", () => t.reshape([-1, -1]), "reshape: 2×3×4 holds 24 elements, cannot become [-1, -1]"],
    ["a remainder", () => t.reshape([-1, 7]), "reshape: 2×3×4 holds 24 elements, cannot become [-1, 7]"],
    ["no array", () => t.reshape(24 as never), "reshape: shape is 24, needs an array of extents"],
    ["a start outside", () => t.slice([3, 0, 0]), "slice: starts[0] is 3, needs at most 2"],
    ["a size beyond", () => t.slice([1, 0, 0], [2, 1, 1]), "slice: sizes[0] is 2, needs at most 1"],
    ["a step of 0", () => t.slice([0, 0, 0], [1, 1, 1], [1, 0, 1]), "slice: steps[1] is 0, needs an integer >= 1"],
    ["too few starts", () => t.slice([0]), "slice: needs 3 starts, sizes and steps for shape 2×3×4"],
    ["too few sizes", () => t.slice([0, 0, 0], [1]), "slice: needs 3 starts, sizes and steps for shape 2×3×4"],
    ["another shape", () => t.broadcastTo([2, 3, 5]), "broadcastTo: 2×3×4 does not broadcast to 2×3×5"],
    ["fewer axes", () => t.broadcastTo([3, 4]), "broadcastTo: 2×3×4 does not broadcast to 3×4"],
    ["too few indices", () => t.at(0, 0), "at: 2 indices, a tensor of shape 2×3×4 needs 3"],
    ["an index outside", () => t.at(0, 3, 0), "at: index[1] is 3, needs at most 2"],
    ["a negative index", () => t.at(0, -1, 0), "at: index[1] is -1, needs an integer from 0 to 2"],
  ])("refuse %s", (_, make, message) => {
    expect(make).toThrow(new ShapeError(message));
  });
});
