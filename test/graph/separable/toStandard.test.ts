import { describe, expect, test } from "vitest";
import {
  analyze,
  type Graph,
  type GraphBuilder,
  type GraphNode,
  graphBuilder,
  MOBILENET_V1_BLOCKS,
  MOBILENET_V2_STAGES,
  MOBILENET_V3_LARGE_BLOCKS,
  MOBILENET_V3_SMALL_BLOCKS,
  MOBILENET_V4_BLOCKS,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  mobilenetV4,
  randomWeights,
  Session,
  savings,
  toSeparable,
  toStandard,
  type V3Row,
  type V4Row,
  type V4Size,
} from "../../../src/index.ts";
import { expectClose, scattered } from "../../support/tensors.ts";

/** A block of a table: k×k, from E channels to O outputs, at P output pixels. */
interface TableBlock {
  readonly k: number;
  readonly E: number;
  readonly O: number;
  readonly P: number;
}

/** What a twin costs more than its network: k²·E·O for k²·E + E·O at every pixel, without the batch norm between. */
function added(blocks: readonly TableBlock[]): { readonly macs: number; readonly trainable: number } {
  const more = blocks.map(({ k, E, O, P }) => {
    const weights = k * k * E * O - k * k * E - E * O;
    return { macs: weights * P, trainable: weights - 2 * E };
  });
  return {
    macs: more.reduce((sum, { macs }) => sum + macs, 0),
    trainable: more.reduce((sum, { trainable }) => sum + trainable, 0),
  };
}

/** Walks through a table from a map of `side` pixels squared and C channels. */
function walk<Row>(
  rows: readonly Row[],
  side: number,
  channels: number,
  read: (row: Row, C: number) => Omit<TableBlock, "P"> | null,
  strideOf: (row: Row) => readonly [s: number, out: number],
): readonly TableBlock[] {
  let [size, C] = [side, channels];
  return rows.flatMap((row) => {
    const [s, out] = strideOf(row);
    size = Math.ceil(size / s);
    const block = read(row, C);
    C = out;
    return block === null ? [] : [{ ...block, P: size * size }];
  });
}

const v1 = walk(
  MOBILENET_V1_BLOCKS,
  112,
  32,
  ([O], C) => ({ k: 3, E: C, O }),
  ([O, s]) => [s, O],
);
const v2Rows = MOBILENET_V2_STAGES.flatMap(([t, c, n, s]) => Array.from({ length: n }, (_, i) => [t, c, i ? 1 : s]));
const v2 = walk(
  v2Rows,
  112,
  32,
  ([t, O], C) => ({ k: 3, E: t * C, O }),
  ([, O, s]) => [s, O],
);
const v3 = (rows: readonly V3Row[]): readonly TableBlock[] =>
  walk(
    rows,
    112,
    16,
    ([k, E, O]) => ({ k, E, O }),
    ([, , O, , , s]) => [s, O],
  );
const v4 = (rows: readonly V4Row[], side: number): readonly TableBlock[] =>
  walk(
    rows,
    side,
    3,
    (row, C) => {
      if (row[0] !== "uib") return null;
      const [, start, middle, , E, O] = row;
      if (middle > 0) return { k: middle, E, O };
      return start > 0 ? { k: start, E: C, O: E } : null; // the only depthwise convolution, before the expansion
    },
    (row) => (row[0] === "uib" ? [row[3], row[5]] : [row[2], row[row.length - 1] as number]),
  );

const NETWORKS: readonly (readonly [Graph, readonly TableBlock[]])[] = [
  [mobilenetV1(), v1],
  [mobilenetV2(), v2],
  [mobilenetV2({ preset: "torchvision" }), v2],
  [mobilenetV3Small(), v3(MOBILENET_V3_SMALL_BLOCKS)],
  [mobilenetV3Large(), v3(MOBILENET_V3_LARGE_BLOCKS)],
  ...(["small", "medium", "large"] as const satisfies readonly V4Size[]).map(
    (size, i) => [mobilenetV4({ size }), v4(MOBILENET_V4_BLOCKS[size], [224, 256, 384][i])] as const,
  ),
];

