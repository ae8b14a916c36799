/**
 * Eager operations give what the same operation gives in a graph, on every tier and of any view; other suites judge
 * graphs by onnxruntime.
 */
import { describe, expect, test } from "vitest";
import {
  argMax,
  convTranspose2d,
  fakeQuantize,
  type GraphBuilder,
  gather,
  graphBuilder,
  layerNormalization,
  matmul,
  pad,
  prelu,
  type Resample2dOptions,
  type Resample2dSpec,
  random,
  randomTensor,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  resample2d,
  Session,
  slice,
  type Tensor,
  TIERS,
  tensor,
  tile,
} from "../../src/index.ts";
import { awkward } from "../support/tensors.ts";

const X = [1, 5, 6, 4];
const random1 = (shape: readonly number[], seed: number): Tensor => randomTensor(shape, random(seed));
const SLOPE = random1([4], 2);
const FILTER = random1([3, 2, 3, 4], 3); // two groups of three outputs
const BIAS = random1([6], 4);
const PADS = [
  [0, 0],
  [2, 1],
  [1, 3],
  [0, 2],
] as const;

interface Case {
  readonly name: string;
  build(g: GraphBuilder): string;
  readonly weights?: Readonly<Record<string, Tensor>>;
  eager(x: Tensor, options: { readonly backend: (typeof TIERS)[number] }): Tensor;
}

const resampled = (name: string, options: Resample2dOptions & Resample2dSpec): Case => ({
  name: `resample2d, ${name}`,
  build: (g) => g.resample2d(g.input, options),
  eager: (x, backend) => resample2d(x, { ...options, ...backend }),
});

const step = { strides: [2, 3], padding: [1, 0, 1, 2], outputPadding: [1, 2], dilations: 2, groups: 2 } as const;

const CASES: readonly Case[] = [
  {
    name: "convTranspose2d",
    build: (g) => g.convTranspose2d(g.input, { name: "y", outputs: 6, kernel: [3, 2], activation: "relu", ...step }),
    weights: { "y/filter": FILTER, "y/bias": BIAS },
    eager: (x, backend) => convTranspose2d(x, FILTER, { ...step, bias: BIAS, activation: "relu", ...backend }),
  },
  resampled("nearest", { scales: [1.7, 2], rounding: "ceil" }),
  resampled("linear", { sizes: [9, 4], mode: "linear", coordinates: "align-corners" }),
  {
    name: "reduceMean",
    build: (g) => g.reduceMean(g.input, { axes: [1, 2] }),
    eager: (x, backend) => reduceMean(x, { axes: [2, 1], ...backend }),
  },
  {
    name: "reduceSum",
    build: (g) => g.reduceSum(g.input, { axes: [-1], keepDimensions: true }),
    eager: (x, backend) => reduceSum(x, { axes: [-1], keepDimensions: true, ...backend }),
  },
  {
    name: "reduceMax",
    build: (g) => g.reduceMax(g.input, { axes: [2] }),
    eager: (x, backend) => reduceMax(x, { axes: [2], ...backend }),
  },
  {
    name: "reduceMin",
    build: (g) => g.reduceMin(g.input, { axes: [1, 3] }),
    eager: (x, backend) => reduceMin(x, { axes: [1, 3], ...backend }),
  },
  {
    name: "argMax",
    build: (g) => g.argMax(g.input, 2, { keepDimensions: true }),
    eager: (x, backend) => argMax(x, 2, { keepDimensions: true, ...backend }),
  },
  {
    name: "layerNormalization",
    build: (g) => g.layerNormalization(g.input, { name: "y", axes: 2, bias: false, epsilon: 0.01 }),
    weights: { "y/scale": random1([6, 4], 5) },
    eager: (x, backend) =>
      layerNormalization(x, { axes: 2, scale: awkward(random1([6, 4], 5)), epsilon: 0.01, ...backend }),
  },
  {
    name: "matmul",
    build: (g) => g.matmul(g.input, g.transpose(g.input, [0, 1, 3, 2])),
    eager: (x, backend) => matmul(x, x.transpose([0, 1, 3, 2]), backend),
  },
  {
    name: "prelu",
    build: (g) => g.prelu(g.input, { name: "y" }),
    weights: { "y/slope": SLOPE },
    eager: (x, backend) => prelu(x, awkward(SLOPE), backend),
  },
  {
    name: "fakeQuantize",
    build: (g) => g.fakeQuantize(g.input, { scale: 0.02, zeroPoint: 200, type: "uint8" }),
    eager: (x, backend) => fakeQuantize(x, { scale: 0.02, zeroPoint: 200, type: "uint8", ...backend }),
  },
  {
    name: "pad by reflection",
    build: (g) => g.pad(g.input, PADS, { mode: "reflection" }),
    eager: (x, backend) => pad(x, PADS, 0, { mode: "reflection", ...backend }),
  },
  {
    name: "pad by the edge",
    build: (g) => g.pad(g.input, PADS, { mode: "edge" }),
    eager: (x, backend) => pad(x, PADS, 0, { mode: "edge", ...backend }),
  },
  {
    name: "slice",
    build: (g) => g.slice(g.input, [0, 4, 1, 0], [1, 2, 3, 4], { steps: [1, -3, 2, 1] }),
    eager: (x, backend) => slice(x, [0, 4, 1, 0], [1, 2, 3, 4], { steps: [1, -3, 2, 1], ...backend }),
  },
  {
    name: "gather",
    build: (g) => g.gather(g.input, [5, 0, 0, 3], 2),
    eager: (x, backend) => gather(x, [5, 0, 0, 3], -2, backend),
  },
  {
    name: "tile",
    build: (g) => g.tile(g.input, [1, 2, 1, 3]),
    eager: (x, backend) => tile(x, [1, 2, 1, 3], backend),
  },
];

