import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  analyze,
  type MobilenetV1Options,
  mobilenetV1,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  TIERS,
} from "../../src/index.ts";
import { mobilenetV1OptionsOf } from "../../src/models/fromWeights.ts";
import { expectClose, scattered } from "../support/tensors.ts";

interface Layer {
  readonly kind: string;
  readonly k: number;
  readonly stride: number;
  readonly cin: number;
  readonly cout: number;
  readonly hin: number;
  readonly hout: number;
  readonly weights: number;
  readonly biases: number;
  readonly bn: number;
  readonly macs: number;
}
interface Counts {
  readonly layers: number;
  readonly macs: number;
  readonly params_bn0: number;
  readonly params_bn2: number;
  readonly params_bn4: number;
  readonly layer_table?: readonly Layer[];
}
const facts: {
  grid: Record<string, Counts>;
  models: Record<string, Counts>;
  vectors: { v1_channels: Record<string, number[]> };
} = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8"));

/** Names of the facts as options: v1_0.25_128, mobilenet_v1_1.0_224_fullconv, … */
function optionsOf(name: string): MobilenetV1Options {
  const [, alpha, resolution, variant] = /v1_([\d.]+)_(\d+)(?:_(\w+))?$/.exec(name) ?? [];
  return {
    alpha: Number(alpha),
    resolution: Number(resolution),
    convolution: variant === "fullconv" ? "standard" : "separable",
    shallow: variant === "shallow",
  };
}

const published = [...Object.entries(facts.grid), ...Object.entries(facts.models)].filter(([name]) => /v1_/.test(name));

describe("exact counts", () => {
  test("16 models of the grid, and 4 with a table of layers", () => {
    expect(published.length).toBe(20);
  });

  test.each(published)("%s", (name, counts) => {
    const { layers, total } = analyze(mobilenetV1(optionsOf(name)));
    expect(total.macs).toBe(counts.macs);
    expect(total.parameters).toEqual({
      withoutBatchNorm: counts.params_bn0,
      trainable: counts.params_bn2,
      stored: counts.params_bn4,
    });
    const weighted = layers.filter(({ macs }) => macs > 0);
    expect(weighted.length).toBe(counts.layers);
    counts.layer_table?.forEach((row, i) => {
      const layer = weighted[i];
      const kinds = { conv: "conv", dw: "depthwise", pw: "pointwise", fc: "dense" };
      expect(layer.kind, layer.name).toBe(kinds[row.kind as keyof typeof kinds]);
      expect(layer.macs).toBe(row.macs);
      expect(layer.weights).toBe(row.weights);
      expect(layer.parameters.stored).toBe(row.weights + row.biases + 4 * row.bn);
      expect(layer.outputShape.at(-1)).toBe(row.cout);
      expect(layer.inputShape.at(-1)).toBe(row.cin);
      if (row.kind === "fc") return;
      expect(layer.kernel).toEqual([row.k, row.k]);
      expect(layer.strides).toEqual([row.stride, row.stride]);
      expect([layer.inputShape[1], layer.outputShape[1]]).toEqual([row.hin, row.hout]);
    });
  });

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
  test("classes, channels and a picture that is not square", async () => {
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
      'mobilenetV1: unknown option "width", has alpha, resolution, classes, channels, convolution, shallow, activation, batchNorm, epsilon',
    ],
  ])("refuses %j", (options, message) => {
    expect(() => mobilenetV1(options)).toThrow(new ShapeError(message));
  });
});

describe("options read off weights", () => {
  test.each<MobilenetV1Options>([
    { alpha: 0.25, classes: 10, channels: 3, convolution: "separable", shallow: false, batchNorm: true },
    { alpha: 0.75, classes: 3, channels: 1, convolution: "standard", shallow: true, batchNorm: false },
  ])("%j", (options) => {
    expect(mobilenetV1OptionsOf(randomWeights(mobilenetV1(options), 1))).toEqual(options);
  });

  test("others are refused", () => {
    expect(() => mobilenetV1OptionsOf(new Map([["a", Tensor.zeros([1])]]))).toThrow(
      "weights: needs conv1/filter and conv_preds/filter of a MobileNetV1, has a, …",
    );
    expect(() => mobilenetV1OptionsOf(new Map())).toThrow(ShapeError);
  });
});