describe("the twins of the MobileNets", () => {
  test.each(NETWORKS)("$name costs what the table says", (graph, blocks) => {
    const [own, twin] = [analyze(graph).total, analyze(toStandard(graph)).total];
    const more = added(blocks);
    expect(twin.macs).toBe(own.macs + more.macs);
    expect(twin.parameters.trainable).toBe(own.parameters.trainable + more.trainable);
  });

  test("V1's is the paper's", () => {
    const twin = toStandard(mobilenetV1());
    expect(analyze(twin).total).toEqual(analyze(mobilenetV1({ convolution: "standard" })).total);
    expect(twin.name).toBe("mobilenet_v1_1.0_224_standard");
  });

  test.each(NETWORKS)("$name made separable again has the same counts", (graph) => {
    const twin = toStandard(graph);
    const own = new Map(graph.nodes.map((node) => [node.name, node.op]));
    const layers = twin.nodes.filter(({ name, op }) => op === "conv2d" && own.get(name) !== op).map(({ name }) => name);
    const [back, first] = [analyze(toSeparable(twin, { layers })), analyze(graph)];
    expect([back.total.macs, back.total.parameters]).toEqual([first.total.macs, first.total.parameters]);
  });

  test.each(NETWORKS)("$name: all other nodes are as they were", (graph) => {
    const twin = toStandard(graph);
    const own = new Map(graph.nodes.map((node) => [node.name, node]));
    for (const node of twin.nodes) {
      const before = own.get(node.name) as GraphNode;
      expect(before).toBeDefined();
      // Squeeze and excite reads another map: before a convolution with strides it is larger.
      if (node.op === before.op && before.op !== "mul" && before.op !== "globalAveragePool2d") {
        expect(node).toEqual({ ...before, inputs: node.inputs });
      }
      if (before.op === "add") expect(node).toEqual(before);
    }
    expect(twin.outputs).toEqual(graph.outputs);
    expect(savings(graph, twin).blocks.every(({ forms: [a, b] }) => a !== null && b !== null)).toBe(true);
  });
});

/** A graph of one block, with something between its halves. */
function block(between: (g: GraphBuilder, x: string) => string, spec: object = {}, pointwise: object = {}): Graph {
  const g = graphBuilder("block", [1, 9, 8, 4]);
  const x = between(g, g.depthwiseConv2d(g.input, { name: "dw", padding: "same", ...spec }));
  return g.build(g.pointwiseConv2d(x, { name: "pw", outputs: 6, ...pointwise }));
}

function grouped(C: number, multiplier: number, groups: number): Graph {
  const g = graphBuilder("grouped", [1, 9, 8, C]);
  return g.build(g.conv2d(g.depthwiseConv2d(g.input, { multiplier }), { kernel: 1, outputs: 2 * groups, groups }));
}

const nothing = (_: GraphBuilder, x: string): string => x;

