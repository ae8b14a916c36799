import { describe, expect, test } from "vitest";
import { conv2d, dense, random, randomTensor, type Tensor } from "../../../src/index.ts";

const integers = (shape: number[], seed: number): Tensor => {
  const source = random(seed);
  return randomTensor(shape, source, () => source.integer(15) - 7);
};

// Blocks are 64 rows, 512 deep, 256 columns; tiles 2×4: sizes on both sides of every edge.
describe("the blocked product is the naive one, at the edges of every block", () => {
  const shapes = [
    ...[1, 2, 3, 63, 64, 65, 129].map((M) => [M, 5, 6]),
    ...[1, 2, 511, 512, 513, 1025].map((K) => [3, K, 5]),
    ...[1, 2, 3, 4, 5, 255, 256, 257, 513].map((N) => [3, 7, N]),
    [65, 513, 9],
    [3, 513, 257],
    [65, 5, 257],
  ];
  test.each(shapes)("%i×%i×%i", (M, K, N) => {
    const [a, b, bias] = [integers([M, K], 1), integers([K, N], 2), integers([N], 3)];
    const options = { bias, activation: "relu" } as const;
    const naive = dense(a, b, { ...options, backend: "naive" });
    expect(
      Buffer.from(dense(a, b, { ...options, backend: "im2col" }).data.buffer).equals(Buffer.from(naive.data.buffer)),
    ).toBe(true);
  });
});

test("a convolution larger than its buffer of patches", () => {
  const [x, w] = [integers([2, 9, 12, 900], 4), integers([4, 3, 900, 2], 5)];
  const options = { padding: "same", strides: [1, 2] } as const;
  const naive = conv2d(x, w, { ...options, backend: "naive" });
  expect(conv2d(x, w, { ...options, backend: "im2col" }).data).toEqual(naive.data);
});

test("a patch longer than the buffer", () => {
  const [x, w] = [integers([1, 100, 99, 60], 6), integers([100, 98, 60, 1], 7)];
  const naive = conv2d(x, w, { backend: "naive" });
  expect(conv2d(x, w, { backend: "im2col" }).data).toEqual(naive.data);
});