describe.each(TIERS)("%s", (backend) => {
  test.each(CASES)("$name", async ({ build, weights = {}, eager }) => {
    const g = graphBuilder("one", X);
    const session = await Session.create(g.build(build(g)), new Map(Object.entries(weights)), { backend });
    const x = random1(X, 1);
    const expected = await session.run(x);
    session.dispose();
    for (const view of [x, awkward(x)]) {
      const y = eager(view, { backend });
      expect(y.shape).toEqual(expected.shape);
      expect(y.isContiguous).toBe(true);
      expect(y.toArray()).toEqual(expected.toArray());
    }
  });

  test("channels first", () => {
    const x = random1(X, 1);
    const [first, last] = [x.transpose([0, 3, 1, 2]), [0, 2, 3, 1]];
    const options = { scales: 2, mode: "linear", backend } as const;
    const turned = resample2d(first, { ...options, layout: "nchw" });
    expect(turned.isContiguous).toBe(true);
    expect(turned.transpose(last).toArray()).toEqual(resample2d(x, options).toArray());
    const up = { ...step, backend } as const;
    const y = convTranspose2d(first, FILTER.transpose([3, 2, 0, 1]), { ...up, layout: "nchw" });
    expect(y.transpose(last).toArray()).toEqual(convTranspose2d(x, FILTER, up).toArray());
  });

  test("the first axis is one like any other", () => {
    const x = tensor([
      [1, 5],
      [4, 2],
    ]);
    expect(reduceMean(x, { axes: [0], backend }).toArray()).toEqual([2.5, 3.5]);
    expect(reduceMax(x, { backend }).toArray()).toBe(5);
    expect(argMax(x, 0, { backend }).toArray()).toEqual([1, 0]);
    expect(slice(x, [1, 0], [2, 1], { steps: [-1, 1], backend }).toArray()).toEqual([[4], [1]]);
    expect(layerNormalization(tensor([2, 4]), { epsilon: 0, backend }).toArray()).toEqual([-1, 1]);
    expect(matmul(x, x, { backend }).toArray()).toEqual([
      [21, 15],
      [12, 24],
    ]);
    expect(matmul(tensor([[[1, 1]], [[2, 2]]]), x, { backend }).toArray()).toEqual([[[5, 7]], [[10, 14]]]);
  });
});

describe("the doors refuse", () => {
  const x = random1(X, 1);
  test.each<[string, () => unknown, RegExp]>([
    ["an axis twice", () => reduceSum(x, { axes: [1, -3] }), /reduceSum: axes is .*, needs each axis once/],
    ["an axis that is not there", () => argMax(x, 4), /argMax: axis is 4, needs/],
    ["an empty slice", () => slice(x, [0, 0, 0, 0], [1, 0, 1, 1]), /slice: sizes\[1\] is 0, needs an integer >= 1/],
    ["a slice beyond", () => slice(x, [0, 3, 0, 0], [1, 3, 1, 1]), /slice: axis 1 ends at 5, needs 0 to 4/],
    ["an index beyond", () => gather(x, [0, 6], 2), /gather: indices\[1\] is 6, needs/],
    ["no indices", () => gather(x, [], 2), /gather: indices is \[\], needs a list of at least one/],
    ["no repetition", () => tile(x, [1, 0, 1, 1]), /tile: repetitions\[1\] is 0, needs/],
    [
      "a mirror too short",
      () =>
        pad(
          x,
          [
            [0, 0],
            [5, 0],
            [0, 0],
            [0, 0],
          ],
          0,
          { mode: "reflection" },
        ),
      /pad: 5 elements mirrored of 5/,
    ],
    ["two sizes", () => resample2d(x, { sizes: 2, scales: 2 }), /resample2d: needs either sizes or scales/],
    ["no scale", () => fakeQuantize(x, { scale: 0 }), /fakeQuantize: scale is 0, needs a float32 from 1.17/],
    ["a level outside", () => fakeQuantize(x, { scale: 1, zeroPoint: 128 }), /fakeQuantize: zeroPoint is 128, needs/],
    ["matrices that do not fit", () => matmul(x, x), /matmul: multiplies 1×5×6×4 by 1×5×6×4, needs …×m×k by …×k×n/],
    ["a slope for other channels", () => prelu(x, random1([3], 1)), /prelu: slope has shape 3, needs 4/],
    [
      "a scale of another shape",
      () => layerNormalization(x, { scale: SLOPE, axes: 2 }),
      /scale has shape 4, needs 6×4/,
    ],
    [
      "a filter for other channels",
      () => convTranspose2d(x, random1([2, 2, 1, 3], 1)),
      /filter takes 3 channels, the input has 4/,
    ],
    [
      "too much output padding",
      () => convTranspose2d(x, random1([2, 2, 1, 4], 1), { outputPadding: 1 }),
      /outputPadding/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