describe("a pair", () => {
  test("with everything at once: the window is the depthwise one's, the rest the pointwise one's", () => {
    const window = { kernel: [3, 2], strides: [2, 1], dilations: [1, 2], padding: [1, 0, 2, 0], multiplier: 2 };
    const graph = block(
      (g, x) => g.activation(g.batchNormalization(x, { name: "bn" }), "relu6"),
      { ...window, activation: "hardSwish" },
      { bias: false, activation: "relu" },
    );
    const [node, ...others] = toStandard(graph).nodes;
    const g = graphBuilder("block_standard", [1, 9, 8, 4]);
    const { multiplier: _, ...same } = window;
    g.conv2d(g.input, { name: "pw", outputs: 6, bias: false, activation: "relu", ...(same as object) });
    expect(others).toEqual([]);
    expect(node).toEqual(g.build("pw").nodes[0]);
  });

  test("computes what the pair does, if the filter is their product and nothing is between", async () => {
    const graph = block(nothing, { bias: false, strides: 2, kernel: [3, 2] });
    const weights = randomWeights(graph, 1);
    const twin = toStandard(graph);
    const [depthwise, pointwise] = ["dw/filter", "pw/filter"].map((name) => weights.get(name));
    const filter = scattered([3, 2, 4, 6]);
    for (let t = 0; t < 6; t++) {
      for (let c = 0; c < 4; c++) {
        for (let o = 0; o < 6; o++) {
          filter.data[(t * 4 + c) * 6 + o] = (depthwise?.data[t * 4 + c] ?? 0) * (pointwise?.data[c * 6 + o] ?? 0);
        }
      }
    }
    const product = new Map([...weights].filter(([name]) => name !== "dw/filter")).set("pw/filter", filter);
    const [a, b] = [await Session.create(graph, weights), await Session.create(twin, product)];
    const image = scattered([2, 9, 8, 4]);
    expectClose(await b.run(image), await a.run(image), 2e-6);
  });

  test("keeps the pointwise one's groups", () => {
    const g = graphBuilder("grouped", [1, 9, 8, 4]);
    const x = g.conv2d(g.depthwiseConv2d(g.input), { kernel: 1, outputs: 6, groups: 2 });
    const { geometry } = toStandard(g.build(x)).nodes[0] as GraphNode & { op: "conv2d" };
    expect([geometry.KH, geometry.KW, geometry.G]).toEqual([3, 3, 2]);
  });

  test("keeps squeeze and excite, before the convolution", () => {
    const graph = block((g, x) => {
      const active = g.activation(x, "relu");
      const few = g.pointwiseConv2d(g.globalAveragePool2d(active, { name: "mean" }), { name: "few", outputs: 2 });
      const gate = g.pointwiseConv2d(few, { name: "gate", outputs: 4, activation: "hardSigmoid" });
      return g.clamp(g.mul(gate, active, { name: "excited" }), { minValue: 0, maxValue: 6 });
    });
    const twin = toStandard(graph);
    expect(twin.nodes.map(({ name, op, inputs }) => [name, op, ...inputs])).toEqual([
      ["mean", "globalAveragePool2d", "input"],
      ["few", "pointwiseConv2d", "mean"],
      ["gate", "pointwiseConv2d", "few"],
      ["excited", "mul", "gate", "input"],
      ["pw", "conv2d", "excited"],
    ]);
  });

  test("with activations of several nodes: x · sigmoid(x), x · clamp(x)", () => {
    const swish = block((g, x) => {
      const y = g.batchNormalization(x);
      const z = g.mul(g.activation(y, "sigmoid"), y);
      return g.mul(z, g.hardSigmoid(g.clamp(z, { maxValue: 6 })));
    });
    expect(toStandard(swish).nodes.map(({ name, op, inputs }) => [name, op, ...inputs])).toEqual([
      ["pw", "conv2d", "input"],
    ]);
  });

  test.each<[string, (g: GraphBuilder, x: string) => string]>([
    ["leakyRelu", (g, x) => g.leakyRelu(x)],
    ["prelu", (g, x) => g.prelu(x)],
    ["gelu", (g, x) => g.gelu(g.batchNormalization(x))],
    ["elu", (g, x) => g.elu(x)],
    ["tanh", (g, x) => g.tanh(x)],
    ["levels of eight bits", (g, x) => g.fakeQuantize(x, { scale: 0.1 })],
  ])("with %s between the two", (_, between) => {
    const g = graphBuilder("own", [1, 8, 8, 4]);
    const spatial = g.depthwiseConv2d(g.input, { name: "dw", padding: "same" });
    const twin = toStandard(g.build(g.pointwiseConv2d(between(g, spatial), { name: "pw", outputs: 8 })));
    expect(twin.nodes.map(({ op, name }) => [op, name])).toEqual([["conv2d", "pw"]]);
  });

  test("on maps of one pixel, where a gate looks like a map", () => {
    const small = (order: boolean): Graph => {
      const g = graphBuilder("small", [1, 1, 1, 4]);
      const x = g.depthwiseConv2d(g.input, { padding: "same" });
      const gate = g.pointwiseConv2d(g.globalAveragePool2d(x), { outputs: 4, activation: "sigmoid" });
      return g.build(g.pointwiseConv2d(order ? g.mul(x, gate) : g.mul(gate, x), { outputs: 6 }));
    };
    for (const order of [true, false]) {
      expect(toStandard(small(order)).nodes.map(({ op }) => op)).toEqual([
        "globalAveragePool2d",
        "pointwiseConv2d",
        "mul",
        "conv2d",
      ]);
    }
  });

  test("with squeeze and excite as dense layers, or from an average over the whole map", () => {
    const graph = block(
      (g, x) => {
        const [, H, W, C] = g.shapeOf(x);
        const means = g.averagePool2d(x, { windowDimensions: [H, W] });
        const gate = g.dense(g.dense(g.reshape(means, [1, C]), { outputs: 2 }), { outputs: C, activation: "sigmoid" });
        return g.mul(x, g.reshape(gate, [1, 1, 1, C]));
      },
      { strides: 2 },
    );
    const twin = toStandard(graph);
    expect(twin.nodes.map(({ op }) => op)).toEqual([
      "averagePool2d",
      "reshape",
      "dense",
      "dense",
      "reshape",
      "mul",
      "conv2d",
    ]);
    expect(twin.nodes[5].outputShape).toEqual([1, 9, 8, 4]);
  });

  test("of a depthwise convolution under another name: as many groups as channels", () => {
    const g = graphBuilder("another", [1, 9, 8, 4]);
    const x = g.conv2d(g.input, { outputs: 8, groups: 4, dilations: 2 });
    const twin = toStandard(g.build(g.conv2d(x, { kernel: 1, outputs: 5 })));
    expect(twin.nodes.map(({ op, outputShape }) => [op, ...outputShape])).toEqual([["conv2d", 1, 5, 4, 5]]);
  });
});

