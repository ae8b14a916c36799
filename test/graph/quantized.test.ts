/** Graphs with values of integers: written by hand, as JSON, run on every tier, and refused where they cannot be. */
import { describe, expect, test } from "vitest";
import { cutTo } from "../../src/graph/cutTo.ts";
import { readGraph } from "../../src/graph/readGraph.ts";
import {
  analyze,
  atResolution,
  compareOutputs,
  type Graph,
  graphBuilder,
  initialWeights,
  type QuantizedTensor,
  random,
  randomTensor,
  randomWeights,
  Session,
  ShapeError,
  TIERS,
  tensor,
  toStandard,
  train,
  type Weight,
  writeModel,
} from "../../src/index.ts";
import { quantize, quantizedTensor } from "../../src/ops/quantized/index.ts";
import { Tensor } from "../../src/tensor/tensor.ts";

const int8 = (scale: number, zeroPoint = 0) => ({ type: "int8", scale: Math.fround(scale), zeroPoint }) as const;

/** Every kind of operation on integers, between real numbers at one end and integers at the other. */
function everything(): Graph {
  const g = graphBuilder("integers", [1, 12, 10, 5]);
  const filter = (count: number) => ({ scale: Array.from({ length: count }, (_, o) => Math.fround(0.01 + 0.001 * o)) });
  const x = g.quantize(g.input, { name: "q", ...int8(0.03, -4) });
  const a = g.conv2d(x, {
    name: "conv",
    outputs: 8,
    padding: "same",
    activation: "relu6",
    output: int8(6 / 255, -128),
    filter: filter(8),
  });
  const b = g.depthwiseConv2d(a, {
    name: "depthwise",
    padding: "same",
    output: int8(0.05, 3),
    filter: filter(8),
    bias: false,
  });
  const c = g.pointwiseConv2d(b, { name: "pointwise", outputs: 8, output: int8(0.06), filter: { scale: 0.02 } });
  const sum = g.add(g.sub(c, a, { output: int8(0.07, 5) }), c, { name: "sum", output: int8(0.08) });
  const swish = g.activation(sum, "hardSwish", { name: "swish", output: int8(0.04, -10) });
  const gate = g.activation(
    g.reduceMean(swish, { axes: [1, 2], keepDimensions: true, output: int8(0.02, -9) }),
    "sigmoid",
    { output: int8(1 / 256, -128) },
  );
  const gated = g.mul(swish, gate, { name: "gated", output: int8(0.03, -20) });
  const padded = g.pad(
    g.maxPool2d(gated, { windowDimensions: 2, strides: 2 }),
    [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
    { name: "padded" },
  );
  const sliced = g.slice(g.transpose(padded, [0, 2, 1, 3]), [0, 1, 0, 2], [1, 6, 7, 4], { name: "sliced" });
  const joined = g.concat([sliced, sliced], 3, { name: "joined" });
  const large = g.resample2d(g.resample2d(joined, { scales: 2, mode: "linear" }), { scales: 1.5, mode: "nearest" });
  const pooled = g.averagePool2d(large, { name: "pooled", windowDimensions: 3, strides: 2, padding: "same" });
  const flat = g.reshape(g.globalAveragePool2d(pooled), [1, 8]);
  const scores = g.dense(flat, { name: "scores", outputs: 6, output: int8(0.1, 1), filter: filter(6) });
  const shares = g.softmax(g.leakyRelu(g.tanh(scores, { output: int8(1 / 128) }), { output: int8(1 / 64) }), {
    name: "shares",
    output: int8(1 / 256, -128),
  });
  return g.build({
    shares,
    real: g.dequantize(scores, { name: "real" }),
    unsigned: g.quantize(scores, { type: "uint8", scale: 0.1, zeroPoint: 120 }),
  });
}

const image = randomTensor([1, 12, 10, 5], random(3));

describe("a network of integers, written by hand", () => {
  const graph = everything();
  const weights = randomWeights<Weight>(graph, 1);

  test("JSON keeps all of it", () => {
    const parsed = JSON.parse(JSON.stringify(graph));
    expect(readGraph("test", parsed)).toEqual(graph);
    expect(JSON.stringify(cutTo("test", graph, ["sum"]).nodes.at(-1)?.quantization)).toContain("0.0799");
    expect(atResolution(graph, [14, 12]).nodes[1].quantization).toEqual(graph.nodes[1].quantization);
  });

  test.each(["float-half-even", "tflite-double", "tflite-single"] as const)(
    "every tier gives the same, %s",
    async (rounding) => {
      const answers = [];
      for (const [backend, threads] of [
        ...TIERS.map((tier) => [tier, 1] as const),
        ["simd", 2],
        ["simd", 3],
      ] as const) {
        const session = await Session.create(graph, weights, { backend, threads, rounding });
        answers.push(await session.runAll<Weight>(image));
        session.dispose();
      }
      for (const answer of answers.slice(1)) expect(answer).toEqual(answers[0]);
      const { type, shape, scale, zeroPoint } = answers[0].get("shares") as QuantizedTensor;
      expect({ type, shape, scale, zeroPoint }).toEqual({ ...int8(1 / 256, -128), shape: [1, 6] });
      expect(answers[0].get("real")).toBeInstanceOf(Tensor);
    },
  );

  test("rules differ, by a step where sums are near halves", async () => {
    const found: QuantizedTensor["data"][] = [];
    const cut = cutTo("test", graph, ["conv"]);
    const own = new Map([...weights].filter(([name]) => name.startsWith("conv/")));
    for (const rounding of ["float-half-even", "tflite-double"] as const) {
      const session = await Session.create(cut, own, { rounding, backend: "naive" });
      found.push((await session.run<QuantizedTensor>(randomTensor([30, 12, 10, 5], random(4)))).data);
    }
    const steps = new Set(Array.from(found[0], (value, i) => value - found[1][i]));
    expect([...steps].every((step) => Math.abs(step) <= 1)).toBe(true);
    expect(steps.size).toBeGreaterThan(1);
  });

  test("a batch is image by image", async () => {
    const batch = randomTensor([5, 12, 10, 5], random(5));
    const session = await Session.create(graph, weights, { backend: "simd" });
    const all = await session.run<QuantizedTensor>(batch);
    for (let n = 0; n < 5; n++) {
      const one = await session.run<QuantizedTensor>(batch.slice([n, 0, 0, 0], [1, 12, 10, 5]));
      expect(all.data.slice(6 * n, 6 * n + 6)).toEqual(one.data);
    }
    session.dispose();
  });

  test("what changes after create or run changes nothing", async () => {
    const own = new Map([...weights].map(([name, w]) => [name, { ...w, data: w.data.slice() } as QuantizedTensor]));
    for (const backend of TIERS) {
      const expected = await (await Session.create(graph, weights, { backend })).run<QuantizedTensor>(image);
      const creating = Session.create(graph, own, { backend });
      for (const { data } of own.values()) data.fill(1);
      const session = await creating;
      const given = image.copy();
      const running = session.run<QuantizedTensor>(given);
      given.data.fill(0);
      expect(await running, backend).toEqual(expected);
      for (const [name, { data }] of own) data.set(weights.get(name)?.data as Int8Array);
    }
  });

  test("bytes and MACs by type", () => {
    const { byType, layers, total } = analyze(graph);
    expect(byType.map(({ type }) => type)).toEqual(["int8", "float32"]);
    expect(byType[0].macs).toBe(total.macs);
    const conv = layers.find(({ name }) => name === "conv");
    expect([conv?.weightBytes, conv?.inputBytes, conv?.outputBytes]).toEqual([3 * 3 * 5 * 8 + 4 * 8, 600, 960]);
  });

  test("beside its real numbers", async () => {
    const [first] = await compareOutputs({ graph, weights }, { graph, weights }, image, { values: ["shares"] });
    expect(first.largest).toBe(0);
  });
});

describe("integer ends", () => {
  const g = graphBuilder("ends", { x: { shape: [1, 2, 2, 3], type: "uint8", scale: 0.5, zeroPoint: 10 } });
  const graph = g.build(g.maxPool2d("x", { windowDimensions: 2 }));
  const data = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);

  test("take integers as they are, and real numbers by the session's rule", async () => {
    const session = await Session.create(graph, new Map());
    const q = quantizedTensor(data, [1, 2, 2, 3], { scale: 0.5, zeroPoint: 10 });
    const answer = await session.run<QuantizedTensor>(q);
    expect([...answer.data]).toEqual([180, 200, 220]);
    expect([answer.type, answer.scale, answer.zeroPoint, answer.axis]).toEqual(["uint8", 0.5, 10, null]);
    const real = tensor(
      Float32Array.from(data, (value) => (value - 10) * 0.5 + 0.2),
      [1, 2, 2, 3],
    );
    expect(await session.run(real)).toEqual(answer);
    const half = tensor(new Float32Array(12).fill(0.25), [1, 2, 2, 3]); // halfway between 10 and 11
    const byRule = async (rounding: "float-half-even" | "tflite-double") =>
      (await (await Session.create(graph, new Map(), { rounding })).run<QuantizedTensor>(half)).data[0];
    expect([await byRule("float-half-even"), await byRule("tflite-double")]).toEqual([10, 11]);
  });

  test.each([
    [
      "another scale",
      quantizedTensor(data, [1, 2, 2, 3], { scale: 0.25, zeroPoint: 10 }),
      "input is uint8, scale 0.25, zero point 10; needs uint8, scale 0.5, zero point 10",
    ],
    [
      "another type",
      quantize(Tensor.zeros([1, 2, 2, 3]), { type: "int8", scale: 0.5, zeroPoint: 10 }),
      "needs uint8, scale",
    ],
    [
      "another shape",
      quantizedTensor(data, [1, 2, 3, 2], { scale: 0.5, zeroPoint: 10 }),
      "input is 1×2×3×2, ends needs n×2×2×3",
    ],
    [
      "no number",
      tensor([
        [
          [
            [1, 2, 3],
            [1, Number.NaN, 3],
          ],
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
        ],
      ]),
      "session.run: input is NaN at [0, 0, 1, 1]",
    ],
  ])("%s is refused", async (_, input, message) => {
    const session = await Session.create(graph, new Map());
    await expect(session.run(input)).rejects.toThrow(message);
  });

  test("integers for real numbers are refused", async () => {
    const plain = graphBuilder("plain", [1, 2, 2, 3]);
    const session = await Session.create(plain.build(plain.activation(plain.input, "relu")), new Map());
    const q = quantizedTensor(data, [1, 2, 2, 3], { scale: 0.5, zeroPoint: 10 });
    await expect(session.run(q)).rejects.toThrow("input has integers, needs a Tensor of real numbers");
  });
});

