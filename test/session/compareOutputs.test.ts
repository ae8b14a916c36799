import { expect, test } from "vitest";
import {
  compareOutputs,
  type Graph,
  graphBuilder,
  mobilenetV1,
  randomWeights,
  Session,
  tensor,
  type Weights,
} from "../../src/index.ts";
import { severalEnds } from "../support/graphs.ts";
import { scattered } from "../support/tensors.ts";

/** y = w · x, pixel by pixel, and its maximum as scores. */
function scaled(): Graph {
  const g = graphBuilder("scaled", [1, 1, 2, 2]);
  const map = g.pointwiseConv2d(g.input, { name: "map", outputs: 2, bias: false });
  return g.build({ map, scores: g.reshape(g.maxPool2d(map), [1, 2]) });
}
const by = (a: number, b: number): Weights => new Map([["map/filter", tensor([a, 0, 0, b], [2, 2])]]);

test("measures what it says, on numbers that one can follow", async () => {
  const graph = scaled();
  const images = tensor([1, 2, 3, 0, 0, 5, 0, 0], [2, 1, 2, 2]);
  const [map, scores] = await compareOutputs({ graph, weights: by(1, 1) }, { graph, weights: by(2, 1) }, images);
  // (1 2 | 3 0), (0 5 | 0 0) beside (2 2 | 6 0), (0 5 | 0 0)
  expect(map).toEqual({ name: "map", relative: Math.sqrt((1 + 9) / (1 + 4 + 9 + 25)), largest: 3, sameBest: null });
  // (3 2), (0 5) beside (6 2), (0 5)
  expect(scores).toEqual({ name: "scores", relative: Math.sqrt(9 / 38), largest: 3, sameBest: 1 });
  const turned = await compareOutputs({ graph, weights: by(1, 1) }, { graph, weights: by(1, 2) }, images);
  expect(turned[1].sameBest).toBe(0.5); // (3 2) beside (3 4)
});

test("of a network beside itself there is no distance, whatever the inputs, values and tier", async () => {
  const graph = severalEnds();
  const network = { graph, weights: randomWeights(graph, 1) };
  const images = { image: scattered([3, 8, 6, 3]), mask: scattered([3, 8, 6, 1]) };
  const seen: number[] = [];
  const distances = await compareOutputs(network, network, images, { onProgress: (done) => seen.push(done) });
  expect(distances.map(({ name, relative, largest }) => [name, relative, largest])).toEqual(
    graph.outputs.map((name) => [name, 0, 0]),
  );
  expect(seen).toEqual([1, 2, 3]);
  const [one] = await compareOutputs(network, network, images, { values: ["conv2d_1"], backend: "im2col" });
  expect(one).toEqual({ name: "conv2d_1", relative: 0, largest: 0, sameBest: null });
});

test("nothing beside something has no distance, NaN neither, and no best class", async () => {
  const graph = scaled();
  const images = tensor([1, 1, 1, 1], [1, 1, 2, 2]);
  const [map] = await compareOutputs({ graph, weights: by(0, 0) }, { graph, weights: by(1, 1) }, images);
  expect([map.relative, map.largest]).toEqual([null, 1]);
  const broken = { graph, weights: by(Number.NaN, 1) };
  const [, scores] = await compareOutputs(broken, broken, images);
  expect(scores).toEqual({ name: "scores", relative: null, largest: null, sameBest: 0 });
});

test("networks of one input each may call it as they like; rows of any rank have a best class", async () => {
  const named = (input: string): Graph => {
    const g = graphBuilder("mean", { [input]: [1, 1, 2, 2] });
    return g.build({ mean: g.globalAveragePool2d(input) });
  };
  const [a, b] = ["image", "picture"].map((name) => ({ graph: named(name), weights: new Map() }));
  const [mean] = await compareOutputs(a, b, tensor([1, 2, 3, 0], [1, 1, 2, 2]));
  expect(mean).toEqual({ name: "mean", relative: 0, largest: 0, sameBest: 1 });
});

const graph = scaled();
const network = { graph, weights: by(1, 1) };
const images = tensor([1, 2, 3, 0], [1, 1, 2, 2]);
const other = mobilenetV1({ alpha: 0.25, resolution: 32 });
test.each<readonly [string, () => Promise<unknown>, string]>([
  [
    "a value that is none",
    () => compareOutputs(network, network, images, { values: ["mpa"] }),
    'values has "mpa" (did',
  ],
  [
    "no values",
    () => compareOutputs(network, network, images, { values: [] }),
    "values is [], needs a list of at least one name",
  ],
  [
    "another network's",
    () => compareOutputs(network, { graph: other, weights: randomWeights(other, 1) }, images),
    'compareOutputs: values has "map", needs names of values that mobilenet_v1_0.25_32 computes',
  ],
  [
    "no network",
    () => compareOutputs(null as never, network, images),
    "compareOutputs: first is null, needs an object",
  ],
  ["no graph", () => compareOutputs(network, {} as never, images), "compareOutputs: second: graph is undefined, needs"],
  ["no weights", () => compareOutputs(network, { graph } as never, images), "weights are undefined, needs a Map"],
  ["other images", () => compareOutputs(network, network, tensor([1], [1])), "input is 1, scaled needs n×1×2×2"],
  ["an unknown option", () => compareOutputs(network, network, images, { layers: [] } as never), 'option "layers"'],
  ["a wrong tier", () => compareOutputs(network, network, images, { backend: "gpu" as never }), 'backend is "gpu"'],
])("refuses %s", async (_, call, message) => {
  await expect(call).rejects.toThrow(message);
});

test("can be stopped, and leaves no session open", async () => {
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const many = scattered([5, 1, 2, 2]);
  await expect(compareOutputs(network, network, many, { signal: controller.signal, onProgress })).rejects.toThrow();
  const session = await Session.create(graph, by(1, 1));
  expect((await session.run(images)).shape).toEqual([1, 1, 2, 2]);
});
