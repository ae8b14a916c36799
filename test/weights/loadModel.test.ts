import { expect, test } from "vitest";
import { checkWeights } from "../../src/graph/weights.ts";
import {
  fashionNet,
  fashionSample,
  loadModel,
  mobilenetV1,
  mobilenetV2,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  writeSafetensors,
} from "../../src/index.ts";
import { networkIn } from "../../src/weights/identify.ts";
import { exportOnnx } from "../../src/weights/onnx/export.ts";

const small = mobilenetV1({ alpha: 0.25, resolution: 96, classes: 5 });
const weights = randomWeights(small, 1);

test("a file that names its network gets that one: the weights that come with the package classify their sample", async () => {
  const model = await loadModel("fashion");
  expect(model.graph).toEqual(fashionNet());
  const { pixels, labels } = await fashionSample();
  const session = await Session.create(model.graph, model.weights, { backend: "naive" });
  const input = new Tensor(
    Float32Array.from(pixels.subarray(0, 784), (level) => level / 255),
    [1, 28, 28, 1],
  );
  const scores = (await session.run(input)).toFloat32Array();
  expect(scores.indexOf(Math.max(...scores))).toBe(labels[0]);
});

test("resolution and activation do not show in weights: they can be told", async () => {
  const file = writeSafetensors(weights);
  const { graph } = await loadModel(file);
  expect(graph.input.shape).toEqual([1, 224, 224, 3]);
  const told = await loadModel(file, { resolution: [96, 130], activation: "relu" });
  expect(told.graph.input.shape).toEqual([1, 96, 130, 3]);
  checkWeights("test", told.graph, told.weights);
  const activations = (of: typeof graph) =>
    new Set(of.nodes.filter(({ op }) => op === "activation").map((node) => JSON.stringify(node)));
  expect([...activations(told.graph)].some((node) => node.includes('"relu6"'))).toBe(false);
  expect([...activations(graph)].some((node) => node.includes('"relu6"'))).toBe(true);
  await expect(loadModel(file, { resolution: 0 })).rejects.toThrow(ShapeError);
});

test("a name in the file counts with the padding of those whose names the weights have; a family that has no other activation says so", async () => {
  const torch = mobilenetV2({ alpha: 0.35, preset: "torchvision", resolution: 96 });
  const metadata = new Map([["model", "mobilenet_v2_0.35_96"]]);
  const graph = networkIn({ weights: randomWeights(torch, 1), naming: "torchvision", metadata });
  expect(graph.nodes).toEqual(torch.nodes);
  await expect(loadModel("fashion", { activation: "relu6" })).rejects.toThrow(
    "weights: fashion has no other activation",
  );
});

test("a file with its network in itself takes neither", async () => {
  const file = exportOnnx(small, weights);
  await expect(loadModel(file, { resolution: 96 })).rejects.toThrow(
    "the file has its network in itself, needs no resolution",
  );
  await expect(loadModel(file, { activation: "relu" })).rejects.toThrow("needs no activation");
});
