import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { weightSpecs } from "../../src/graph/graph.ts";
import { loadWeights, mobilenetV1, randomWeights, Session, Tensor, writeSafetensors } from "../../src/index.ts";
import { fromKerasName, fromKerasShape, looksLikeKeras } from "../../src/weights/kerasNames.ts";

test.each([
  ["conv1/kernel", "conv1/filter"],
  ["conv1/conv1/kernel:0", "conv1/filter"],
  ["conv_dw_1/depthwise_kernel", "conv_dw_1/filter"],
  ["conv_dw_1/conv_dw_1/depthwise_kernel:0", "conv_dw_1/filter"],
  ["conv_dw_1_bn/gamma", "conv_dw_1_bn/scale"],
  ["conv_dw_1_bn/beta:0", "conv_dw_1_bn/bias"],
  ["conv1_bn/moving_mean", "conv1_bn/mean"],
  ["conv1_bn/moving_variance", "conv1_bn/variance"],
  ["conv_preds/bias", "conv_preds/bias"],
  ["kernel", "kernel"],
  ["a/unknown", "a/unknown"],
])("%s is %s", (keras, ours) => {
  expect(fromKerasName(keras)).toBe(ours);
});

test("a file is Keras' if a kernel is in it", () => {
  expect(looksLikeKeras(["a/bias", "a/kernel:0"])).toBe(true);
  expect(looksLikeKeras(["a/depthwise_kernel"])).toBe(true);
  expect(looksLikeKeras(["a/filter", "a.kernel"])).toBe(false);
});

describe("a whole network under Keras' names fits the graph", () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 5 });
  const weights = randomWeights(graph, 1);
  const inverse = { filter: "kernel", scale: "gamma", mean: "moving_mean", variance: "moving_variance" } as Record<
    string,
    string
  >;

  test.each(["depthwise_kernel", "kernel"])("depthwise kernels called %s", async (depthwise) => {
    const keras = new Map(
      [...weights].map(([name, weight]): [string, Tensor] => {
        const [layer, role] = name.split("/");
        if (layer.endsWith("_bn")) return [`${layer}/${role === "bias" ? "beta" : inverse[role]}`, weight];
        if (role === "bias") return [name, weight];
        if (/dw/.test(layer)) return [`${layer}/${depthwise}`, weight];
        return [`${layer}/kernel`, weight.shape.length === 2 ? weight.reshape([1, 1, ...weight.shape]) : weight];
      }),
    );
    const loaded = await loadWeights(writeSafetensors(keras));
    expect([...loaded.keys()]).toEqual([...weights.keys()]);
    const session = await Session.create(graph, loaded);
    const expected = await (await Session.create(graph, weights)).run(Tensor.zeros([1, 32, 32, 3]));
    expect((await session.run(Tensor.zeros([1, 32, 32, 3]))).toArray()).toEqual(expected.toArray());
  });
});

test("every name and shape of Keras' MobileNetV1 is the graph's", () => {
  const listed: [string, number[]][] = JSON.parse(readFileSync("test/facts/keras-mobilenet-v1.json", "utf8"));
  const found = listed.map(([name, shape]) => {
    const lazy = new Tensor(
      new Float32Array(1),
      shape,
      shape.map(() => 0),
    );
    return `${fromKerasName(name)} ${fromKerasShape(name, lazy).shape}`;
  });
  const needed = weightSpecs(mobilenetV1()).map(({ name, shape }) => `${name} ${shape}`);
  expect(found.sort()).toEqual(needed.sort());
});
