/** Every list of names of the libraries' own checkpoints finds its network, and fits it to the last tensor. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { networkOf } from "../../../src/formats/names/identify.ts";
import { renamed, SCHEMES } from "../../../src/formats/names/names.ts";
import { checkWeights } from "../../../src/graph/weights.ts";
import {
  FormatError,
  loadModel,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  mobilenetV4,
  randomWeights,
  Session,
  Tensor,
  type Weights,
  writeSafetensors,
} from "../../../src/index.ts";

type Listed = readonly (readonly [name: string, shape: readonly number[]])[];
const transformers: readonly { readonly tensors: Listed }[] = JSON.parse(
  readFileSync("test/oracles/transformers.json", "utf8"),
);
const { tensors: lists }: { tensors: Record<string, Listed> } = JSON.parse(
  readFileSync("test/facts/weight-names.json", "utf8"),
);

/** Tensors of any shape that hold one number. */
function hollow(listed: Listed): Map<string, Tensor> {
  return new Map(
    listed.map(([name, shape]) => [
      name,
      new Tensor(
        new Float32Array(1),
        shape,
        shape.map(() => 0),
      ),
    ]),
  );
}

const GRAPHS: Readonly<Record<string, [naming: string, graph: string]>> = {
  "torchvision/mobilenet_v2": ["torchvision", "mobilenet_v2_1.0_224_torchvision"],
  "torchvision/mobilenet_v3_large": ["torchvision", "mobilenet_v3_large_1.0_224_torchvision"],
  "torchvision/mobilenet_v3_small": ["torchvision", "mobilenet_v3_small_1.0_224_torchvision"],
  "timm/mobilenetv1_100": ["timm", "mobilenet_v1_1.0_224_timm"],
  "timm/mobilenetv2_100": ["timm", "mobilenet_v2_1.0_224_timm"],
  "timm/mobilenetv3_large_100": ["timm", "mobilenet_v3_large_1.0_224_timm"],
  "timm/mobilenetv3_small_100": ["timm", "mobilenet_v3_small_1.0_224_timm"],
  "timm/mobilenetv4_conv_small": ["timm", "mobilenet_v4_conv_small_224"],
  "timm/mobilenetv4_conv_medium": ["timm", "mobilenet_v4_conv_medium_256"],
  "keras/mobilenet_1.0": ["keras", "mobilenet_v1_1.0_224"],
  "keras/mobilenet_0.25": ["keras", "mobilenet_v1_0.25_224"],
  "keras/mobilenetv2_1.0": ["keras", "mobilenet_v2_1.0_224"],
  "keras/mobilenetv3_large": ["keras", "mobilenet_v3_large_1.0_224"],
  "keras/mobilenetv3_small": ["keras", "mobilenet_v3_small_1.0_224"],
};

test("every list is tried", () => expect(Object.keys(lists).sort()).toEqual(Object.keys(GRAPHS).sort()));

describe.each(Object.entries(GRAPHS))("%s", (name, [naming, graphName]) => {
  const listed = lists[name];

  test.each([
    ["as they are", (list: Listed) => list],
    ["sorted, as files may be", (list: Listed) => [...list].sort(([a], [b]) => (a < b ? -1 : 1))],
    ["behind a prefix", (list: Listed) => list.map(([key, shape]) => [`module.${key}`, shape] as const)],
  ])("%s", (_, variant) => {
    const found = renamed(hollow(variant(listed)));
    expect(found.naming).toBe(naming);
    const graph = networkOf(found.weights, found.naming);
    expect(graph.name).toBe(graphName);
    checkWeights("names", graph, found.weights);
  });
});

