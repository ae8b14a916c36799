import { describe, expect, test } from "vitest";
import {
  analyze,
  type Graph,
  graphBuilder,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import { everything, operationsOfOthers } from "../support/graphs.ts";
import { expectClose, scattered } from "../support/tensors.ts";

test("a graph is plain data", () => {
  const graph = everything();
  expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  const [stem] = graph.nodes;
  expect(stem).toMatchObject({
    name: "stem",
    op: "conv2d",
    inputs: ["input"],
    inputShapes: [[1, 9, 8, 3]],
    outputShape: [1, 5, 8, 6],
  });
  expect(stem.weights).toEqual({ filter: { name: "stem/filter", shape: [3, 2, 3, 6] } });
  expect(new Set(graph.nodes.map(({ op }) => op)).size).toBe(15);
  expect(graph.nodes[graph.nodes.length - 1]).toMatchObject({ name: graph.output, outputShape: [1, 5] });
});

describe.each([
  ["every operation", everything()],
  ["operations of others", operationsOfOthers()],
])("%s runs on every tier, optimised or not, from JSON too", (_, plain) => {
  const graph: Graph = JSON.parse(JSON.stringify(plain));
  const weights = randomWeights(graph, 5);
  const pictures = scattered([3, 9, 8, 3]);

  test.each(TIERS.flatMap((backend) => [true, false].map((optimize) => [backend, optimize] as const)))(
    "%s, optimize %s",
    async (backend, optimize) => {
      const oracle = await Session.create(graph, weights, { backend: "naive", optimize: false });
      const expected = await oracle.run(pictures);
      const session = await Session.create(graph, weights, { backend, optimize });
      expect(session.backend).toBe(backend);
      const answer = await session.run(pictures);
      expect(answer.shape).toEqual([3, 5]);
      expectClose(answer, expected, 1e-6);
      expect((await session.run(pictures)).toArray()).toEqual(answer.toArray());
      const second = await session.run(pictures.slice([1, 0, 0, 0], [1, 9, 8, 3]));
      expect(second.toArray()).toEqual(answer.slice([1, 0], [1, 5]).toArray());
    },
  );
});

test("operations without weights cost nothing", () => {
  expect(
    analyze(everything())
      .byKind.map(({ kind }) => kind)
      .sort(),
  ).toEqual(["conv", "dense", "depthwise", "pointwise"]);
});

test.each<[string, (g: ReturnType<typeof graphBuilder>) => unknown, string]>([
  ["an unknown value", (g) => g.softmax("nothing"), 'graph g: there is no value "nothing" yet'],
  [
    "a name twice",
    (g) => g.softmax(g.softmax(g.input, { name: "a" }), { name: "a" }),
    'graph g: the name "a" is taken',
  ],
  ["the name of the input", (g) => g.softmax(g.input, { name: "input" }), 'graph g: the name "input" is taken'],
  ["an output that is none", (g) => g.build("x"), 'graph g: there is no value "x" yet'],
  [
    "mixing pictures",
    (g) => g.reshape(g.input, [4, 4, 3]),
    "graph g: reshape_1 gives 4×4×3, needs to keep the first extent 1: pictures stay apart",
  ],
  [
    "concat of pictures",
    (g) => g.concat([g.input, g.input], 0),
    "graph g: concat_1 gives 2×4×4×3, needs to keep the first extent 1: pictures stay apart",
  ],
  ["nothing to concat", (g) => g.concat([], 0), "concat: values are [], needs at least one"],
  ["another size", (g) => g.reshape(g.input, [1, 47]), "reshape: 1×4×4×3 cannot become 1×47"],
  [
    "a dense layer on a picture",
    (g) => g.dense(g.input, { outputs: 2 }),
    "dense: input 1×4×4×3 has rank 4, needs rank 2",
  ],
  ["no outputs", (g) => g.conv2d(g.input, { outputs: 0 }), "conv2d: outputs is 0, needs an integer >= 1"],
  [
    "a multiplier of 0",
    (g) => g.depthwiseConv2d(g.input, { multiplier: 0 }),
    "depthwiseConv2d: multiplier is 0, needs an integer >= 1",
  ],
  [
    "groups that do not divide",
    (g) => g.conv2d(g.input, { outputs: 4, groups: 2 }),
    "conv2d: groups is 2, the input's 3 channels do not divide by it (input 1×4×4×3 nhwc, filter 3×3×2×4 hwio)",
  ],
  [
    "an activation",
    (g) => g.activation(g.input, "tanh" as never),
    'activation: activation is "tanh", needs one of "none", "relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"',
  ],
  [
    "epsilon",
    (g) => g.batchNormalization(g.input, { epsilon: -1e-5 }),
    "batchNormalization: epsilon is -0.00001, needs a finite number >= 0",
  ],
  ["a batch", () => graphBuilder("g", [2, 4, 4, 3]), "graphBuilder: input 2×4×4×3 is a batch, needs one picture: 1×…"],
])("the builder refuses %s", (_, build, message) => {
  expect(() => build(graphBuilder("g", [1, 4, 4, 3]))).toThrow(new ShapeError(message));
});

describe("Session", async () => {
  const g = graphBuilder("tiny", [1, 4, 3, 2]);
  const graph = g.build(g.conv2d(g.input, { name: "c", outputs: 5 }));
  const weights = randomWeights(graph, 1);
  const wrong = new Map([
    ["c/filter", Tensor.zeros([3, 3, 5, 2])],
    ["d", Tensor.zeros([4])],
  ]);

  test("lists everything that does not fit, at once", async () => {
    await expect(Session.create(graph, wrong)).rejects.toThrow(
      new ShapeError(`Session.create: the weights do not fit tiny:
  misshaped c/filter, is 3×3×5×2, needs 3×3×2×5 (transposed?)
  missing c/bias, needs 5
  extra d, 4`),
    );
    await expect(Session.create(graph, {} as never)).rejects.toThrow(
      "Session.create: weights are not a Map from name to Tensor",
    );
  });

  test("refuses a variance that batch norm cannot divide by, and takes one that epsilon lifts above zero", async () => {
    const own = graphBuilder("bn", [1, 2]);
    const normal = own.build(own.batchNormalization(own.input, { name: "bn", epsilon: 0.5 }));
    const withVariance = (...values: number[]) => new Map(randomWeights(normal, 1)).set("bn/variance", tensor(values));
    for (const bad of [-0.5, -1, Number.NaN]) {
      await expect(Session.create(normal, withVariance(1, bad))).rejects.toThrow(
        `Session.create: the weights do not fit bn:\n  impossible bn/variance[1] is ${bad}, with epsilon 0.5 needs a sum above 0`,
      );
    }
    for (const backend of TIERS) {
      const session = await Session.create(normal, withVariance(1, -0.25), { backend });
      expect((await session.run(tensor([[1, 2]]))).data.every(Number.isFinite)).toBe(true);
    }
  });

  test("refuses options and tiers that do not exist", async () => {
    await expect(Session.create(graph, weights, { thread: 2 } as never)).rejects.toThrow('unknown option "thread"');
    await expect(Session.create(graph, weights, { backend: "gpu" as never })).rejects.toThrow('backend is "gpu"');
  });

  test("refuses pictures of another shape", async () => {
    const session = await Session.create(graph, weights);
    for (const shape of [
      [1, 4, 2, 3],
      [4, 3, 2],
      [0, 4, 3, 2],
    ]) {
      await expect(session.run(Tensor.zeros(shape))).rejects.toThrow(/^session.run: input is .*, tiny needs n×4×3×2$/);
    }
    await expect(session.run([0] as never)).rejects.toThrow("session.run: input is [0], needs a Tensor");
    await expect(session.profile(Tensor.zeros([1, 4, 3, 2]), { runs: 0 })).rejects.toThrow("runs is 0");
  });

  test("runs no more once disposed", async () => {
    const session = await Session.create(graph, weights);
    session.dispose();
    session.dispose();
    await expect(session.run(Tensor.zeros([1, 4, 3, 2]))).rejects.toThrow(
      "session.run: the session of tiny was disposed",
    );
    await expect(session.profile(Tensor.zeros([1, 4, 3, 2]))).rejects.toThrow(
      "session.profile: the session of tiny was disposed",
    );
  });

  test("auto is the fastest tier here", async () => {
    expect((await Session.create(graph, weights)).backend).toBe(TIERS[TIERS.length - 1]);
  });

  test("profiles every layer", async () => {
    const full = everything();
    const session = await Session.create(full, randomWeights(full, 1));
    const rows = await session.profile(scattered([1, 9, 8, 3]), { runs: 4 });
    expect(rows.map(({ name }) => name)).toEqual(
      session.graph.nodes.filter(({ op }) => op !== "reshape").map(({ name }) => name),
    );
    const [stem] = rows;
    expect(stem).toMatchObject({
      name: "stem",
      op: "conv2d",
      macs: 5 * 8 * 6 * 18,
      bytes: 4 * (18 * 6 + 6 + 9 * 8 * 3 + 5 * 8 * 6),
    });
    expect(stem.gflops).toBeCloseTo((2 * stem.macs) / stem.ms / 1e6, 10);
    expect(rows.every(({ ms }) => ms >= 0)).toBe(true);
  });

  test("a second run takes no new buffer but its output", async () => {
    const g2 = graphBuilder("buffers", [1, 32, 32, 8]);
    const x = g2.conv2d(g2.input, { outputs: 16 });
    const big = g2.build(g2.pointwiseConv2d(g2.depthwiseConv2d(x), { outputs: 8 }));
    for (const backend of TIERS) {
      const session = await Session.create(big, randomWeights(big, 1), { backend });
      const picture = scattered([1, 32, 32, 8]);
      await session.run(picture);
      const before = process.memoryUsage().arrayBuffers;
      const kept = [];
      for (let i = 0; i < 4; i++) kept.push(await session.run(picture));
      const outputs = kept.reduce((sum, { data }) => sum + data.byteLength, 0);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(outputs + 4096);
    }
  });
});
