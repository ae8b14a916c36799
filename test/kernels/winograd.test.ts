/** Winograd's convolution on every tier: within its bound, in every layout, for any number of threads; refusals. */
import { describe, expect, test } from "vitest";
import {
  type Conv2dOptions,
  conv2d,
  graphBuilder,
  random,
  randomTensor,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  TIERS,
} from "../../src/index.ts";
import { convOracle, expectConvClose, judgeConv } from "../../src/testing/index.ts";

const ALGORITHMS = ["winograd2", "winograd4"] as const;

const CASES: readonly (readonly [input: readonly number[], O: number, options: Conv2dOptions])[] = [
  [[1, 14, 14, 16], 24, { padding: "same" }],
  [[2, 6, 9, 3], 5, { padding: "same", activation: "relu6" }],
  [[1, 3, 3, 2], 4, {}], // one output, less than a tile
  [[1, 1, 1, 7], 9, { padding: "same" }],
  [[3, 5, 4, 1], 1, { padding: [0, 2, 3, 1], activation: "hardSwish" }],
  [[1, 17, 19, 6], 8, { padding: 1, activation: "sigmoid" }],
  [[1, 4, 4, 33], 2, {}], // exactly one tile of winograd2, less than one of winograd4
  [[1, 6, 6, 5], 13, {}], // exactly one tile of winograd4, with no frame
  [[2, 10, 10, 4], 70, { padding: "same-lower" }],
];

describe.each(ALGORITHMS)("%s", (algorithm) => {
  test.each(TIERS)("%s is within the bound, in both layouts", (backend) => {
    for (const [i, [shape, O, options]] of CASES.entries()) {
      const source = random(i + 1);
      const [x, w, bias] = [
        randomTensor(shape, source),
        randomTensor([3, 3, shape[3], O], source),
        i % 3 === 1 ? null : randomTensor([O], source),
      ];
      const oracle = convOracle("conv2d", x, w, { ...options, bias, algorithm });
      expectConvClose(conv2d(x, w, { ...options, bias, algorithm, backend }), oracle);
      const planar = x.transpose([0, 3, 1, 2]);
      const oihw = w.transpose([3, 2, 0, 1]);
      const y = conv2d(planar, oihw, { ...options, bias, algorithm, backend, layout: "nchw" });
      expectConvClose(y.transpose([0, 2, 3, 1]), oracle);
    }
  });

  test("the bound is not empty: a direct answer is within it, a weight 10 % off is not", () => {
    const [x, w] = [randomTensor([1, 8, 8, 16], random(1)), randomTensor([3, 3, 16, 4], random(2))];
    const oracle = convOracle("conv2d", x, w, { padding: "same", algorithm });
    expectConvClose(conv2d(x, w, { padding: "same" }), oracle);
    const off = w.copy();
    off.data[100] *= 1.1;
    const { verdict, used } = judgeConv(conv2d(x, off, { padding: "same", algorithm }), oracle);
    expect([verdict, used.statistics]).toEqual(["wrong", null]);
    expect(used.proof).toBeGreaterThan(3);
  });

  test("mistakes are named, and the verdict says that the proof alone judges", () => {
    const [x, w, bias] = [
      randomTensor([1, 8, 8, 6], random(1)),
      randomTensor([3, 3, 6, 4], random(2)),
      randomTensor([4], random(3)),
    ];
    const oracle = convOracle("conv2d", x, w, { padding: "same", bias, algorithm });
    const { mistakes, notes } = judgeConv(conv2d(x, w, { padding: "same", algorithm }), oracle);
    expect(mistakes).toEqual([{ name: "bias left out" }]);
    expect(notes).toEqual([
      `the proof alone judges: the bound of ${algorithm} is far wider than that of sums of products`,
    ]);
  });

  test("values whose transforms overflow are not judged, and overflow", () => {
    const [x, w] = [Tensor.zeros([1, 6, 6, 1]), Tensor.zeros([3, 3, 1, 1])];
    x.data.fill(3e38);
    w.data.fill(1e-3);
    const oracle = convOracle("conv2d", x, w, { algorithm });
    expect(Number.isFinite(oracle.bounds[0])).toBe(false);
    expectConvClose(conv2d(x, w, { algorithm, backend: "simd" }), oracle);
  });

  test("in a graph: the node says so, JSON keeps it, and threads do not change a bit", async () => {
    const g = graphBuilder("own", [1, 13, 11, 5]);
    const first = g.conv2d(g.input, { outputs: 12, padding: "same", activation: "relu", algorithm });
    const graph = g.build(g.batchNormalization(g.conv2d(first, { outputs: 70, padding: 1, algorithm })));
    const again = JSON.parse(JSON.stringify(graph));
    expect(again.nodes[0].algorithm).toBe(algorithm);
    const weights = randomWeights(graph, 1);
    const x = randomTensor([2, 13, 11, 5], random(2));
    const answers: Tensor[] = [];
    for (const threads of [1, 2, 3]) {
      const session = await Session.create(again, weights, { threads });
      expect(session.graph.nodes.map((node) => node.op === "conv2d" && node.algorithm)).toEqual([algorithm, algorithm]);
      answers.push(await session.run(x));
      session.dispose();
    }
    expect(answers[1].data).toEqual(answers[0].data);
    expect(answers[2].data).toEqual(answers[0].data);
    const naive = await Session.create(graph, weights, { backend: "naive" });
    const exact = (await naive.run(x)).data;
    answers[0].data.forEach((value, i) => void expect(Math.abs(value - exact[i])).toBeLessThan(2e-3));
  });

  test.each<[string, object, string]>([
    ["strides", { strides: 2 }, "strides 2×2, needs 1"],
    ["dilations", { dilations: [1, 2] }, "dilations 1×2, needs 1"],
    ["groups", { groups: 2 }, "2 groups, needs 1"],
  ])("refuses %s", (_, options, message) => {
    const [x, w] = [Tensor.zeros([1, 8, 8, 4]), Tensor.zeros([3, 3, "groups" in options ? 2 : 4, 4])];
    expect(() => conv2d(x, w, { ...options, algorithm })).toThrow(`conv2d: algorithm is "${algorithm}" for ${message}`);
    const g = graphBuilder("own", [1, 8, 8, 4]);
    expect(() => g.conv2d(g.input, { outputs: 4, algorithm, ...options })).toThrow(message);
  });
});

test("refuses other algorithms, other operations, and integers", () => {
  const [x, w] = [Tensor.zeros([1, 8, 8, 4]), Tensor.zeros([3, 3, 4, 4])];
  expect(() => conv2d(x, w, { algorithm: "fft" as never })).toThrow(
    'conv2d: algorithm is "fft", needs one of "direct", "winograd2", "winograd4"',
  );
  expect(() => convOracle("pointwiseConv2d", x, Tensor.zeros([4, 4]), { algorithm: "winograd2" })).toThrow(ShapeError);
  const g = graphBuilder("own", [1, 8, 8, 4]);
  const q = g.quantize(g.input, { type: "int8", scale: 0.1, zeroPoint: 0 });
  const output = { type: "int8", scale: 0.1, zeroPoint: 0 } as const;
  expect(() => g.conv2d(q, { outputs: 4, output, filter: { scale: 0.1 }, algorithm: "winograd2" })).toThrow(
    'conv2d: algorithm is "winograd2" for integers, needs real numbers',
  );
});
