import { describe, expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../../../src/formats/onnx/index.ts";
import {
  type Graph,
  graphBuilder,
  type QuantizedTensor,
  type QuantizedType,
  random,
  randomTensor,
  randomWeights,
  Session,
  TIERS,
  type Weight,
  type Weights,
} from "../../../src/index.ts";

const RELU6 = { int8: -128, uint8: 0 } as const;

/** Layers that every runtime rounds alike, of a type of activations, with a scale for each output or one for all. */
function network(type: QuantizedType, scale: (outputs: number) => number | number[], dequantizes: boolean): Graph {
  const output = { type, scale: Math.fround(6 / 255), zeroPoint: RELU6[type] };
  const signed = { type, scale: 0.0625, zeroPoint: RELU6[type] + 120 };
  const g = graphBuilder("integers", [1, 13, 11, 5]);
  let x = g.quantize(g.input, { ...signed, rule: "division-half-even" });
  x = g.conv2d(x, {
    outputs: 8,
    strides: 2,
    padding: "same",
    activation: "relu6",
    output,
    filter: { scale: scale(8) },
  });
  x = g.depthwiseConv2d(x, { padding: 1, output: signed, filter: { scale: scale(8) } });
  x = g.pointwiseConv2d(x, { outputs: 12, activation: "relu", output, bias: false, filter: { scale: scale(12) } });
  x = g.maxPool2d(x, { windowDimensions: 2 });
  x = g.reduceMean(x, { axes: [1, 2], output: signed });
  x = g.dense(x, { outputs: 7, output: signed, filter: { scale: scale(7) } });
  return g.build(dequantizes ? g.dequantize(x) : x);
}

async function answer(graph: Graph, weights: Weights<Weight>, backend?: (typeof TIERS)[number]): Promise<number[]> {
  const session = await Session.create(graph, weights, { ...(backend && { backend }) });
  const { data } = await session.run<QuantizedTensor>(randomTensor([3, ...graph.input.shape.slice(1)], random(2)));
  session.dispose();
  return Array.from(data);
}

const SCALES = {
  "one scale for all": () => 0.01,
  "a scale for each output": (outputs: number) =>
    Array.from({ length: outputs }, (_, o) => Math.fround(0.004 + 0.001 * (o % 7))),
};

describe.each(["int8", "uint8"] as const)("a network of %s goes out and comes back", (type) => {
  test.each(Object.entries(SCALES))("with %s", async (_, scale) => {
    const graph = network(type, scale, true);
    const weights = randomWeights<Weight>(graph, 1);
    const back = await importOnnx(exportOnnx(graph, weights));
    const layers = ({ nodes }: Graph): string[] => nodes.filter((node) => node.quantization).map(({ op }) => op);
    expect(layers(back.graph)).toEqual(layers(graph));
    for (const backend of TIERS)
      expect(await answer(back.graph, back.weights, backend)).toEqual(await answer(graph, weights));
  });
});

test("integers at the end are real numbers in what comes back", async () => {
  const graph = network("int8", SCALES["one scale for all"], false);
  const weights = randomWeights<Weight>(graph, 1);
  const back = await importOnnx(exportOnnx(graph, weights));
  expect(await answer(back.graph, back.weights)).toEqual(await answer(graph, weights));
});
