/** Long work yields to the event loop: Ctrl-C and a page's clicks are handled. */
import { afterEach, expect, test, vi } from "vitest";
import { evaluate, graphBuilder, randomWeights, Session, Tensor, train } from "../../src/index.ts";
import { featuresOf, trainHead } from "../../src/train/head.ts";

const g = graphBuilder("small", [1, 4, 4, 1]);
const graph = g.build(g.dense(g.reshape(g.conv2d(g.input, { outputs: 2 }), [1, 8]), { outputs: 2 }));
const weights = randomWeights(graph, 1);
const session = () => Session.create(graph, weights, { backend: "naive" });
const images = Tensor.zeros([4, 4, 4, 1]);
const data = {
  pixels: new Uint8Array(64),
  labels: Uint8Array.of(0, 1, 0, 1),
  shape: [4, 4, 4, 1],
  classes: ["a", "b"],
};

afterEach(() => void vi.restoreAllMocks());

test.each<[string, () => Promise<unknown>]>([
  ["the images of a batch", async () => (await session()).run(images)],
  ["the layers of a profile", async () => (await session()).profile(images)],
  ["a training", () => train(graph, data, { epochs: 4, batch: 2, backend: "naive", threads: 1 })],
  ["the training of a head", () => trainHead(Tensor.zeros([4, 8]), data.labels, 2, { epochs: 4 })],
  ["features", async () => featuresOf(await session(), 4, () => Tensor.zeros([1, 4, 4, 1]))],
  ["an evaluation", async () => evaluate(await session(), data)],
])("%s", async (_, work) => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1000)); // everything takes long
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await work();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});