describe("what is no pair stays, and a graph without any is refused", () => {
  const others: readonly (readonly [string, Graph])[] = [
    ["something else reads the depthwise convolution", block((g, x) => g.add(x, g.activation(x, "relu")))],
    ["the pointwise one has strides", block(nothing, {}, { strides: 2 })],
    ["the pointwise one is padded", block(nothing, {}, { padding: 1 })],
    ["the depthwise one is 1×1", block(nothing, { kernel: 1 })],
    ["pixels are mixed in between", block((g, x) => g.maxPool2d(x, { windowDimensions: 2 }))],
    ["a mean leads somewhere else", block((g, x) => g.mul(x, g.maxPool2d(x)))],
    ["a mean of a part", block((g, x) => g.mul(x, g.averagePool2d(x, { windowDimensions: [5, 4], strides: 9 })))],
    ["groups that do not divide the channels before", grouped(6, 2, 4)],
    ["groups that would leave it depthwise", grouped(8, 2, 8)],
    ["a standard network", mobilenetV1({ convolution: "standard" })],
  ];
  test.each(others)("%s", (_, graph) => {
    const needed = / has no depthwise convolution that only a pointwise one reads, needs one to replace$/;
    expect(() => toStandard(graph)).toThrow(needed);
  });

  test("a mean of the block that is an output too", () => {
    const g = graphBuilder("ends", [1, 9, 8, 4]);
    const map = g.depthwiseConv2d(g.input);
    const graph = g.build({ mean: g.globalAveragePool2d(map), scores: g.pointwiseConv2d(map, { outputs: 3 }) });
    expect(() => toStandard(graph)).toThrow("ends has no depthwise convolution that only");
  });

  test("a filter that two layers share", () => {
    const g = graphBuilder("tied", [1, 9, 8, 4]);
    const pair = (x: string, name: string): string =>
      g.pointwiseConv2d(g.depthwiseConv2d(x, { name: `${name}_dw`, padding: "same" }), { name, outputs: 4 });
    const plain = g.build(pair(pair(g.input, "a"), "b"));
    const tied = {
      ...plain,
      nodes: plain.nodes.map((node) => (node.name === "b" ? { ...node, weights: plain.nodes[1].weights } : node)),
    };
    expect(() => toStandard(tied)).toThrow(
      "toStandard: a shares the weight a/filter with another layer, needs one that",
    );
  });

  test("a depthwise convolution that is an output too", () => {
    const g = graphBuilder("ends", [1, 9, 8, 4]);
    const map = g.depthwiseConv2d(g.input);
    const graph = g.build({ map, scores: g.pointwiseConv2d(map, { outputs: 3 }) });
    expect(() => toStandard(graph)).toThrow("ends has no depthwise convolution that only");
  });

  test("two pointwise convolutions that share it", () => {
    const g = graphBuilder("shared", [1, 9, 8, 4]);
    const x = g.depthwiseConv2d(g.input);
    const both = g.concat([g.pointwiseConv2d(x, { outputs: 3 }), g.pointwiseConv2d(x, { outputs: 2 })], 3);
    expect(() => toStandard(g.build(both))).toThrow("shared has no depthwise convolution");
  });

  test("a chain of ten thousand activations takes no second", () => {
    const graph = block((g, x) => {
      let y = x;
      for (let i = 0; i < 10_000; i++) y = g.activation(y, "relu");
      return y;
    });
    expect(toStandard(graph).nodes.length).toBe(1);
  });

  test("a graph that is none", () => {
    expect(() => toStandard({} as Graph)).toThrow("toStandard: graph.name is undefined");
  });
});