test("older Keras files: a doubled layer, :0, slashes, depthwise kernels called kernel", () => {
  const older = lists["keras/mobilenetv3_small"].map(([name, shape]) => {
    const [layer, role] = name.split("/");
    const parts = layer
      .replace(/^conv_bn$/, "Conv/BatchNorm")
      .replace(/^conv(_\d)?_bn$/, "Conv$1/BatchNorm")
      .replace(/^conv(_\d)?$/, "Conv$1")
      .replace(/^logits$/, "Logits")
      .replace(/^(expanded_conv(?:_\d+)?)_squeeze_excite_conv/, "$1/squeeze_excite/Conv")
      .replace(/^(expanded_conv(?:_\d+)?)_(expand|depthwise|project)_bn$/, "$1/$2/BatchNorm")
      .replace(/^(expanded_conv(?:_\d+)?)_(expand|depthwise|project)$/, "$1/$2");
    return [`${parts}/${parts}/${role.replace("depthwise_kernel", "kernel")}:0`, shape] as const;
  });
  const found = renamed(hollow(older));
  expect(networkOf(found.weights, found.naming).name).toBe("mobilenet_v3_small_1.0_224");
  checkWeights("names", networkOf(found.weights, found.naming), found.weights);
});

test("two names for one weight", () => {
  const twice = hollow([...lists["keras/mobilenet_0.25"], ["conv1/kernel:0", [3, 3, 3, 8]]]);
  expect(() => renamed(twice)).toThrow(
    new FormatError('weights: "conv1/kernel" and "conv1/kernel:0" are both conv1/filter, needs one of them'),
  );
});

test("a network without its head", () => {
  const body = hollow(lists["timm/mobilenetv3_small_100"].filter(([name]) => !name.startsWith("classifier")));
  const { weights, naming } = renamed(body);
  expect(() => networkOf(weights, naming)).toThrow(/names of timm, .* only stem\/filter/);
});

/** Names of TF-slim, by its rules, for a graph's weights. */
function slimName(name: string, family: 1 | 2 | 3): string {
  const [layer, role] = name.split("/");
  const isNorm = layer.endsWith("_bn");
  const own = layer.replace(/_bn$/, "");
  const scope = own
    .replace(/^conv1$/, "Conv2d_0")
    .replace(/^conv_dw_(\d+)$/, "Conv2d_$1_depthwise")
    .replace(/^conv_pw_(\d+)$/, "Conv2d_$1_pointwise")
    .replace(/^(conv_preds|scores)$/, "Logits/Conv2d_1c_1x1")
    .replace(/^stem$/, "Conv")
    .replace(/^last$/, "Conv_1")
    .replace(/^head$/, "Conv_2")
    .replace(/^block_(\d+)_(.*)$/, (_, block, part) => {
      const number = Number(block) - 1;
      const place = part.replace("squeeze", "squeeze_excite/Conv").replace("excite/Conv", "excite/Conv");
      return `expanded_conv${number === 0 ? "" : `_${number}`}/${part === "excite" ? "squeeze_excite/Conv_1" : place}`;
    });
  const isDepthwise = /depthwise/.test(scope);
  const words: Record<string, string> = isNorm
    ? { scale: "gamma", bias: "beta", mean: "moving_mean", variance: "moving_variance" }
    : { filter: isDepthwise ? "depthwise_weights" : "weights", bias: "biases" };
  return `MobilenetV${family}/${scope}${isNorm ? "/BatchNorm" : ""}/${words[role]}`;
}

describe("names by the rules of TF-slim", () => {
  test.each([
    [1, mobilenetV1({ alpha: 0.25, preset: "tf-slim" })],
    [2, mobilenetV2({ alpha: 0.35, preset: "tf-slim" })],
    [3, mobilenetV3Small({ preset: "tf-slim", alpha: 0.75 })],
  ] as const)("MobileNetV%d", async (family, graph) => {
    const weights = randomWeights(graph, 1);
    const slim = new Map(
      [...weights].map(([name, tensor]): [string, Tensor] => {
        const isMatrix = /filter$/.test(name) && tensor.shape.length === 2;
        return [slimName(name, family), isMatrix ? tensor.reshape([1, 1, ...tensor.shape]) : tensor];
      }),
    );
    slim.set("global_step", Tensor.zeros([]));
    const model = await loadModel(writeSafetensors(slim));
    expect([model.naming, model.graph.name]).toEqual(["tf-slim", graph.name]);
    checkWeights("names", model.graph, model.weights);
  });
});