describe("refused", () => {
  const start = () => graphBuilder("g", { x: { shape: [1, 4, 4, 2], ...int8(0.1) }, real: [1, 4, 4, 2] });
  const layer = { outputs: 2, output: int8(0.1), filter: { scale: 0.1 } };
  test.each<[string, () => unknown, string]>([
    [
      "no levels of a result",
      () => start().conv2d("x", { outputs: 2, filter: { scale: 0.1 } }),
      "conv2d: output is null",
    ],
    [
      "no levels of a filter",
      () => start().conv2d("x", { outputs: 2, output: int8(0.1) }),
      "conv2d: filter is undefined",
    ],
    [
      "levels of real numbers",
      () => start().conv2d("real", { outputs: 2, output: int8(0.1) }),
      "conv2d: output is given, and the input is float32, needs integers",
    ],
    [
      "a filter of real numbers",
      () => start().conv2d("real", { outputs: 2, filter: { scale: 1 } }),
      "filter is given, and the input is float32",
    ],
    [
      "one of both",
      () => start().add("x", "real", { output: int8(1) }),
      "add: input 1 is float32 and another one integers",
    ],
    [
      "an operation on real numbers",
      () => start().batchNormalization("x"),
      "batchNormalization: input is int8, needs float32: dequantize",
    ],
    ["division", () => start().div("x", "x"), "div: input is int8, needs float32"],
    [
      "an activation that is no limit",
      () => start().conv2d("x", { ...layer, activation: "hardSwish" }),
      'conv2d on integers: activation is "hardSwish", needs one of "none", "relu", "relu6"',
    ],
    [
      "a scale of 0",
      () => start().conv2d("x", { ...layer, filter: { scale: 0 } }),
      "conv2d: filter.scale is 0, needs a float32 from 1.17",
    ],
    [
      "a negative scale",
      () => start().conv2d("x", { ...layer, output: int8(-1) }),
      "conv2d: output.scale is -1, needs",
    ],
    [
      "a scale that is NaN",
      () => start().quantize("real", { type: "int8", scale: Number.NaN }),
      "quantize: scale is NaN, needs",
    ],
    [
      "a subnormal scale",
      () => start().quantize("real", { type: "int8", scale: 1e-40 }),
      "quantize: scale is 1e-40, needs",
    ],
    [
      "a zero point outside",
      () => start().quantize("real", { type: "int8", scale: 1, zeroPoint: 128 }),
      "quantize: zeroPoint is 128, needs",
    ],
    [
      "another type",
      () => start().quantize("real", { type: "int16" as "int8", scale: 1 }),
      'quantize: type is "int16", needs one of "int8", "uint8"',
    ],
    [
      "int4 weights",
      () => start().conv2d("x", { ...layer, filter: { type: "int4" as "int8", scale: 1 } }),
      'conv2d: filter.type is "int4", needs one of',
    ],
    [
      "scales of another number",
      () => start().conv2d("x", { ...layer, filter: { scale: [1, 2, 3] } }),
      "conv2d: filter.scale has 3 numbers, axis 3 needs 2",
    ],
    [
      "scales on two axes",
      () => start().depthwiseConv2d("x", { multiplier: 2, output: int8(1), filter: { scale: [1, 2, 3, 4] } }),
      "two axes of outputs",
    ],
    [
      "other levels where nothing changes them",
      () => start().reshape("x", [1, 32], { output: int8(0.2) }),
      "reshape: output is",
    ],
    [
      "levels that differ",
      () => {
        const g = start();
        return g.concat(["x", g.quantize("x", int8(0.2))], 3);
      },
      "concat: input 1 is int8, scale",
    ],
    [
      "a mean over channels",
      () => start().reduceMean("x", { axes: [3], output: int8(1) }),
      "reduceMean on integers: axes are 3, needs rows and columns",
    ],
    [
      "an empty window",
      () => start().maxPool2d("x", { windowDimensions: 1, padding: [2, 0, 0, 0] }),
      "window row 0 has no pixels",
    ],
    [
      "padding that counts",
      () => start().averagePool2d("x", { windowDimensions: 2, padding: 1, countIncludePad: true }),
      "countIncludePad is true",
    ],
    ["real numbers twice", () => start().dequantize("real"), "dequantize: input is float32, needs integers"],
    [
      "an input's scale",
      () => graphBuilder("g", { x: { shape: [1, 2], type: "int8", scale: -1 } }),
      "graphBuilder: x: scale is -1, needs",
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });

  const g = graphBuilder("own", { x: { shape: [1, 4, 4, 2], ...int8(0.1) } });
  const graph = g.build(g.conv2d("x", { name: "layer", ...layer, filter: { scale: [0.1, 0.2] } }));
  const weights = (): Map<string, QuantizedTensor> => randomWeights<QuantizedTensor>(graph, 1) as never;
  const changed = (name: string, change: Partial<QuantizedTensor>) => {
    const own = weights();
    own.set(name, { ...(own.get(name) as QuantizedTensor), ...change });
    return own;
  };
  test.each<[string, ReadonlyMap<string, Weight>, string]>([
    [
      "a bias at another scale",
      changed("layer/bias", { scale: [0.01, 0.03] }),
      "scale of layer/bias is [0.01, 0.03], needs",
    ],
    ["a filter at another scale", changed("layer/filter", { scale: [0.1, 0.1] }), "scale of layer/filter is"],
    [
      "a filter of real numbers",
      new Map<string, Weight>([...weights(), ["layer/filter", Tensor.zeros([3, 3, 2, 2])]]),
      "mistyped layer/filter, is float32, needs int8",
    ],
    [
      "sums beyond int32",
      changed("layer/bias", { data: Int32Array.of(2 ** 31 - 1, 0) }),
      "Session.create: layer: sums of output channel 0 reach",
    ],
  ])("%s", async (_, own, message) => {
    await expect(Session.create(graph, own, { backend: "naive" })).rejects.toThrow(message);
  });

  test("a ratio that shifts sums out of int32, by the rules that shift", async () => {
    const wide = graphBuilder("wide", { x: { shape: [1, 64], ...int8(1) } });
    const one = wide.build(wide.dense("x", { name: "d", outputs: 1, filter: { scale: 1 }, output: int8(1e-6) }));
    const own = randomWeights<Weight>(one, 1);
    await Session.create(one, own, { backend: "naive" });
    await expect(Session.create(one, own, { backend: "naive", rounding: "tflite-double" })).rejects.toThrow(
      "beyond int32",
    );
  });

  test("what is for real numbers only", async () => {
    expect(() => initialWeights(graph, 1)).toThrow("initialWeights: x of own has integers, needs real numbers");
    expect(() => toStandard(graph)).toThrow("toStandard: x of own has integers");
    await expect(writeModel(graph, weights(), "tfjs")).rejects.toThrow("writeModel: tfjs: x of own has integers");
    await expect(
      train(graph, { data: new Uint8Array(), labels: [], shape: [1, 4, 4, 2], classes: [] } as never),
    ).rejects.toThrow();
    await expect(Session.create(graph, weights(), { rounding: "up" as never })).rejects.toThrow(
      'rounding is "up", needs one of "float-half-even"',
    );
  });
});
