/** Several images at once: the same bits as one after the other, wherever the network is cut into head and tail. */
import * as workerThreads from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import {
  type Graph,
  graphBuilder,
  mobilenetV1,
  mobilenetV3Small,
  random,
  randomTensor,
  randomWeights,
  Session,
  type Tensor,
} from "../../src/index.ts";
import { everything } from "../support/graphs.ts";

function dense(): Graph {
  const g = graphBuilder("dense layers alone", [1, 37]);
  let x = g.dense(g.input, { outputs: 70, activation: "hardSwish" });
  x = g.add(x, g.dense(x, { outputs: 70, activation: "sigmoid" }));
  return g.build(g.softmax(g.dense(x, { outputs: 33 })));
}

/** A tail that would need two values of its head. */
function crossed(): Graph {
  const g = graphBuilder("crossed", [1, 6, 5, 8]);
  const x = g.reshape(g.globalAveragePool2d(g.conv2d(g.input, { outputs: 20, kernel: 3 })), [1, 20]);
  return g.build(g.mul(g.dense(x, { outputs: 20 }), x));
}

/** A tail of one pixel's convolutions, as MobileNetV3 ends. */
function pixel(): Graph {
  const g = graphBuilder("pixel", [1, 6, 5, 8]);
  const x = g.pointwiseConv2d(g.globalAveragePool2d(g.depthwiseConv2d(g.input)), { outputs: 40, activation: "relu6" });
  return g.build(g.reshape(g.pointwiseConv2d(g.activation(x, "hardSwish"), { outputs: 17 }), [1, 17]));
}

const GRAPHS: readonly (readonly [string, Graph])[] = [
  ["dense layers alone", dense()],
  ["convolutions of one pixel", pixel()],
  ["a tail that reads two values", crossed()],
  ["MobileNetV1", mobilenetV1({ alpha: 0.25, resolution: 64, classes: 12 })],
  ["MobileNetV3", mobilenetV3Small({ alpha: 0.75, resolution: 64, classes: 12 })],
  ["every operation", everything()],
];

const rows = (t: Tensor, first: number, count: number): Tensor => {
  return t.slice([first, ...t.shape.slice(1).map(() => 0)], [count, ...t.shape.slice(1)]);
};

describe.each(GRAPHS)("%s", (_, graph) => {
  test.each([1, 2])("has the bits of single images in a batch of any size, %i thread(s)", async (threads) => {
    const session = await Session.create(graph, randomWeights(graph, 1), { backend: "simd", threads });
    const x = randomTensor([19, ...graph.input.shape.slice(1)], random(2));
    const expected: Float32Array[] = [];
    for (let n = 0; n < 19; n++) expected.push((await session.run(rows(x, n, 1))).toFloat32Array());
    for (const N of [19, 2, 8, 4, 12, 3, 9, 1, 16]) {
      const first = (19 - N) % 3;
      const answers = await session.run(rows(x, first, N));
      for (let n = 0; n < N; n++) expect(rows(answers, n, 1).toFloat32Array()).toEqual(expected[first + n]);
    }
    session.dispose();
    await expect(session.run(x)).rejects.toThrow("was disposed");
  });
});

test("batches of a shared network come in turns, and the first ones prepare it once", async () => {
  const graph = dense();
  const sessions = await Promise.all(
    [1, 1].map((seed) => Session.create(graph, randomWeights(graph, seed), { backend: "simd", threads: 2 })),
  );
  const x = randomTensor([16, 37], random(3));
  const answers = await Promise.all(sessions.flatMap((session) => [session.run(x), session.run(x)]));
  for (const answer of answers) expect(answer.toFloat32Array()).toEqual(answers[0].toFloat32Array());
  for (const session of sessions) session.dispose();
});

test("a session that is disposed while its first batch is prepared ends all its threads", async () => {
  const graph = dense();
  const terminate = vi.spyOn(workerThreads.Worker.prototype, "terminate");
  const session = await Session.create(graph, randomWeights(graph, 7), { backend: "simd", threads: 2 });
  const running = session.run(randomTensor([16, 37], random(3)));
  await new Promise((resolve) => setTimeout(resolve));
  session.dispose();
  await expect(running).rejects.toThrow("it was disposed");
  expect(new Set(terminate.mock.contexts).size).toBe(2); // the first ones, and those that know the batch
  terminate.mockRestore();
});

test("a batch can be stopped between two of its images, and progress is told of each", async () => {
  const graph = dense();
  const session = await Session.create(graph, randomWeights(graph, 1), { backend: "simd" });
  const x = randomTensor([16, 37], random(3));
  const told: number[] = [];
  const control = new AbortController();
  const onProgress = (done: number): void => {
    told.push(done);
    if (done === 3) control.abort();
  };
  await expect(session.run(x, { signal: control.signal, onProgress })).rejects.toThrow(/aborted/);
  expect(told).toEqual([1, 2, 3]);
  await session.run(x, { onProgress: (done) => told.push(done) });
  expect(told.slice(3)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  session.dispose();
});
