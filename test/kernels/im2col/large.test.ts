import { expect, test } from "vitest";
import { dense, random, randomTensor } from "../../../src/index.ts";

test.each([
  [65, 513, 257],
  [127, 1024, 260],
])("a product larger than every block in all three directions: %i×%i×%i", (M, K, N) => {
  const source = random(1);
  const digit = (): number => source.integer(15) - 7;
  const [a, b, bias] = [[M, K], [K, N], [N]].map((shape) => randomTensor(shape, source, digit));
  const naive = dense(a, b, { bias, backend: "naive" });
  expect(dense(a, b, { bias, backend: "im2col" }).data).toEqual(naive.data);
});
