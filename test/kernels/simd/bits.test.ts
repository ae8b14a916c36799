/**
 * The SIMD tier gives the bits of its re-enactment, and the same bits however the work is cut and whatever the sizes of
 * tiles.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConvKind, conv2dGeometry } from "../../../src/geometry/conv2d.ts";
import { pool2dGeometry } from "../../../src/geometry/pool2d.ts";
import { ACTIVATIONS, random, randomTensor, sigmoid, softmax, Tensor, tensor } from "../../../src/index.ts";
import type { Kernels } from "../../../src/kernels/contract/kernels.ts";
import { simdKernels } from "../../../src/kernels/simd.ts";
import { eager } from "../../../src/runtime/eager.ts";
import { type Geometry, geometry, settings } from "../../support/geometries.ts";
import * as reenact from "../../support/reenact.ts";
import { ALL_SIZES } from "../../support/sizes.ts";

/**
 * The tier with each layer's work done in one, two, three and seven parts, and in the sizes that suit other engines.
 */
const WAYS = [
  ...[1, 2, 3, 7].map((parts) => ({ way: `${parts} parts`, kernels: eager(simdKernels("exact"), parts) })),
  ...ALL_SIZES.map(({ name, sizes }) => ({ way: name, kernels: eager(simdKernels("exact", sizes), 2) })),
];

/** The first place where the bits differ; NaN is NaN, whatever its bits. */
function firstDifference(actual: Float32Array, expected: Float32Array): string | null {
  const wrong = actual.findIndex((value, i) => !Object.is(value, expected[i]));
  if (wrong === -1 && actual.length === expected.length) return null;
  return `element ${wrong} of ${actual.length} is ${actual[wrong]}, needs ${expected[wrong]}`;
}

function expectBits(
  expected: Float32Array,
  shape: readonly number[],
  run: (kernels: Kernels, y: Tensor) => void,
): void {
  for (const { way, kernels } of WAYS) {
    const y = Tensor.zeros(shape);
    run(kernels, y);
    expect(firstDifference(y.data, expected), way).toBeNull();
  }
}

interface Layer {
  readonly op: ConvKind;
  readonly x: readonly number[];
  readonly filter: readonly number[]; // hwio, hwim or io
  readonly options: object;
  readonly bias: boolean;
  readonly activation: (typeof ACTIVATIONS)[number];
  readonly seed: number;
}

function expectConvBits({ op, x: shape, filter, options, bias, activation, seed }: Layer): void {
  const g = conv2dGeometry(shape, filter, options, op);
  const source = random(seed);
  const [x, w] = [randomTensor(shape, source), randomTensor(filter, source)];
  const b = bias ? randomTensor([g.O], source) : null;
  const expected = reenact.convolution(g, x.data, w.data, b?.data ?? null, activation);
  expectBits(expected, [g.N, g.OH, g.OW, g.O], (kernels, y) =>
    kernels[op](g, activation)({ filter: w, bias: b })([x], y),
  );
}

function layerOf(op: ConvKind, g: Geometry): Layer {
  const C = g.G * g.Cg;
  const filters = {
    conv2d: [g.KH, g.KW, g.Cg, g.G * g.Og],
    depthwiseConv2d: [g.KH, g.KW, C, g.Og],
    pointwiseConv2d: [C, g.G * g.Og],
  };
  const isPointwise = op === "pointwiseConv2d";
  const padding = isPointwise && g.rule !== "explicit" ? 0 : g.padding;
  const steps = { strides: [g.sH, g.sW], dilations: [g.dH, g.dW], padding };
  const options = isPointwise && g.bent ? {} : op === "conv2d" ? { ...steps, groups: g.G } : steps;
  const activation = ACTIVATIONS[g.seed % ACTIVATIONS.length];
  return { op, x: [g.N, g.H, g.W, C], filter: filters[op], options, bias: g.bias, activation, seed: g.seed };
}

describe("generated geometries", () => {
  test.each(["conv2d", "depthwiseConv2d", "pointwiseConv2d"] as const)("%s", (op) => {
    fc.assert(
      fc.property(geometry, (g) => expectConvBits(layerOf(op, g))),
      settings(150),
    );
  });

  test("average pooling", () => {
    fc.assert(
      fc.property(geometry, ({ N, H, W, Cg, KH, KW, sH, sW, padding, seed }) => {
        const shape = [N, H, W, Cg];
        const options = { windowDimensions: [Math.min(KH, H), Math.min(KW, W)], strides: [sH, sW], padding } as const;
        const g = pool2dGeometry("averagePool2d", shape, options);
        const x = randomTensor(shape, random(seed));
        expectBits(reenact.averagePool(g, x.data), [N, g.OH, g.OW, Cg], (kernels, y) =>
          kernels.averagePool2d(g, false)({})([x], y),
        );
      }),
      settings(100),
    );
  });
});

