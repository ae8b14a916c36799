/** What writeModel writes as a TensorFlow.js layers model, read back; TensorFlow.js runs it in `npm run test:peers`. */
import { expect, test } from "vitest";
import {
  fashionNet,
  type Graph,
  graphBuilder,
  loadModel,
  mobilenetV2,
  randomWeights,
  ShapeError,
  type Weights,
  writeModel,
} from "../../../src/index.ts";
import { times } from "../../support/effort.ts";
import { everything, operationsOfOthers } from "../../support/graphs.ts";
import { NO_LAYERS, randomNetwork } from "../../support/networks.ts";
import { differenceOf } from "../../support/thereAndBack.ts";

async function backFrom(graph: Graph, weights: Weights, metadata: Readonly<Record<string, string>> = {}) {
  const files = await writeModel(graph, weights, "tfjs", metadata);
  expect([...files.keys()]).toEqual(["model.json", "weights.bin"]);
  return loadModel(files.get("model.json") as Uint8Array, { shards: files as ReadonlyMap<string, Uint8Array> });
}

/** There and back: the largest difference, as a share of the largest number. */
async function difference(graph: Graph, weights: Weights): Promise<number> {
  return differenceOf(graph, weights, await backFrom(graph, weights));
}

const NETWORKS = times(150);

test(`${NETWORKS} random networks come back with the same numbers, or are refused by name`, async () => {
  const faults: string[] = [];
  let written = 0;
  for (let seed = 0; seed < NETWORKS; seed++) {
    const graph = randomNetwork(seed, NO_LAYERS);
    try {
      const far = await difference(graph, randomWeights(graph, seed));
      written++;
      if (!(far <= 1e-5)) faults.push(`${seed}: ${far}`);
    } catch (error) {
      if (!(error instanceof ShapeError && /TensorFlow\.js has no layer/.test(error.message)))
        faults.push(`${seed}: ${error}`);
    }
  }
  expect(faults).toEqual([]);
  expect(written).toBeGreaterThan(0.3 * NETWORKS);
});

test.each([everything(), operationsOfOthers()])("$name is written and read, or refused by name", async (graph) => {
  try {
    expect(await difference(graph, randomWeights(graph, 4))).toBeLessThanOrEqual(1e-5);
  } catch (error) {
    expect((error as Error).message).toMatch(/TensorFlow\.js has no layer for/);
  }
});

test("a MobileNet, with what is known of its images and classes", async () => {
  const graph = mobilenetV2({ alpha: 0.35, resolution: 32, classes: 5 });
  const weights = randomWeights(graph, 1);
  expect(await difference(graph, weights)).toBeLessThanOrEqual(1e-5);
  const { metadata } = await backFrom(graph, weights, { normalize: "tf", classes: '["a","b","c","d","e"]' });
  expect(Object.fromEntries(metadata)).toMatchObject({ model: graph.name, normalize: "tf" });
});

test("what no layer has is written in others: groups, dilations, slopes, limits, paddings", async () => {
  const g = graphBuilder("odd", [1, 9, 8, 4]);
  let x = g.conv2d(g.input, { outputs: 6, groups: 2, padding: [1, 0, 2, 1], activation: "hardSwish" });
  x = g.depthwiseConv2d(x, { dilations: 2, padding: "same" });
  x = g.conv2d(x, { outputs: 3, kernel: 2, strides: 2, dilations: 2, padding: 1, activation: "hardSigmoid" });
  x = g.convTranspose2d(x, { outputs: 4, kernel: 3, strides: 2, padding: 1, outputPadding: 1 });
  x = g.clamp(g.prelu(x), { minValue: -0.5, maxValue: 0.75 });
  x = g.sub(
    g.pad(
      x,
      [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
      { value: 0.5 },
    ),
    g.abs(
      g.neg(
        g.pad(x, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
      ),
    ),
  );
  x = g.averagePool2d(x, { windowDimensions: 3, strides: 2, padding: 1, countIncludePad: true });
  const graph = g.build(g.slice(x, [0, 1, 0, 0], [1, 2, 3, 4]));
  expect(await difference(graph, randomWeights(graph, 3))).toBeLessThanOrEqual(1e-5);
});

test("names that TensorFlow.js does not take become others, and stay apart", async () => {
  const g = graphBuilder("names", { "image:0": [1, 4], "image 0": [1, 4] });
  const graph = g.build({ "sum of both": g.add("image:0", "image 0") });
  const back = await backFrom(graph, new Map());
  expect(back.graph.inputs.map(({ name }) => name)).toEqual(["image_0", "image_0_2"]);
  expect(back.graph.output).toBe("sum_of_both");
});

test("what it has no layer for is refused by name, and metadata that are no strings", async () => {
  const g = graphBuilder("refused", [1, 4]);
  const graph = g.build(g.sqrt(g.input, { name: "root" }));
  await expect(writeModel(graph, new Map(), "tfjs")).rejects.toThrow(
    /node "root": TensorFlow\.js has no layer for sqrt/,
  );
  await expect(writeModel(fashionNet(), new Map(), "tfjs")).rejects.toThrow(/weights/);
});
