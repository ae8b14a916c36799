import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  analyze,
  type MobilenetV1Options,
  mobilenetV1,
  randomWeights,
  Session,
  ShapeError,
  TIERS,
} from "../../src/index.ts";
import { expectClose, scattered } from "../support/tensors.ts";

const facts: { vectors: { v1_channels: Record<string, number[]> } } = JSON.parse(
  readFileSync("test/facts/mobilenet-facts.json", "utf8"),
);

describe("counts", () => {
  test.each(Object.entries(facts.vectors.v1_channels))("channels at alpha %s", (alpha, channels) => {
    const { layers } = analyze(mobilenetV1({ alpha: Number(alpha) }));
    const wide = layers.filter(({ kind }) => kind === "conv" || kind === "pointwise");
    expect(wide.map(({ outputShape }) => outputShape[3])).toEqual(channels);
  });

  test("Table 2 of the paper: shares by kind of layer", () => {
    const shares = analyze(mobilenetV1()).byKind.map(({ kind, layers, macsShare, weightsShare }) => [
      kind,
      layers,
      (macsShare * 100).toFixed(2),
      (weightsShare * 100).toFixed(2),
    ]);
    expect(shares).toEqual([
      ["pointwise", 13, "94.86", "74.59"],
      ["depthwise", 13, "3.06", "1.06"],
      ["conv", 1, "1.91", "0.02"], // the paper prints 1.19, with its digits swapped
      ["dense", 1, "0.18", "24.33"],
    ]);
  });
});

describe("any size", () => {
  test("classes, channels and an image that is not square", async () => {
    const graph = mobilenetV1({ alpha: 0.3, resolution: [50, 37], classes: 7, channels: 1 });
    expect(graph.name).toBe("mobilenet_v1_0.3_50x37");
    const weights = randomWeights(graph, 2);
    const answers = await Promise.all(
      TIERS.map(async (backend) => (await Session.create(graph, weights, { backend })).run(scattered([2, 50, 37, 1]))),
    );
    for (const answer of answers) {
      expect(answer.shape).toEqual([2, 7]);
      expectClose(answer, answers[0], 1e-5);
    }
  });

  test("without batch norm every convolution has a bias", () => {
    const total = analyze(mobilenetV1({ batchNorm: false, activation: "relu" })).total.parameters;
    expect(total).toEqual({ withoutBatchNorm: 4_221_032, trainable: 4_221_032, stored: 4_221_032 });
  });

  test.each<[MobilenetV1Options, string]>([
    [{ alpha: 0.01 }, "mobilenetV1: alpha is 0.01, needs a number that leaves at least 1 of 32 channels"],
    [{ alpha: 0 }, "mobilenetV1: alpha is 0, needs a number that leaves at least 1 of 32 channels"],
    [{ alpha: Number.NaN }, "mobilenetV1: alpha is NaN, needs a number that leaves at least 1 of 32 channels"],
    [{ alpha: -1 }, "mobilenetV1: alpha is -1, needs a number that leaves at least 1 of 32 channels"],
    [
      { alpha: Number.POSITIVE_INFINITY },
      "mobilenetV1: alpha is Infinity, needs a number that leaves at least 1 of 32 channels",
    ],
    [{ alpha: "0.5" as never }, 'mobilenetV1: alpha is "0.5", needs a number that leaves at least 1 of 32 channels'],
    [{ shallow: "no" as never }, 'mobilenetV1: shallow is "no", needs true or false'],
    [{ batchNorm: 0 as never }, "mobilenetV1: batchNorm is 0, needs true or false"],
    [
      { activation: "gelu" as never },
      'activation: activation is "gelu", needs one of "none", "relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"',
    ],
    [{ resolution: 0 }, "mobilenetV1: resolution is 0, needs an integer >= 1"],
    [{ resolution: [224, 1.5] }, "mobilenetV1: resolution[1] is 1.5, needs an integer >= 1"],
    [{ classes: 0 }, "mobilenetV1: classes is 0, needs an integer >= 1"],
    [{ channels: -3 }, "mobilenetV1: channels is -3, needs an integer >= 1"],
    [{ convolution: "full" as never }, 'mobilenetV1: convolution is "full", needs one of "separable", "standard"'],
    [
      { width: 1 } as never,
      'mobilenetV1: unknown option "width", has alpha, convolution, shallow, activation, resolution, classes, channels, preset, padding, epsilon, batchNorm',
    ],
  ])("refuses %j", (options, message) => {
    expect(() => mobilenetV1(options)).toThrow(new ShapeError(message));
  });
});