describe("sizes at which the work is cut", () => {
  const same = { padding: "same" };
  const layer = { options: same, bias: true, activation: "relu6", seed: 3 } as const;
  test.each<[string, Omit<Layer, keyof typeof layer> & Partial<Layer>]>([
    ["K beyond one stretch of a panel", { op: "pointwiseConv2d", x: [1, 9, 8, 1100], filter: [1100, 21] }],
    ["K beyond it, few rows", { op: "pointwiseConv2d", x: [1, 3, 3, 1100], filter: [1100, 21] }],
    ["an odd number of rows, a narrow rest", { op: "pointwiseConv2d", x: [1, 9, 9, 40], filter: [40, 37] }],
    ["one pixel", { op: "pointwiseConv2d", x: [1, 1, 1, 70], filter: [70, 67] }],
    ["rows beyond one block", { op: "pointwiseConv2d", x: [1, 23, 10, 600], filter: [600, 5] }],
    ["channels in blocks", { op: "depthwiseConv2d", x: [1, 5, 6, 512], filter: [3, 3, 512, 1] }],
    ["channels in no blocks", { op: "depthwiseConv2d", x: [1, 5, 6, 1028], filter: [3, 3, 1028, 1] }],
    [
      "channels in blocks that are joined by twos",
      { op: "depthwiseConv2d", x: [1, 4, 5, 344], filter: [3, 3, 344, 1] },
    ],
    ["channels left over from joining", { op: "depthwiseConv2d", x: [1, 4, 5, 30], filter: [3, 3, 30, 1] }],
    ["a kernel too large to be written out", { op: "depthwiseConv2d", x: [1, 11, 12, 30], filter: [9, 8, 30, 1] }],
    ["so many multiples that nothing is written out", { op: "depthwiseConv2d", x: [1, 4, 5, 3], filter: [3, 3, 3, 9] }],
    ["output rows beyond one block", { op: "conv2d", x: [1, 40, 40, 90], filter: [3, 3, 90, 5] }],
  ])("%s", (_, own) => expectConvBits({ ...layer, ...own }));
});

test("a sum is never -0: products of -0 and a bias of -0 make 0", () => {
  const layers = [
    ["pointwiseConv2d", [1, 5, 4, 7], [7, 9]],
    ["pointwiseConv2d", [1, 1, 1, 7], [7, 9]],
    ["conv2d", [1, 5, 4, 3], [3, 3, 3, 5]],
    ["depthwiseConv2d", [1, 5, 4, 6], [3, 3, 6, 1]],
    ["depthwiseConv2d", [1, 5, 4, 2], [9, 9, 2, 1]],
  ] as const;
  for (const [op, shape, filter] of layers) {
    const g = conv2dGeometry(shape, filter, { padding: op === "pointwiseConv2d" ? "valid" : "same" }, op);
    const minusOne = randomTensor(filter, random(1), () => -1);
    const minusZero = randomTensor([g.O], random(1), () => -0);
    expectBits(new Float32Array(g.N * g.OH * g.OW * g.O), [g.N, g.OH, g.OW, g.O], (kernels, y) =>
      kernels[op](g, "relu")({ filter: minusOne, bias: minusZero })([Tensor.zeros(shape)], y),
    );
  }
});

test("sigmoid and softmax", () => {
  const source = random(5);
  const x = randomTensor([42], source, () => source.normal() * 30);
  expect(firstDifference(sigmoid(x, { backend: "simd" }).data, x.data.map(reenact.sigmoid))).toBeNull();
  for (const n of [1, 2, 3, 14, 21]) {
    const y = softmax(x.reshape([42 / n, n]), -1, { backend: "simd" });
    expect(firstDifference(y.data, reenact.softmax(x.data, n)), `lines of ${n}`).toBeNull();
  }
});

test("e^x is that of Math.exp to a few units of float64", () => {
  for (let x = -690; x <= 690; x += 0.7) expect(Math.abs(reenact.exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
  const ends = tensor([-Infinity, -1e30, 1e30, Infinity, Number.NaN]);
  expect([...sigmoid(ends, { backend: "simd" }).data]).toEqual([0, 0, 1, 1, Number.NaN]);
});
