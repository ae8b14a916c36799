import { describe, expect, test } from "vitest";
import { exportOnnx } from "../../src/formats/onnx/index.ts";
import { BINARY_OPS, PLAIN_FUNCTIONS } from "../../src/geometry/elementwise.ts";
import { REDUCTIONS } from "../../src/geometry/reduction.ts";
import {
  analyze,
  countUnderRules,
  emittedLayer,
  evaluate,
  foldBatchNorm,
  fuseActivation,
  type Graph,
  gradientSession,
  graphBuilder,
  initialWeights,
  planMemory,
  randomWeights,
  Session,
  ShapeError,
  savings,
  separableSaving,
  Tensor,
  TIERS,
  tensor,
  train,
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
  const images = scattered([3, 9, 8, 3]);

  test.each(TIERS.flatMap((backend) => [true, false].map((optimize) => [backend, optimize] as const)))(
    "%s, optimize %s",
    async (backend, optimize) => {
      const oracle = await Session.create(graph, weights, { backend: "naive", optimize: false });
      const expected = await oracle.run(images);
      const session = await Session.create(graph, weights, { backend, optimize });
      expect(session.backend).toBe(backend);
      const answer = await session.run(images);
      expect(answer.shape).toEqual([3, 5]);
      expectClose(answer, expected, 1e-6);
      expect((await session.run(images)).toArray()).toEqual(answer.toArray());
      const second = await session.run(images.slice([1, 0, 0, 0], [1, 9, 8, 3]));
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
  ["an output that is none", (g) => g.build("x"), 'graph g: there is no value "x", needs one for the output "x"'],
  [
    "mixing images",
    (g) => g.reshape(g.input, [4, 4, 3]),
    "graph g: reshape_1 gives 4×4×3, needs to keep the first extent 1: images stay apart",
  ],
  [
    "concat of images",
    (g) => g.concat([g.input, g.input], 0),
    "graph g: concat_1 gives 2×4×4×3, needs to keep the first extent 1: images stay apart",
  ],
  ["nothing to concat", (g) => g.concat([], 0), "concat: values are [], needs an array of at least one"],
  ["another size", (g) => g.reshape(g.input, [1, 47]), "reshape: 1×4×4×3 cannot become 1×47"],
  [
    "a dense layer on an image",
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
  [
    "an empty name",
    (g) => g.softmax(g.input, { name: "" }),
    'softmax: name is "", needs a string, not empty and of whole characters',
  ],
  [
    "a name that is a number",
    (g) => g.softmax(g.input, { name: 3 as never }),
    "softmax: name is 3, needs a string, not empty and of whole characters",
  ],
  [
    "no graph name",
    () => graphBuilder("", [1, 4, 4, 3]),
    'graphBuilder: name is "", needs a string, not empty and of whole characters',
  ],
  [
    "clamp limits",
    (g) => g.clamp(g.input, { minValue: 2, maxValue: 1 }),
    "clamp: minValue is 2, needs at most maxValue 1",
  ],
  [
    "a clamp limit that is NaN",
    (g) => g.clamp(g.input, { minValue: Number.NaN }),
    "clamp: minValue is NaN, needs a number",
  ],
  [
    "a padding value",
    (g) =>
      g.pad(
        g.input,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        { value: "0" as never },
      ),
    'pad: value is "0", needs a number',
  ],
  [
    "a permutation",
    (g) => g.transpose(g.input, undefined as never),
    "transpose: permutation is undefined, needs each of the axes 0 to 3 once, 0 first",
  ],
  [
    "a batch",
    () => graphBuilder("g", [2, 4, 4, 3]),
    "graphBuilder: input is 2×4×4×3, needs 1 as its first extent, for one image",
  ],
])("the builder refuses %s", (_, build, message) => {
  expect(() => build(graphBuilder("g", [1, 4, 4, 3]))).toThrow(new ShapeError(message));
});

describe("options that a method does not have are refused, with a near name", () => {
  type Call = (g: ReturnType<typeof graphBuilder>, more: object) => unknown;
  const METHODS: Readonly<Record<string, Call>> = {
    conv2d: (g, more) => g.conv2d(g.input, { outputs: 8, ...more }),
    depthwiseConv2d: (g, more) => g.depthwiseConv2d(g.input, more),
    pointwiseConv2d: (g, more) => g.pointwiseConv2d(g.input, { outputs: 8, ...more }),
    dense: (g, more) => g.dense(g.input, { outputs: 8, ...more }),
    batchNormalization: (g, more) => g.batchNormalization(g.input, more),
    activation: (g, more) => g.activation(g.input, "relu", more),
    maxPool2d: (g, more) => g.maxPool2d(g.input, more),
    averagePool2d: (g, more) => g.averagePool2d(g.input, more),
    globalAveragePool2d: (g, more) => g.globalAveragePool2d(g.input, more),
    softmax: (g, more) => g.softmax(g.input, more),
    pad: (g, more) => g.pad(g.input, [], more),
    concat: (g, more) => g.concat([g.input], 1, more),
    reshape: (g, more) => g.reshape(g.input, [1, 48], more),
    transpose: (g, more) => g.transpose(g.input, [0, 1, 2, 3], more),
    clamp: (g, more) => g.clamp(g.input, more),
    hardSigmoid: (g, more) => g.hardSigmoid(g.input, more),
    leakyRelu: (g, more) => g.leakyRelu(g.input, more),
    elu: (g, more) => g.elu(g.input, more),
    gelu: (g, more) => g.gelu(g.input, more),
    ...Object.fromEntries(PLAIN_FUNCTIONS.map((op): [string, Call] => [op, (g, more) => g[op](g.input, more)])),
    ...Object.fromEntries(BINARY_OPS.map((op): [string, Call] => [op, (g, more) => g[op](g.input, g.input, more)])),
    ...Object.fromEntries(REDUCTIONS.map((op): [string, Call] => [op, (g, more) => g[op](g.input, more)])),
    argMax: (g, more) => g.argMax(g.input, -1, more),
    fakeQuantize: (g, more) => g.fakeQuantize(g.input, { scale: 1, ...more }),
    slice: (g, more) => g.slice(g.input, [0, 0, 0, 0], [1, 4, 4, 3], more),
    split: (g, more) => g.split(g.input, [1, 2], more)[0],
    gather: (g, more) => g.gather(g.input, [0], -1, more),
    expand: (g, more) => g.expand(g.input, [1, 4, 4, 3], more),
    tile: (g, more) => g.tile(g.input, [1, 1, 1, 1], more),
    resample2d: (g, more) => g.resample2d(g.input, { sizes: 2, ...more }),
    convTranspose2d: (g, more) => g.convTranspose2d(g.input, { outputs: 2, ...more }),
    layerNormalization: (g, more) => g.layerNormalization(g.input, more),
    prelu: (g, more) => g.prelu(g.input, more),
    matmul: (g, more) => g.matmul(g.input, g.input, more),
    quantize: (g, more) => g.quantize(g.input, { type: "int8", scale: 1, ...more }),
    dequantize: (g, more) => g.dequantize(g.quantize(g.input, { type: "int8", scale: 1 }), more),
  };
  const fresh = () => graphBuilder("g", [1, 4, 4, 3]);

  test("of every method", () => {
    const {
      input: _,
      inputs: __,
      shapeOf: ___,
      levelsOf: ____,
      build: _____,
      ...methods
    } = fresh() as unknown as Record<string, unknown>;
    expect(Object.keys(METHODS).sort()).toEqual(Object.keys(methods).sort());
    for (const [op, call] of Object.entries(METHODS)) {
      expect(() => call(fresh(), { nonsense: 1 }), op).toThrow(ShapeError);
      for (const nonsense of ["nonsense", "constructor"]) {
        const message = `${op}: unknown option ${JSON.stringify(nonsense)}, `;
        expect(() => call(fresh(), { [nonsense]: 1 }), op).toThrow(message);
      }
    }
  });

  test.each([
    ["conv2d", { stride: 2 }, "strides"],
    ["conv2d", { kernelSize: 5 }, "kernel"],
    ["conv2d", { dilation: 2 }, "dilations"],
    ["conv2d", { group: 3 }, "groups"],
    ["conv2d", { useBias: false }, "bias"],
    ["conv2d", { filters: 8 }, "outputs"],
    ["maxPool2d", { kernel: 2 }, "windowDimensions"],
    ["averagePool2d", { poolSize: 2 }, "windowDimensions"],
    ["depthwiseConv2d", { depth_multiplier: 2 }, "multiplier"],
  ])("%s %j: did you mean %s?", (op, more, ours) => {
    expect(() => METHODS[op](fresh(), more)).toThrow(`(did you mean "${ours}"?)`);
  });

  test("nothing is near a word that is much longer", () => {
    expect(() => METHODS.conv2d(fresh(), { [`stride${"s".repeat(300)}`]: 1 })).toThrow(
      /^conv2d: unknown option "strides{2,}[^(]*$/,
    );
  });

  test("a layout is not the builder's to choose, and a spec must be there", () => {
    expect(() => METHODS.conv2d(fresh(), { layout: "nchw" })).toThrow('conv2d: unknown option "layout"');
    const g = fresh();
    expect(() => g.conv2d(g.input, undefined as never)).toThrow("conv2d: options are undefined, needs an object");
    expect(() => g.dense(g.input, null as never)).toThrow("dense: options are null, needs an object");
  });

  test("defaults are those of the eager operations", () => {
    const g = fresh();
    expect(g.shapeOf(g.conv2d(g.input, { outputs: 2 }))).toEqual([1, 2, 2, 2]); // padding "valid"
    expect(g.shapeOf(g.depthwiseConv2d(g.input))).toEqual([1, 2, 2, 3]);
    expect(g.shapeOf(g.maxPool2d(g.input))).toEqual([1, 1, 1, 3]);
    const graph = g.build(g.hardSigmoid(g.clamp(g.input, { maxValue: 2 })));
    expect(graph.nodes.slice(-2)).toMatchObject([
      { minValue: -Number.MAX_VALUE, maxValue: 2 },
      { alpha: 1 / 6, beta: 1 / 2 },
    ]);
  });
});

test("what is no graph is refused by name, at every door", async () => {
  const doors: Readonly<Record<string, (graph: never) => unknown>> = {
    analyze,
    savings: (graph) => savings(graph, everything()),
    countUnderRules,
    planMemory,
    fuseActivation,
    foldBatchNorm: (graph) => foldBatchNorm(graph, new Map()),
    emittedLayer: (graph) => emittedLayer(graph, "conv1"),
    randomWeights: (graph) => randomWeights(graph, 1),
    initialWeights: (graph) => initialWeights(graph, 1),
    exportOnnx: (graph) => exportOnnx(graph, new Map()),
    "Session.create": (graph) => Session.create(graph, new Map()),
    training: (graph) => gradientSession(graph, new Map(), 1),
    train: (graph) => train(graph, fashionData()),
  };
  const g = graphBuilder("own", [1, 2]);
  for (const [op, door] of Object.entries(doors)) {
    for (const bad of [
      undefined,
      null,
      {},
      [],
      "mobilenet_v1",
      g,
      { ...everything(), nodes: [{}] },
      { name: "x", nodes: [] },
      ...damagedGraphs(),
    ]) {
      const error = await (async () => door(bad as never))().catch((reason: unknown) => reason);
      expect(error, op).toBeInstanceOf(ShapeError);
      expect((error as Error).message, op).toMatch(new RegExp(`^${op}: graph`));
    }
  }
  await expect(evaluate({} as never, fashionData())).rejects.toThrow(
    "evaluate: session is an Object, needs one that Session.create made",
  );
  await expect(train(everything(), undefined as never)).rejects.toThrow(
    "train: data are undefined, needs { pixels, shape, labels, classes }",
  );
  expect(() => savings(everything(), undefined as never)).toThrow(ShapeError);
  for (const [outputs, kernel] of [
    [Number.NaN, 3],
    [0, 0],
    [8, 1.5],
  ]) {
    expect(() => separableSaving(outputs, kernel)).toThrow(ShapeError);
  }
});

/** A graph with one thing wrong in it. */
function damagedGraphs(): readonly object[] {
  const graph = everything();
  const { nodes } = graph;
  const replaced = (i: number, change: object) => ({
    ...graph,
    nodes: nodes.map((node, n) => (n === i ? { ...node, ...change } : node)),
  });
  const conv = nodes.findIndex(({ op }) => op === "conv2d");
  const norm = nodes.findIndex(({ op }) => op === "batchNormalization");
  return [
    { ...graph, output: "zz" },
    { ...graph, outputs: "zz" },
    { ...graph, outputs: [graph.output, "zz"] },
    { ...graph, outputs: [graph.output, 1] },
    { ...graph, inputs: [graph.input, graph.input] },
    { ...graph, inputs: graph.input },
    replaced(1, { inputs: ["zz"] }),
    replaced(1, { inputs: [] }),
    replaced(1, { inputs: [nodes[2].name] }),
    replaced(1, { name: nodes[0].name }),
    replaced(1, { name: graph.input.name }),
    replaced(conv, { op: "zip" }),
    replaced(conv, { op: "constructor" }),
    replaced(conv, { geometry: undefined }),
    replaced(conv, { weights: {} }),
    replaced(conv, { weights: { filter: null } }),
    replaced(conv, { activation: "swosh" }),
    replaced(norm, { weights: {} }),
  ];
}

test("softmax and batch norm need an axis beside that of the images", () => {
  for (const op of ["softmax", "batchNormalization"] as const) {
    const g = graphBuilder("one", [1]);
    expect(() => g[op](g.input)).toThrow(new ShapeError(`${op}: input is 1, needs rank 2 or more`));
  }
});

test("a name that UTF-8 has no bytes for is refused", () => {
  const g = graphBuilder("g", [1, 2]);
  expect(() => g.softmax(g.input, { name: "\ud800" })).toThrow(/^softmax: name is .*, needs a string/);
});

const fashionData = () => ({
  pixels: new Uint8Array(4),
  shape: [1, 2, 2, 1],
  labels: new Uint8Array(1),
  classes: ["a"],
});

describe("what is passed is read before the promise comes back", () => {
  const graph = everything();
  const weights = randomWeights(graph, 1);
  const input = scattered([1, 9, 8, 3], 1);

  test.each(TIERS)("an input that changes after run, %s", async (backend) => {
    const session = await Session.create(graph, weights, { backend });
    const expected = (await session.run(input)).toArray();
    for (const images of [1, 2]) {
      const batch = Tensor.zeros([images, 9, 8, 3]);
      const fill = (value?: number) => batch.data.set(batch.data.map((_, i) => value ?? input.data[i % input.size]));
      fill();
      const both = [session.run(batch), session.run(batch)]; // the second one waits
      fill(Number.NaN);
      for (const y of await Promise.all(both)) {
        expect(y.slice([images - 1, 0], [1, 5]).toArray()).toEqual(expected);
      }
      fill();
      const profile = session.profile(batch, { runs: 2 });
      const after = session.run(input);
      fill(Number.NaN);
      await profile;
      expect((await after).toArray()).toEqual(expected);
    }
    session.dispose();
  });

  test.each(TIERS.flatMap((backend) => [true, false].map((optimize) => [backend, optimize] as const)))(
    "weights and graph that change after create, %s, optimize %s",
    async (backend, optimize) => {
      const expected = (await (await Session.create(graph, weights, { backend, optimize })).run(input)).toArray();
      const own = new Map([...weights].map(([name, t]) => [name, t.copy()]));
      const plain = structuredClone(graph) as unknown as { nodes: { geometry?: { strideH: number }; name: string }[] };
      const creating = Session.create(plain as never, own, { backend, optimize });
      for (const { data } of own.values()) data.fill(Number.NaN);
      own.clear();
      for (const node of plain.nodes) {
        node.name = "changed";
        if (node.geometry) node.geometry.strideH = 7;
      }
      const session = await creating;
      expect((await session.run(input)).toArray()).toEqual(expected);
      expect((await session.run(input)).toArray()).toEqual(expected);
      session.dispose();
    },
  );
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
      "Session.create: weights are an Object, needs a Map from name to Tensor",
    );
  });

  test("refuses a variance that batch norm cannot divide by, and takes one that epsilon lifts above zero", async () => {
    const own = graphBuilder("bn", [1, 2]);
    const normal = own.build(own.batchNormalization(own.input, { name: "bn", epsilon: 0.5 }));
    const withVariance = (...values: number[]) => new Map(randomWeights(normal, 1)).set("bn/variance", tensor(values));
    for (const bad of [-0.5, -1, Number.NaN]) {
      await expect(Session.create(normal, withVariance(1, bad))).rejects.toThrow(
        `Session.create: the weights do not fit bn:\n  invalid bn/variance[1] is ${bad}, with epsilon 0.5 needs a sum above 0`,
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

  test("refuses images of another shape", async () => {
    const session = await Session.create(graph, weights);
    for (const shape of [
      [1, 4, 2, 3],
      [4, 3, 2],
      [0, 4, 3, 2],
    ]) {
      await expect(session.run(Tensor.zeros(shape))).rejects.toThrow(
        /^session.run: input is .*, tiny needs n×4×3×2, n >= 1$/,
      );
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
      const image = scattered([1, 32, 32, 8]);
      await session.run(image);
      const before = process.memoryUsage().arrayBuffers;
      const kept = [];
      for (let i = 0; i < 4; i++) kept.push(await session.run(image));
      const outputs = kept.reduce((sum, { data }) => sum + data.byteLength, 0);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(outputs + 4096);
    }
  });
});
