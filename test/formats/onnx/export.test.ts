/** What exportOnnx writes, against what each operator knows (test/oracles/onnx_schemas.py), and read back. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../../../src/formats/onnx/index.ts";
import { readModel } from "../../../src/formats/onnx/model.ts";
import type { OnnxAttribute } from "../../../src/formats/onnx/modelTypes.ts";
import { type Graph, graphBuilder, random, randomTensor, randomWeights, Session, Tensor } from "../../../src/index.ts";
import { times } from "../../support/effort.ts";
import { everything, operationsOfOthers } from "../../support/graphs.ts";
import { randomNetwork } from "../../support/networks.ts";
import { expectClose } from "../../support/tensors.ts";

interface Schema {
  readonly inputs: readonly [min: number, max: number];
  readonly attributes: Readonly<Record<string, "INT" | "INTS" | "FLOAT" | "STRING">>;
}
const { opset, operators }: { opset: number; operators: Record<string, Schema> } = JSON.parse(
  readFileSync("test/oracles/onnx_schemas.json", "utf8"),
);

const NETWORKS = times(600);
const networks = Array.from({ length: NETWORKS }, (_, seed) => randomNetwork(seed));

function typeOf({ i, f, s, ints }: OnnxAttribute): string {
  if (i !== undefined) return "INT";
  if (f !== undefined) return "FLOAT";
  if (s) return "STRING";
  return ints.length > 0 ? "INTS" : "?";
}

/** What no runtime may take, in words. */
function faultsOf(graph: Graph): string[] {
  const model = readModel("file", exportOnnx(graph, randomWeights(graph, 1)));
  const faults = model.opset === opset ? [] : [`opset ${model.opset}`];
  const names = { node: new Set<string>(), value: new Set<string>() };
  const claim = (kind: keyof typeof names, name: string): void => {
    if (names[kind].has(name)) faults.push(`two ${kind}s ${name}`);
    names[kind].add(name);
  };
  for (const { name } of [...model.inputs, ...model.initializers]) claim("value", name);
  for (const { op, name, inputs, outputs, attributes } of model.nodes) {
    const schema = operators[op];
    if (schema === undefined) {
      faults.push(`operator ${op}`);
      continue;
    }
    const [min, max] = schema.inputs;
    if (inputs.length < min || inputs.length > max) faults.push(`${op} with ${inputs.length} inputs`);
    for (const attribute of attributes.values()) {
      const known = schema.attributes[attribute.name];
      if (known !== typeOf(attribute)) faults.push(`${op}.${attribute.name}: ${typeOf(attribute)}, known as ${known}`);
    }
    for (const input of inputs)
      if (input !== "" && !names.value.has(input)) faults.push(`${op} reads ${input}, not there yet`);
    claim("node", name);
    for (const output of outputs) claim("value", output);
    const [kernel, pads] = ["kernel_shape", "pads"].map((key) => attributes.get(key)?.ints ?? []);
    if (/Pool$/.test(op) && pads.some((pad, i) => pad >= kernel[i % 2])) faults.push(`${op} with pads ${pads}`);
  }
  return faults;
}

describe("every operator and attribute is one that the opset knows, every name is given once", () => {
  test("in the largest networks of the tests", () => {
    expect([everything(), operationsOfOthers()].flatMap(faultsOf)).toEqual([]);
  });
  test(`in ${NETWORKS} random networks`, () => {
    expect(networks.flatMap((graph) => faultsOf(graph).map((fault) => `${graph.name}: ${fault}`))).toEqual([]);
  });
  test("the networks have every kind of node", () => {
    const kinds = new Set(networks.flatMap(({ nodes }) => nodes.map(({ op }) => op)));
    expect(kinds.size).toBe(49);
  });
});

async function answer(graph: Graph, weights: ReadonlyMap<string, Tensor>, x: Tensor): Promise<Tensor> {
  return (await Session.create(graph, weights, { backend: "naive" })).run(x);
}

