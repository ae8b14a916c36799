/** Trained networks in eight bits: what they lose, what they keep, and what is refused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  fashionNet,
  fashionSample,
  type Graph,
  graphBuilder,
  loadModel,
  loadWeights,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Small,
  normalize,
  random,
  randomTensor,
  randomWeights,
  readPnm,
  Session,
  Tensor,
  TIERS,
  tensor,
  type Weight,
  writeModel,
} from "../../src/index.ts";
import { quantizeNetwork } from "../../src/ops/quantized/index.ts";
import { largestOf } from "../../src/tensor/largest.ts";
import { withFolder } from "../support/external.ts";

async function run(graph: Graph, weights: ReadonlyMap<string, Weight>, images: Tensor): Promise<Tensor> {
  const session = await Session.create(graph, weights);
  const answer = await session.run(images);
  session.dispose();
  return answer;
}

/** Integers, at the scale of a filter. */
function filterOf(
  weights: ReadonlyMap<string, Weight>,
  name: string,
): { readonly data: ArrayLike<number>; readonly scale: unknown } {
  return weights.get(name) as never;
}

describe("the package's network", async () => {
  const { pixels } = await fashionSample();
  const images = tensor(
    Float32Array.from(pixels, (level) => level / 255),
    [28, 28, 28, 1],
  );
  const [graph, weights] = [fashionNet(), await loadWeights("fashion")];

  test.each([
    ["channel", "minmax", 27],
    ["channel", "percentile", 25],
    ["tensor", "minmax", 24],
    ["tensor", "percentile", 23],
  ] as const)("by %s, %s: the same classes, and every layer keeps %d dB", async (per, calibrate, least) => {
    const made = await quantizeNetwork(graph, weights, images, { per, calibrate });
    expect(made.real).toEqual([]);
    expect(made.losses.map(({ name }) => name)).toContain("conv_preds");
    for (const { name, decibels } of made.losses) expect(decibels, name).toBeGreaterThan(least);
    const [expected, found] = [await run(graph, weights, images), await run(made.graph, made.weights, images)];
    const classes = (scores: Tensor): number[] => Array.from({ length: 28 }, (_, i) => largestOf(scores, i));
    expect(classes(found)).toEqual(classes(expected));
  });

  test("as uint8: the same network, 128 further up", async () => {
    const [signed, unsigned] = [
      await quantizeNetwork(graph, weights, images),
      await quantizeNetwork(graph, weights, images, { type: "uint8" }),
    ];
    expect(unsigned.graph.name).toBe("fashion_1.0_28_uint8");
    expect((await run(unsigned.graph, unsigned.weights, images)).data).toEqual(
      (await run(signed.graph, signed.weights, images)).data,
    );
  });

  test("of fewer bits: filters keep within them, and the loss grows", async () => {
    let before = Number.POSITIVE_INFINITY;
    for (const bits of [8, 6, 4, 2]) {
      const made = await quantizeNetwork(graph, weights, images, { bits });
      const limit = 2 ** (bits - 1) - 1;
      const { data } = filterOf(made.weights, "conv_pw_3/filter");
      expect([Math.max(...Array.from(data)), Math.min(...Array.from(data))]).toEqual([limit, -limit]);
      const [{ decibels }] = made.losses.slice(-1);
      expect(decibels).toBeLessThan(before);
      before = decibels;
    }
  });

  test("fashion_int8, which comes with the package, gives the same classes", async () => {
    const twin = await loadModel<Weight>("fashion_int8");
    const [expected, found] = [await run(graph, weights, images), await run(twin.graph, twin.weights, images)];
    for (let i = 0; i < 28; i++) expect(largestOf(found, i)).toBe(largestOf(expected, i));
    expect(twin.metadata.get("classes")).toContain("Ankle boot");
  });

  test("the same images give the same bytes, and a file gives the same integers", async () => {
    const [first, second] = [
      await quantizeNetwork(graph, weights, images),
      await quantizeNetwork(graph, weights, images),
    ];
    const bytes = await writeModel(first.graph, first.weights, "tflite");
    expect(await writeModel(second.graph, second.weights, "tflite")).toEqual(bytes);
    const back = await loadModel<Weight>(bytes);
    expect((await run(back.graph, back.weights, images)).data).toEqual(
      (await run(first.graph, first.weights, images)).data,
    );
  });
});

