/** What writeModel writes as TensorFlow Lite, read back; LiteRT.js runs it in `npm run test:peers`. */
import { describe, expect, test } from "vitest";
import {
  fashionNet,
  type Graph,
  graphBuilder,
  loadModel,
  randomWeights,
  ShapeError,
  type Weights,
  writeModel,
} from "../../../src/index.ts";
import { times } from "../../support/effort.ts";
import { everything, operationsOfOthers } from "../../support/graphs.ts";
import { randomNetwork } from "../../support/networks.ts";
import { differenceOf } from "../../support/thereAndBack.ts";

/** There and back: the same numbers, or why not. */
async function difference(graph: Graph, weights: Weights): Promise<number> {
  return differenceOf(graph, weights, await loadModel(await writeModel(graph, weights, "tflite")));
}

const NETWORKS = times(150);

test(`${NETWORKS} random networks come back with the same numbers, or are refused by name`, async () => {
  const faults: string[] = [];
  let written = 0;
  for (let seed = 0; seed < NETWORKS; seed++) {
    const graph = randomNetwork(seed);
    try {
      const far = await difference(graph, randomWeights(graph, seed));
      written++;
      if (!(far <= 1e-5)) faults.push(`${seed}: ${far}`);
    } catch (error) {
      if (!(error instanceof ShapeError && /TensorFlow Lite/.test(error.message))) faults.push(`${seed}: ${error}`);
    }
  }
  expect(faults).toEqual([]);
  expect(written).toBeGreaterThan(0.6 * NETWORKS);
});

test.each([everything(), operationsOfOthers()])("$name is written and read, or refused by name", async (graph) => {
  try {
    expect(await difference(graph, randomWeights(graph, 4))).toBeLessThanOrEqual(1e-5);
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    expect((error as Error).message).toMatch(/TensorFlow Lite/);
  }
});

describe("a file", () => {
  const graph = fashionNet();
  const weights = randomWeights(graph, 1);
  const metadata = { classes: '["a"]', fit: "square" };

  test("has the same bytes each time", async () => {
    const [a, b] = [1, 2].map(() => writeModel(graph, weights, "tflite", metadata));
    expect(Buffer.compare(await a, await b)).toBe(0);
  });

  test("keeps the metadata that it is given", async () => {
    const file = await loadModel(await writeModel(graph, weights, "tflite", metadata));
    expect(Object.fromEntries(file.metadata)).toEqual({ model: graph.name, ...metadata });
  });

  test("of what TensorFlow Lite lacks is refused", async () => {
    const g = graphBuilder("dilated", [1, 8, 8, 3]);
    const dilated = g.build(g.maxPool2d(g.input, { name: "pool", windowDimensions: 2, dilations: 2 }));
    await expect(writeModel(dilated, new Map(), "tflite")).rejects.toThrow(
      'writeModel: node "pool": TensorFlow Lite has no maxPool2d with dilations',
    );
  });
});
