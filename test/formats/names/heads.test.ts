/** Fine-tuned networks: a trunk of a family, and dense layers of any name. */
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import {
  loadModel,
  mobilenetV1,
  mobilenetV2,
  randomWeights,
  Session,
  Tensor,
  type Weights,
  writeSafetensors,
} from "../../../src/index.ts";
import { scattered } from "../../support/tensors.ts";

const dense = (i: number, o: number): Tensor => scattered([i, o]);
const V2 = mobilenetV2({ alpha: 0.35, resolution: 32 });

/** Keras' names of a trunk's weights: the filters of 1×1 convolutions have four axes, and there is no head. */
function kerasTrunk(graph = V2, head = "scores"): Map<string, Tensor> {
  const layers = new Map([
    ["stem", "Conv1"],
    ["stem_bn", "bn_Conv1"],
    ["last", "Conv_1"],
    ["last_bn", "Conv_1_bn"],
  ]);
  const roles = { filter: "kernel", bias: "beta", scale: "gamma", mean: "moving_mean", variance: "moving_variance" };
  return new Map(
    [...randomWeights(graph, 1)]
      .filter(([name]) => !name.startsWith(head))
      .map(([name, t]): [string, Tensor] => {
        const [layer, role] = name.split("/") as [string, keyof typeof roles];
        const block = /^block_(\d+)_(\w+?)(_bn)?$/.exec(layer);
        const own = block
          ? `${block[1] === "1" ? "expanded_conv" : `block_${Number(block[1]) - 1}`}_${block[2]}${block[3] ? "_BN" : ""}`
          : (layers.get(layer) ?? layer);
        const kernel = /_depthwise$/.test(layer) ? "depthwise_kernel" : roles[role];
        const isMatrix = role === "filter" && t.shape.length === 2;
        return [`${own}/${role === "filter" ? kernel : roles[role]}`, isMatrix ? t.reshape([1, 1, ...t.shape]) : t];
      }),
  );
}

const load = (weights: Weights, options = {}) => loadModel(writeSafetensors(new Map(weights)), options);

async function outputOf({ graph, weights }: { graph: Parameters<typeof Session.create>[0]; weights: Weights }) {
  const session = await Session.create(graph, weights);
  const y = (await session.run(scattered(graph.input.shape))) as Tensor;
  session.dispose();
  return y.toFloat32Array();
}

describe("one dense layer", () => {
  test.each([
    ["dense", ""],
    ["my_classes", ""],
    ["dense_3", "mobilenetv2_0.35_32/"],
  ])("%s, the trunk's names behind %j", async (name, prefix) => {
    const trunk = [...kerasTrunk()].map(([key, t]): [string, Tensor] => [prefix + key, t]);
    const head: [string, Tensor][] = [
      [`${name}/kernel`, dense(1280, 4)],
      [`${name}/bias`, scattered([4])],
    ];
    const { graph, weights } = await load(new Map([...trunk, ...head]), { resolution: 32 });
    expect(graph.nodes.at(-1)).toMatchObject({ op: "dense", name: "scores", outputShape: [1, 4] });
    const plain = new Map([...randomWeights(V2, 1)].filter(([key]) => !key.startsWith("scores")));
    const own = mobilenetV2({ alpha: 0.35, resolution: 32, classes: 4 });
    const expected = await outputOf({
      graph: own,
      weights: new Map([...plain, ["scores/filter", dense(1280, 4)], ["scores/bias", scattered([4])]]),
    });
    expect(await outputOf({ graph, weights })).toEqual(expected);
  });
});

describe("several dense layers", () => {
  test("in any order: ReLU between them, which is said to be a guess", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const head: [string, Tensor][] = [
      ["z/kernel", dense(20, 3)],
      ["first/kernel", dense(1280, 20)],
      ["first/bias", scattered([20])],
    ];
    const { graph } = await load(new Map([...kerasTrunk(), ...head]), { resolution: 32 });
    expect(graph.nodes.slice(-3).map(({ op, name }) => [op, name])).toEqual([
      ["dense", "scores"],
      ["activation", expect.anything()],
      ["dense", "z"],
    ]);
    expect(graph.nodes.at(-1)?.weights).not.toHaveProperty("bias");
    expect(warned).toHaveBeenCalledWith(expect.stringContaining("ReLU between them is a guess"));
  });
});

describe("torchvision's", () => {
  test("a head that takes the place of all of the classifier, and one in a Sequential", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { tensors } = JSON.parse(readFileSync("test/facts/weight-names.json", "utf8"));
    const listed: [string, number[]][] = tensors["torchvision/mobilenet_v2"];
    const trunk = listed.filter(([name]) => !name.startsWith("classifier"));
    const state = (head: readonly [string, number[]][]) =>
      new Map([...trunk, ...head].map(([name, shape]): [string, Tensor] => [name, Tensor.zeros(shape)]));
    const one = await load(
      state([
        ["classifier.weight", [7, 1280]],
        ["classifier.bias", [7]],
      ]),
    );
    expect(one.graph.nodes.at(-1)).toMatchObject({ op: "dense", name: "scores", outputShape: [1, 7] });
    const two = await load(
      state([
        ["classifier.1.weight", [64, 1280]],
        ["classifier.1.bias", [64]],
        ["classifier.4.weight", [7, 64]],
        ["classifier.4.bias", [7]],
      ]),
    );
    expect(two.graph.nodes.at(-1)).toMatchObject({ op: "dense", name: "classifier.4", outputShape: [1, 7] });
  });
});

test("V1, whose own head is a convolution", async () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 32 });
  const roles = { filter: "kernel", bias: "beta", scale: "gamma", mean: "moving_mean", variance: "moving_variance" };
  const trunk = [...randomWeights(graph, 1)]
    .filter(([name]) => !name.startsWith("conv_preds"))
    .map(([name, t]): [string, Tensor] => {
      const [layer, role] = name.split("/") as [string, keyof typeof roles];
      const kernel = /^conv_dw_\d+$/.test(layer) ? "depthwise_kernel" : "kernel";
      const isMatrix = role === "filter" && t.shape.length === 2;
      return [`${layer}/${role === "filter" ? kernel : roles[role]}`, isMatrix ? t.reshape([1, 1, ...t.shape]) : t];
    });
  const head: [string, Tensor][] = [
    ["dense/kernel", dense(256, 6)],
    ["dense/bias", scattered([6])],
  ];
  const found = await load(new Map([...trunk, ...head]), { resolution: 32 });
  expect(found.graph.name).toBe("mobilenet_v1_0.25_32");
  expect(await outputOf(found)).toHaveLength(6);
});