test.each([
  ["V2", mobilenetV2({ alpha: 0.35, resolution: 64, classes: 5 }), []],
  ["V3, with hard activations and squeeze and excite", mobilenetV3Small({ resolution: 64, classes: 5 }), []],
  [
    "V1 of standard convolutions",
    mobilenetV1({ alpha: 0.25, resolution: 64, classes: 5, convolution: "standard" }),
    [],
  ],
])("%s has a form for integers in every node, alike on every tier", async (_, graph, real) => {
  const images = randomTensor([2, 64, 64, 3], random(2));
  const made = await quantizeNetwork(graph, randomWeights(graph, 1), images);
  expect(made.real).toEqual(real);
  const answers: number[][] = [];
  for (const backend of TIERS) {
    const session = await Session.create(made.graph, made.weights, { backend });
    answers.push(Array.from((await session.run(images)).data));
    session.dispose();
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

withFolder("SEPARABLE_WEIGHTS", "trained weights", (folder) => {
  test("MobileNetV1 0.25-224: the same class for every photograph, and logits that correlate", async () => {
    const names = ["chelsea", "coffee", "coral_hot_dog", "coral_parrot", "grace_hopper"];
    const pixels = names.flatMap((name) => {
      const file = readFileSync(join(folder, "images224", `${name}.ppm`));
      return Array.from(normalize(readPnm(file, name), "tf").toFloat32Array());
    });
    const images = tensor(Float32Array.from(pixels), [names.length, 224, 224, 3]);
    const graph = mobilenetV1({ alpha: 0.25 });
    const weights = await loadWeights(join(folder, "mobilenet_v1_0.25_224.f32.safetensors"));
    const made = await quantizeNetwork(graph, weights, images);
    const [expected, found] = [await run(graph, weights, images), await run(made.graph, made.weights, images)];
    for (const i of names.keys()) {
      const [x, y] = [expected, found].map((scores) => scores.toFloat32Array().subarray(i * 1000, (i + 1) * 1000));
      expect(largestOf(found, i)).toBe(largestOf(expected, i));
      expect(correlation(x, y)).toBeGreaterThan(0.99);
    }
  });
});

function correlation(x: Float32Array, y: Float32Array): number {
  const [mx, my] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const [a, b] = [x.map((value) => value - mx), y.map((value) => value - my)];
  return a.reduce((sum, value, i) => sum + value * b[i], 0) / (Math.hypot(...a) * Math.hypot(...b));
}

describe("a handful of layers", () => {
  const network = (): Graph => {
    const g = graphBuilder("own", [1, 6, 6, 2]);
    const x = g.conv2d(g.input, { name: "first", outputs: 3, activation: "relu" });
    const y = g.pointwiseConv2d(g.maxPool2d(x, { windowDimensions: 2 }), { name: "second", outputs: 3 });
    return g.build({ y: g.erf(y, { name: "erf" }), x: g.activation(x, "hardSwish", { name: "swish" }) });
  };
  const weights = (): Map<string, Tensor> => new Map(randomWeights(network(), 1));
  const images = randomTensor([3, 6, 6, 2], random(2));

  test("filters reach from -127 to 127, by channel or all together, and values keep 0", async () => {
    for (const per of ["channel", "tensor"] as const) {
      const made = await quantizeNetwork(network(), weights(), images, { per });
      const { data, scale } = filterOf(made.weights, "second/filter");
      const largest = [0, 1, 2].map((o) =>
        Math.max(
          ...Array.from(data)
            .filter((_, i) => i % 3 === o)
            .map(Math.abs),
        ),
      );
      expect(Math.max(...largest)).toBe(127);
      expect(Array.isArray(scale)).toBe(per === "channel");
      if (per === "channel") expect(largest).toEqual([127, 127, 127]);
      for (const { quantization } of made.graph.nodes) {
        const zeroPoint = quantization?.output?.zeroPoint ?? 0;
        expect(Number.isInteger(zeroPoint) && zeroPoint >= -128 && zeroPoint <= 127).toBe(true);
      }
    }
  });

  test("a channel of zeros and a layer that never changes are kept", async () => {
    const own = weights();
    own.set("first/filter", Tensor.zeros([3, 3, 2, 3]));
    own.set("first/bias", Tensor.zeros([3]));
    const made = await quantizeNetwork(network(), own, images);
    const answer = await run(made.graph, made.weights, images);
    const expected = await run(network(), own, images);
    for (const [i, y] of expected.toFloat32Array().entries()) expect(answer.toFloat32Array()[i]).toBeCloseTo(y, 1);
  });

  test("a bias beside weights of next to nothing stays within int32", async () => {
    const own = weights();
    own.set("first/filter", new Tensor(new Float32Array(54).fill(1e-12), [3, 3, 2, 3]));
    own.set("first/bias", new Tensor(Float32Array.of(3, 2, 1), [3]));
    for (const per of ["channel", "tensor"] as const) {
      const made = await quantizeNetwork(network(), own, images, { per });
      const [expected, found] = [await run(network(), own, images), await run(made.graph, made.weights, images)];
      for (const [i, y] of expected.toFloat32Array().entries()) expect(found.toFloat32Array()[i]).toBeCloseTo(y, 1);
    }
  });

  test("what has no form for integers stays real, and is listed", async () => {
    const g = graphBuilder("maximum", [1, 6, 6, 2]);
    const x = g.conv2d(g.input, { outputs: 3 });
    const graph = g.build(
      g.pointwiseConv2d(g.max(x, g.conv2d(g.input, { outputs: 3 }), { name: "larger" }), { outputs: 2 }),
    );
    const own = randomWeights(graph, 1);
    const made = await quantizeNetwork(graph, own, images);
    expect(made.real).toEqual(["larger"]);
    const [expected, found] = [await run(graph, own, images), await run(made.graph, made.weights, images)];
    const signal = Math.hypot(...expected.toFloat32Array());
    const noise = Math.hypot(...expected.toFloat32Array().map((y, i) => y - found.toFloat32Array()[i]));
    expect(noise / signal).toBeLessThan(0.1);
  });

  test("constant images are enough, if poor", async () => {
    const made = await quantizeNetwork(network(), weights(), Tensor.zeros([1, 6, 6, 2]));
    expect((await run(made.graph, made.weights, images)).shape).toEqual([3, 3, 3, 3]);
  });

  test("what is asked is said by name", async () => {
    const nan = new Tensor(new Float32Array(72).fill(Number.NaN), [1, 6, 6, 2]);
    const made = await quantizeNetwork(network(), weights(), images);
    const cases: readonly (readonly [() => Promise<unknown>, string])[] = [
      [
        () => quantizeNetwork(network(), weights(), Tensor.zeros([0, 6, 6, 2])),
        "quantizeNetwork: there are no images, needs at least one",
      ],
      [
        () => quantizeNetwork(network(), weights(), Tensor.zeros([1, 6, 6, 3])),
        "quantizeNetwork: images are 6×6×3, own needs 6×6×2",
      ],
      [() => quantizeNetwork(network(), weights(), nan), "quantizeNetwork: input becomes NaN, needs finite numbers"],
      [
        () => quantizeNetwork(network(), weights(), images, { per: "row" as never }),
        'quantizeNetwork: per is "row", needs one of',
      ],
      [
        () => quantizeNetwork(network(), weights(), images, { calibrate: "best" as never }),
        'quantizeNetwork: calibrate is "best"',
      ],
      [() => quantizeNetwork(network(), new Map(), images), "quantizeNetwork: the weights do not fit own"],
      [() => quantizeNetwork(made.graph, made.weights as never, images), "has integers, needs real numbers"],
      [() => quantizeNetwork(network(), weights(), images, { signal: AbortSignal.abort() }), "abort"],
    ];
    for (const [wrong, message] of cases) await expect(wrong()).rejects.toThrow(message);
  });

  test("progress counts every image, twice or three times", async () => {
    for (const [calibrate, runs] of [
      ["minmax", 6],
      ["percentile", 9],
    ] as const) {
      const seen: string[] = [];
      await quantizeNetwork(network(), weights(), images, {
        calibrate,
        onProgress: (done, all) => void seen.push(`${done}/${all}`),
      });
      expect(seen.at(-1)).toBe(`${runs}/${runs}`);
    }
  });
});