describe("networks of other widths, heads and inputs are found too", () => {
  const odd = { classes: 7, channels: 1 };
  test.each([
    mobilenetV1({ alpha: 0.5, ...odd, batchNorm: false }),
    mobilenetV1({ alpha: 0.75, ...odd, convolution: "standard", shallow: true }),
    mobilenetV2({ alpha: 1.3, ...odd }),
    mobilenetV2({ alpha: 0.6, batchNorm: false }),
    mobilenetV3Large({ alpha: 0.75, ...odd }),
    mobilenetV3Large({ alpha: 0.75, widthRule: "torchvision" }),
    mobilenetV3Small({ minimalistic: true }),
    mobilenetV4({ size: "medium", ...odd }),
    mobilenetV4({ size: "large" }),
  ])("$name", (graph) => {
    const weights: Weights = hollow(graph.nodes.flatMap((n) => Object.values(n.weights)).map((w) => [w.name, w.shape]));
    const found = networkOf(weights);
    expect(found.nodes.flatMap((node) => Object.values(node.weights))).toEqual(
      graph.nodes.flatMap((node) => Object.values(node.weights)),
    );
  });
});

test("filters get a graph's axes: the same network under the names of three libraries gives the same bits", async () => {
  const graph = mobilenetV2({ alpha: 0.35, resolution: 32, classes: 5 });
  const weights = randomWeights(graph, 3);
  const expected = await (await Session.create(graph, weights)).run(Tensor.zeros([1, 32, 32, 3]));
  const torch = new Map(
    [...weights].flatMap(([name, t]): [string, Tensor][] => {
      const [layer, role] = name.split("/");
      const [, block, part] = /^block_(\d+)_(\w+?)(?:_bn)?$/.exec(layer) ?? [];
      const isNorm = layer.endsWith("_bn");
      const word = { filter: "weight", scale: "weight", bias: "bias", mean: "running_mean", variance: "running_var" }[
        role
      ] as string;
      const ends: Record<string, string> = { stem: "features.0", last: "features.18", scores: "classifier.1" };
      const first: Record<string, string> = { depthwise: isNorm ? "0.1" : "0.0", project: isNorm ? "2" : "1" };
      const later: Record<string, string> = {
        expand: isNorm ? "0.1" : "0.0",
        depthwise: isNorm ? "1.1" : "1.0",
        project: isNorm ? "3" : "2",
      };
      const own = layer.replace(/_bn$/, "");
      const module =
        block === undefined
          ? own === "scores"
            ? ends.scores
            : `${ends[own]}.${isNorm ? 1 : 0}`
          : `features.${block}.conv.${(block === "1" ? first : later)[part]}`;
      if (role !== "filter") return [[`${module}.${word}`, t]];
      const { shape } = t;
      const oihw =
        shape.length === 2
          ? own === "scores"
            ? t.transpose([1, 0])
            : t.transpose([1, 0]).reshape([shape[1], shape[0], 1, 1])
          : part === "depthwise"
            ? t.transpose([2, 3, 0, 1])
            : t.transpose([3, 2, 0, 1]);
      return [[`${module}.${word}`, oihw]];
    }),
  );
  const model = await loadModel(writeSafetensors(torch));
  expect(model.naming).toBe("torchvision");
  const session = await Session.create(graph, model.weights);
  expect((await session.run(Tensor.zeros([1, 32, 32, 3]))).toArray()).toEqual(expected.toArray());
});

test("names that belong to nobody: the ten nearest are shown", () => {
  const strange = new Map(Array.from({ length: 12 }, (_, i) => [`encoder.features.0.${i}.weights`, Tensor.zeros([1])]));
  const found = renamed(strange);
  expect(found.naming).toBeNull();
  const message = (() => {
    try {
      return networkOf(found.weights, found.naming).name;
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message).toMatch(
    /^weights: 12 names that belong to no known family \(separable, tf-lite, keras, tf-slim, torchvision, timm, transformers\)/,
  );
  expect(message.split("\n").length).toBe(11);
  expect(message).toContain("features.0.0.weight in torchvision");
});

test.each(SCHEMES.flatMap((scheme) => scheme.examples.map((example) => [scheme.name, example] as const)))(
  "%s has names like %s",
  (naming, example) => {
    const listed = [...Object.values(lists), ...transformers.map(({ tensors }) => tensors)]
      .flat()
      .map(([name]) => name);
    const isListed = listed.includes(example);
    const byRule = ["tf-slim", "tf-lite", "separable"].includes(naming);
    expect(isListed || byRule).toBe(true);
  },
);
