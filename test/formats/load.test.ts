import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { networkIn } from "../../src/formats/names/identify.ts";
import { writeNpz } from "../../src/formats/npz/npz.ts";
import { exportOnnx } from "../../src/formats/onnx/export.ts";
import { checkWeights } from "../../src/graph/weights.ts";
import {
  fashionNet,
  fashionSample,
  loadModel,
  loadWeights,
  mobilenetV1,
  mobilenetV2,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  writeSafetensors,
} from "../../src/index.ts";
import { tempFolder } from "../support/tempFolder.ts";

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

test("a file that contains its network takes neither", async () => {
  const file = exportOnnx(small, weights);
  await expect(loadModel(file, { resolution: 96 })).rejects.toThrow(
    "the file already contains its network, needs no resolution",
  );
  await expect(loadModel(file, { activation: "relu" })).rejects.toThrow("needs no activation");
});

describe("weights that cannot be right are named when they are loaded", () => {
  const keras = (change: (tensors: Map<string, Tensor>) => void): Uint8Array => {
    const graph = mobilenetV1({ alpha: 0.25, classes: 5 });
    const roles: Readonly<Record<string, string>> = {
      filter: "kernel",
      scale: "gamma",
      bias: "bias",
      mean: "moving_mean",
      variance: "moving_variance",
    };
    const tensors = new Map(
      [...randomWeights(graph, 1)].map(([name, t]): [string, Tensor] => {
        const [layer, role] = name.split("/");
        const isDepthwise = /_dw_\d+$/.test(layer) && role === "filter";
        const isBeta = role === "bias" && layer.endsWith("_bn");
        const kind = isDepthwise ? "depthwise_kernel" : isBeta ? "beta" : roles[role];
        const shape = role === "filter" && t.shape.length === 2 ? [1, 1, ...t.shape] : t.shape;
        return [`${layer}/${kind}`, t.copy().reshape(shape)];
      }),
    );
    change(tensors);
    return writeSafetensors(tensors);
  };

  test("as they are, they load", async () => {
    expect((await loadModel(keras(() => {}))).naming).toBe("keras");
  });

  test.each<[string, (tensors: Map<string, Tensor>) => void, RegExp]>([
    [
      "NaN, under the file's own names",
      (tensors) => {
        for (const name of ["conv1/kernel", "conv_pw_13/kernel"]) (tensors.get(name) as Tensor).data[3] = Number.NaN;
      },
      /^bytes: weights that are NaN:\n {2}conv1\/kernel, 1 of 216\n {2}conv_pw_13\/kernel, 1 of 65536$/,
    ],
    [
      "batch norm without its scale",
      (tensors) => {
        for (const name of [...tensors.keys()]) if (name.endsWith("gamma")) tensors.delete(name);
      },
      /^bytes: the weights do not fit mobilenet_v1_0.25_224:\n {2}missing conv1_bn\/scale, needs 8\n/,
    ],
    ["one too many", (tensors) => void tensors.set("conv1/bias", Tensor.zeros([8])), /\n {2}extra conv1\/bias, 8$/],
    [
      "another shape, under both names",
      (tensors) => void tensors.set("conv_dw_3/depthwise_kernel", Tensor.zeros([3, 3, 1, 32])),
      /misshaped conv_dw_3\/filter \(conv_dw_3\/depthwise_kernel in the file\), is 3×3×1×32, needs 3×3×32×1/,
    ],
    [
      "other last layers than a MobileNet's",
      (tensors) => {
        for (const name of ["conv_preds/kernel", "conv_preds/bias"]) tensors.delete(name);
        tensors.set("gate/kernel", Tensor.zeros([1, 1, 256, 100]));
      },
      /only conv1\/kernel 3×3×3×8; the file ends with gate\/kernel 256×100\. Other layers need ONNX/,
    ],
  ])("%s", async (_, change, message) => {
    await expect(loadModel(keras(change))).rejects.toThrow(message);
  });

  test("a float64 outside float32's range", async () => {
    const npz = (...values: number[]) => writeNpz(new Map([["k", { shape: [2], data: Float64Array.from(values) }]]));
    await expect(loadWeights(npz(1, -1e300))).rejects.toThrow(
      "bytes: k.npy: element 1 is -1e+300, needs a number that float32 reaches, up to 3.4e38",
    );
    expect([...((await loadWeights(npz(Number.NEGATIVE_INFINITY, 1e-300))).get("k")?.data ?? [])]).toEqual([
      -Infinity,
      0,
    ]);
  });
});

describe("other files are called what they are", () => {
  const { folder } = tempFolder();
  const bytes = (...parts: (string | number[])[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
  test.each<[string, Uint8Array, RegExp]>([
    [
      "model.tflite",
      bytes([28, 0, 0, 0], "TFL2", [0, 0, 0, 0, 0, 0, 0, 0]),
      /TensorFlow Lite model of an older schema/,
    ],
    ["model.ort", bytes([24, 0, 0, 0], "ORTM", [0, 0, 0, 0, 0, 0, 0, 0]), /onnxruntime's own format \(\.ort\)/],
    ["saved_model.pb", bytes([8, 1, 18, 200, 1], "x".repeat(200)), /a TensorFlow SavedModel/],
    ["frozen.pb", bytes([10, 30], "x".repeat(30)), /a TensorFlow SavedModel or graph/],
    ["face-weights_manifest.json", bytes('[{"weights":[],"paths":["a"]}]'), /a manifest of weights without a topology/],
  ])("%s", async (name, content, message) => {
    writeFileSync(join(folder, name), content);
    await expect(loadWeights(join(folder, name))).rejects.toThrow(message);
    await expect(loadWeights(join(folder, name))).rejects.toThrow(
      /needs safetensors, a TensorFlow.js model.json, Keras' .h5 or .keras, ONNX/,
    );
    if (name === "saved_model.pb") await expect(loadWeights(folder)).rejects.toThrow(/a TensorFlow SavedModel, needs/);
  });
});
