import { describe, expect, test } from "vitest";
import {
  type Graph,
  graphBuilder,
  loadModel,
  type QuantizedTensor,
  type QuantizedType,
  random,
  randomTensor,
  randomWeights,
  Session,
  type Weight,
  writeModel,
} from "../../../src/index.ts";

interface Filter {
  readonly type?: QuantizedType;
  readonly scale: number | readonly number[];
  readonly zeroPoint?: number | readonly number[];
}

function network(type: QuantizedType, filter: Filter, output: QuantizedType = type): Graph {
  const levels = (of: QuantizedType) => ({ type: of, scale: 0.0625, zeroPoint: of === "int8" ? -3 : 120 });
  const g = graphBuilder("own", [1, 7, 6, 4]);
  let x = g.quantize(g.input, levels(type));
  x = g.conv2d(x, { name: "layer", outputs: 6, filter, output: levels(output), padding: 1, strides: 2 });
  return g.build(g.dequantize(g.depthwiseConv2d(x, { filter: { ...filter, scale: 0.01 }, output: levels(output) })));
}

async function answer(graph: Graph, weights: ReadonlyMap<string, Weight>): Promise<readonly number[]> {
  const session = await Session.create(graph, weights);
  const { data } = await session.run<QuantizedTensor>(randomTensor([2, 7, 6, 4], random(2)));
  session.dispose();
  return Array.from(data);
}

describe("a filter of the other type is shifted", () => {
  test.each([
    ["uint8", { type: "int8", scale: 0.01 }],
    ["uint8", { type: "uint8", scale: 0.01, zeroPoint: 117 }],
    ["int8", { type: "uint8", scale: 0.01, zeroPoint: 128 }],
    ["int8", { type: "int8", scale: 0.01 }],
  ] as const)("%s, %o", async (type, filter) => {
    const graph = network(type, filter);
    const weights = randomWeights<Weight>(graph, 1);
    const back = await loadModel<Weight>(await writeModel(graph, weights, "tflite"));
    for (const { op, weights: specs } of back.graph.nodes) {
      if (specs.filter) expect([op, specs.filter.quantization?.type]).toEqual([op, type]);
    }
    expect(await answer(back.graph, back.weights)).toEqual(await answer(graph, weights));
  });
});

describe("what TensorFlow Lite has no form for is refused", () => {
  test.each([
    ["uint8 by channel", network("uint8", { scale: [1, 2, 3, 4, 5, 6] }), "of uint8 with a scale for each output"],
    [
      "int8 off centre",
      network("int8", { type: "uint8", scale: 1, zeroPoint: 3 }),
      "of int8 with a filter whose zero point is not 0",
    ],
    ["both types", network("int8", { scale: 1 }, "uint8"), "of int8 and uint8 together"],
  ])("%s", async (_, graph, reason) => {
    await expect(writeModel(graph, randomWeights<Weight>(graph, 1), "tflite")).rejects.toThrow(reason);
  });
});