/** In ONNX's order. */
const asOnnx = (t: Tensor): Tensor => (t.shape.length === 4 ? t.transpose([0, 3, 1, 2]).contiguous() : t);

test("random networks read back give the same", async () => {
  for (const graph of networks) {
    const weights = randomWeights(graph, 1);
    const x = randomTensor([2, ...graph.input.shape.slice(1)], random(2));
    const expected = asOnnx(await answer(graph, weights, x));
    const back = await importOnnx(exportOnnx(graph, weights));
    const y = await answer(back.graph, back.weights, back.turned.input ? x : asOnnx(x));
    const largest = expected.data.reduce((max, v) => (Number.isFinite(v) ? Math.max(max, Math.abs(v)) : max), 0);
    expectClose(back.turned.output ? asOnnx(y) : y, expected, 1e-5 * Math.max(largest, 1));
  }
});

describe("a pool that ONNX's operators cannot be told of", () => {
  const x = new Tensor(Float32Array.of(1, 2, 3, 4), [1, 2, 2, 1]);
  const run = async (build: (g: ReturnType<typeof graphBuilder>) => string, image = x) => {
    const g = graphBuilder("pool", image.shape);
    const graph = g.build(build(g));
    expect(faultsOf(graph)).toEqual([]);
    const back = await importOnnx(exportOnnx(graph, new Map()));
    return [...(await answer(back.graph, back.weights, image)).data];
  };

  test("padding of the window's size, where nothing is -∞ or NaN", async () => {
    const options = { windowDimensions: 1, padding: [1, 0, 0, 0] } as const;
    const none = Number.NEGATIVE_INFINITY;
    expect(await run((g) => g.maxPool2d(g.input, options))).toEqual([none, none, 1, 2, 3, 4]);
    expect(await run((g) => g.averagePool2d(g.input, options))).toEqual([NaN, NaN, 1, 2, 3, 4]);
    expect(await run((g) => g.averagePool2d(g.input, { ...options, countIncludePad: true }))).toEqual([
      0, 0, 1, 2, 3, 4,
    ]);
  });

  test("an average with dilations", async () => {
    const options = { windowDimensions: 2, dilations: 2, padding: 1 } as const;
    expect(await run((g) => g.averagePool2d(g.input, options))).toEqual([4, 3, 2, 1]);
  });

  test("one window down, of which a tap is left out, beside several across", async () => {
    const sixteen = new Tensor(
      Float32Array.from({ length: 16 }, (_, i) => i),
      [1, 4, 4, 1],
    );
    const options = { windowDimensions: 3, dilations: [2, 1], strides: 2, rounding: "ceil" } as const;
    expect(await run((g) => g.maxPool2d(g.input, options), sixteen)).toEqual([10, 11]);
  });

  test("a window larger than the image, with dilations", async () => {
    const options = { windowDimensions: 2, dilations: 4, strides: 4, padding: [0, 1, 0, 1], rounding: "ceil" } as const;
    expect(await run((g) => g.maxPool2d(g.input, options))).toEqual([1]);
  });
});

test("a constant per channel goes out as batch norm with ε 0, and comes back", async () => {
  const g = graphBuilder("scaled", [1, 1, 2, 2]);
  const graph = g.build(g.batchNormalization(g.input, { name: "bn", epsilon: 0 }));
  const row = (...values: number[]) => new Tensor(Float32Array.from(values), [2]);
  const weights = new Map(Object.entries({ scale: row(2, 3), bias: row(0, 1), mean: row(0, 0), variance: row(1, 1) }));
  const named = new Map([...weights].map(([role, values]) => [`bn/${role}`, values]));
  const back = await importOnnx(exportOnnx(graph, named));
  expect(back.graph.nodes).toMatchObject([{ op: "batchNormalization", epsilon: 0 }]);
  const y = await answer(back.graph, back.weights, new Tensor(Float32Array.of(1, 2, 3, 4), [1, 1, 2, 2]));
  expect([...y.data]).toEqual([2, 7, 6, 13]);
});
