import { expect, test } from "vitest";
import { conv2dGeometry, im2col, ShapeError, Tensor } from "../../../src/index.ts";
import { awkward, counting } from "../../support/tensors.ts";

test("each row holds the pixels under one window, each column one tap", () => {
  const x = counting([1, 3, 3, 1]);
  expect(im2col(x, conv2dGeometry(x.shape, [2, 2, 1, 1])).toArray()).toEqual([
    [0, 1, 3, 4],
    [1, 2, 4, 5],
    [3, 4, 6, 7],
    [4, 5, 7, 8],
  ]);
});

test("padding is zeros, channels run fastest, images follow one another", () => {
  const x = counting([2, 1, 2, 2]);
  const g = conv2dGeometry(x.shape, [1, 2, 2, 1], { padding: [0, 0, 1, 0] });
  const patches = [
    [0, 0, 0, 1],
    [0, 1, 2, 3],
    [0, 0, 4, 5],
    [4, 5, 6, 7],
  ];
  expect(im2col(x, g).toArray()).toEqual(patches);
  expect(im2col(awkward(x), g).toArray()).toEqual(patches);
});

test("strides and dilations choose the pixels", () => {
  const x = counting([1, 5, 4, 1]);
  const g = conv2dGeometry(x.shape, [2, 2, 1, 1], { strides: [1, 2], dilations: [3, 1] });
  expect(im2col(x, g).toArray()).toEqual([
    [0, 1, 12, 13],
    [2, 3, 14, 15],
    [4, 5, 16, 17],
    [6, 7, 18, 19],
  ]);
});

test("refuses an input that is not the geometry's, and a matrix beyond the limit", () => {
  const g = conv2dGeometry([1, 3, 3, 1], [2, 2, 1, 1]);
  expect(() => im2col(Tensor.zeros([1, 3, 4, 1]), g)).toThrow(
    new ShapeError("im2col: input is 1×3×4×1, the geometry needs a tensor of shape 1×3×3×1"),
  );
  expect(() => im2col([1] as never, g)).toThrow(ShapeError);
  const big = new Tensor(new Float32Array(1), [1, 2000, 2000, 4], [0, 0, 0, 0]);
  expect(() => im2col(big, conv2dGeometry(big.shape, [9, 9, 4, 1]))).toThrow(/^im2col: patch matrix 3968064×324 holds/);
});
