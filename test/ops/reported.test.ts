/** Cases in which depthwise kernels of other libraries were reported wrong. Ours against the scattering reference. */
import { describe, expect, test } from "vitest";
import { depthwiseConv2d, random, randomTensor, resolvePadding, TIERS } from "../../src/index.ts";
import { outsideBound, scatterConv2d } from "../support/reference.ts";

interface Reported {
  readonly what: string;
  readonly x: readonly [N: number, H: number, W: number, C: number];
  readonly kernel: readonly [number, number];
  readonly multiplier?: number;
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
}

const REPORTED: readonly Reported[] = [
  { what: "tfjs #6629: 1×N kernel, same padding, stride 2", x: [1, 5, 6, 3], kernel: [1, 3], strides: [2, 2] },
  { what: "tfjs #6629: 1×2 kernel, same padding, stride 2", x: [1, 4, 4, 1], kernel: [1, 2], strides: [2, 2] },
  { what: "N×1 kernel, same padding, stride 2", x: [1, 6, 5, 3], kernel: [3, 1], strides: [2, 2] },
  { what: "same padding, stride larger than the input", x: [1, 2, 3, 2], kernel: [3, 3], strides: [4, 5] },
  {
    what: "same padding, stride larger than the input and the kernel 1×1",
    x: [1, 2, 2, 4],
    kernel: [1, 1],
    strides: [3, 3],
  },
  { what: "tfjs #5378: dilation with many channels", x: [1, 9, 9, 70], kernel: [3, 3], dilations: [2, 2] },
  { what: "tfjs #6263: the fast path of 3×3 ignores dilation", x: [1, 8, 9, 4], kernel: [3, 3], dilations: [3, 2] },
  { what: "onnxjs #41: multiplier", x: [1, 5, 5, 3], kernel: [3, 3], multiplier: 2 },
  { what: "onnxruntime #26734: SAME_UPPER, stride 2", x: [1, 8, 6, 5], kernel: [3, 3], strides: [2, 2] },
];

describe.each(TIERS)("%s", (backend) => {
  test.each(REPORTED)("$what", ({ x, kernel: [KH, KW], multiplier = 1, strides = [1, 1], dilations = [1, 1] }) => {
    const [N, H, W, C] = x;
    const source = random(11);
    const input = randomTensor(x, source);
    const filter = randomTensor([KH, KW, C, multiplier], source);
    const y = depthwiseConv2d(input, filter, { strides, dilations, padding: "same", backend });
    const [top, bottom, left, right] = resolvePadding("same", [H, W], [KH, KW], { strides, dilations });
    const rows = { extent: H, taps: KH, stride: strides[0], dilation: dilations[0], before: top, after: bottom };
    const columns = { extent: W, taps: KW, stride: strides[1], dilation: dilations[1], before: left, after: right };
    const sums = scatterConv2d(input.data, filter.data, null, { N, C, O: C * multiplier, G: C, rows, columns });
    expect(y.shape).toEqual([N, Math.ceil(H / strides[0]), Math.ceil(W / strides[1]), C * multiplier]);
    expect(outsideBound(backend, y.data, sums, null)).toBeNull();
  });
});
