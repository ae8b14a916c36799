import { describe, expect, test } from "vitest";
import {
  type Graph,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  type Tensor,
  type TIERS,
} from "../../src/index.ts";
import { gradientSession } from "../../src/train/gradientSession.ts";
import { writeTarget } from "../../src/train/targets.ts";
import { everything } from "../support/graphs.ts";

const IMAGES = 3;

async function session(graph: Graph, weights: Map<string, Tensor>, backend: (typeof TIERS)[number], threads = 1) {
  const session = await gradientSession(graph, weights, IMAGES, { backend, threads });
  const images = randomTensor(session.input.shape, random(5)).data;
  const [, classes] = session.targets.shape;
  const targets = session.targets.data.subarray(session.targets.offset);
  const loss = async () => {
    session.input.data.set(images, session.input.offset);
    for (let i = 0; i < IMAGES; i++) writeTarget(targets, i, classes, (2 * i + 1) % classes, 0.1);
    await session.run();
    return session.losses.toFloat32Array().reduce((sum, value) => sum + value / IMAGES, 0);
  };
  return { session, loss };
}

describe("every operation of a graph", () => {
  test("the gradient of each weight is what the loss does when the weight moves", async () => {
    const graph = everything();
    const weights = randomWeights(graph, 3);
    const { session: naive, loss } = await session(graph, weights, "naive");
    await loss();
    const gradients = new Map([...naive.gradients].map(([name, values]) => [name, values.slice()]));
    const source = random(9);
    for (const [name, slopes] of gradients) {
      const { data } = weights.get(name) as Tensor;
      // Along the gradient the loss changes by the gradient's length; along a random direction by their product.
      for (const along of [slopes, slopes.map(() => source.normal())]) {
        const length = Math.hypot(...along);
        if (length === 0) continue;
        const before = data.slice();
        const h = 1e-2;
        const at = async (side: number) => {
          along.forEach((d, i) => {
            data[i] = before[i] + (side * h * d) / length;
          });
          return loss();
        };
        const measured = ((await at(1)) - (await at(-1))) / (2 * h);
        data.set(before);
        const promised = along.reduce((sum, d, i) => sum + d * slopes[i], 0) / length;
        expect(Math.abs(measured - promised), name).toBeLessThan(2e-3 + 0.02 * Math.abs(promised));
      }
    }
    expect(gradients.size).toBeGreaterThan(10);
  });

  test.each([
    ["im2col", 1],
    ["simd", 1],
    ["simd", 2],
    ["simd", 3],
  ] as const)("%s with %i thread(s) agrees with naive", async (backend, threads) => {
    for (const graph of [everything(), mobilenetV1({ alpha: 0.25, resolution: [33, 40], classes: 7 })]) {
      const weights = randomWeights(graph, 3);
      const [a, b] = [await session(graph, weights, "naive"), await session(graph, weights, backend, threads)];
      expect(await b.loss()).toBeCloseTo(await a.loss(), 4);
      for (const [name, expected] of a.session.gradients) {
        const found = b.session.gradients.get(name) as Float32Array;
        const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - found[i])), 0);
        expect(worst, name).toBeLessThan(1e-6 + 2e-4 * largest);
      }
      b.session.dispose();
    }
  });
});
