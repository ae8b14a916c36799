/** Where those who published weights differ, and what a network refuses. */
import { describe, expect, test } from "vitest";
import {
  analyze,
  type Graph,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  mobilenetV4,
  type NetworkOptions,
  randomWeights,
  Session,
  ShapeError,
  TIERS,
} from "../../src/index.ts";
import { expectClose, scattered } from "../support/tensors.ts";

/** [padding of the first convolution, ε of its batch norm, classes] */
function of(graph: Graph): unknown {
  const [stem, norm] = graph.nodes;
  if (!("geometry" in stem) || norm.op !== "batchNormalization") throw new Error("no stem");
  const { padTop, padBottom, padLeft, padRight } = stem.geometry;
  return [[padTop, padBottom, padLeft, padRight], norm.epsilon, graph.nodes[graph.nodes.length - 1].outputShape[1]];
}
const SAME = [0, 1, 0, 1];
const SYMMETRIC = [1, 1, 1, 1];

test.each<[string, (options: NetworkOptions) => Graph, NetworkOptions["preset"], unknown]>([
  ["V1", mobilenetV1, undefined, [SAME, 1e-3, 1000]],
  ["V1", mobilenetV1, "tf-slim", [SAME, 1e-3, 1001]],
  ["V1", mobilenetV1, "timm", [SYMMETRIC, 1e-5, 1000]],
  ["V2", mobilenetV2, "keras", [SAME, 1e-3, 1000]],
  ["V2", mobilenetV2, "tf-slim", [SAME, 1e-3, 1001]],
  ["V2", mobilenetV2, "torchvision", [SYMMETRIC, 1e-5, 1000]],
  ["V2", mobilenetV2, "timm", [SYMMETRIC, 1e-5, 1000]],
  ["V3", mobilenetV3Large, "keras", [SAME, 1e-3, 1000]],
  ["V3", mobilenetV3Small, "torchvision", [SYMMETRIC, 1e-3, 1000]],
  ["V3", mobilenetV3Small, "timm", [SYMMETRIC, 1e-5, 1000]],
  ["V4", mobilenetV4, undefined, [SYMMETRIC, 1e-5, 1000]],
])("%s %#", (_, make, preset, expected) => {
  expect(of(make(preset ? { preset } : {}))).toEqual(expected);
});

test("what a preset says can be overruled", () => {
  const graph = mobilenetV2({ preset: "torchvision", padding: "same", epsilon: 0.1, classes: 7 });
  expect(of(graph)).toEqual([SAME, 0.1, 7]);
  expect(graph.name).toBe("mobilenet_v2_1.0_224_torchvision");
});

test("the two paddings see other pixels at stride 2 on an even size, and the same ones on an odd size", async () => {
  const answers = async (resolution: number): Promise<number[][]> => {
    const x = scattered([1, resolution, resolution, 3]);
    return Promise.all(
      (["same", "symmetric"] as const).map(async (padding) => {
        const graph = mobilenetV2({ alpha: 0.35, resolution, padding, classes: 3 });
        return [...(await (await Session.create(graph, randomWeights(graph, 1))).run(x)).data];
      }),
    );
  };
  const [same, symmetric] = await answers(33); // 33, 17, 9, 5, 3, 2: odd at every stride
  expect(same).toEqual(symmetric);
  const [even, other] = await answers(32);
  expect(even).not.toEqual(other);
});

describe("every network, of any size, on every tier", () => {
  const odd = { resolution: [37, 50], classes: 4, channels: 1 } as const;
  test.each([
    mobilenetV2({ ...odd, alpha: 0.2, activation: "hardSwish" }),
    mobilenetV3Small({ ...odd, alpha: 0.5 }),
    mobilenetV3Small({ ...odd, alpha: 0.5, minimalistic: true, batchNorm: false }),
    mobilenetV4({ ...odd, activation: "relu6" }),
  ])("$name", async (graph) => {
    const weights = randomWeights(graph, 2);
    const x = scattered([2, 37, 50, 1]);
    const answers = await Promise.all(
      TIERS.map(async (backend) => (await Session.create(graph, weights, { backend })).run(x)),
    );
    const largest = Math.max(...answers[0].data.map(Math.abs));
    for (const answer of answers) expectClose(answer, answers[0], 1e-5 * largest);
  });
});

test("folded batch norm leaves a bias per channel", () => {
  const [with4, without] = [true, false].map((batchNorm) => analyze(mobilenetV3Large({ batchNorm })).total.parameters);
  expect(without.stored).toBe(without.withoutBatchNorm);
  expect(without.stored).toBe(with4.withoutBatchNorm + (with4.trainable - with4.withoutBatchNorm) / 2);
});

test.each<[() => Graph, string]>([
  [() => mobilenetV2({ alpha: 0 }), "mobilenetV2: alpha is 0, needs a number above 0 and up to 8"],
  [() => mobilenetV2({ alpha: Number.NaN }), "mobilenetV2: alpha is NaN, needs a number above 0 and up to 8"],
  [() => mobilenetV2({ alpha: 100 }), "mobilenetV2: alpha is 100, needs a number above 0 and up to 8"],
  [
    () => mobilenetV2({ preset: "pytorch" as never }),
    'mobilenetV2: preset is "pytorch", needs one of "keras", "tf-slim", "torchvision", "timm"',
  ],
  [
    () => mobilenetV1({ preset: "torchvision" }),
    'mobilenetV1: preset is "torchvision", needs one of "keras", "tf-slim", "timm"',
  ],
  [() => mobilenetV4({ preset: "keras" }), 'mobilenetV4: preset is "keras", needs one of "timm"'],
  [
    () => mobilenetV4({ size: "huge" as never }),
    'mobilenetV4: size is "huge", needs one of "small", "medium", "large"',
  ],
  [
    () => mobilenetV4({ alpha: 1 } as never),
    'mobilenetV4: unknown option "alpha", has size, activation, resolution, classes, channels, preset, padding, epsilon, batchNorm',
  ],
  [() => mobilenetV3Small({ minimalistic: 1 as never }), "mobilenetV3Small: minimalistic is 1, needs true or false"],
  [
    () => mobilenetV3Small({ widthRule: "keras" as never }),
    'mobilenetV3Small: widthRule is "keras", needs one of "paper", "torchvision"',
  ],
  [() => mobilenetV3Large({ epsilon: -1 }), "mobilenetV3Large: epsilon is -1, needs a finite number >= 0"],
  [() => mobilenetV3Large({ padding: 1 as never }), 'mobilenetV3Large: padding is 1, needs one of "same", "symmetric"'],
  [() => mobilenetV2({ resolution: 0 }), "mobilenetV2: resolution is 0, needs an integer >= 1"],
  [
    () => mobilenetV2({ activation: "gelu" as never }),
    'mobilenetV2: activation is "gelu", needs one of "none", "relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"',
  ],
])("refused: %#", (make, message) => {
  expect(make).toThrow(new ShapeError(message));
});
