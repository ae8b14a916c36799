/** Graphs with several inputs and outputs: on every tier, with any number of threads, for one image and for many. */
import { describe, expect, test } from "vitest";
import {
  graphBuilder,
  planMemory,
  random,
  randomTensor,
  randomWeights,
  Session,
  type SessionOptions,
  ShapeError,
  Tensor,
} from "../../src/index.ts";
import { severalEnds, withOnlyOutput } from "../support/graphs.ts";

const graph = severalEnds();
const weights = randomWeights(graph, 1);
const drawn = (N: number, seed = 2) => ({
  image: randomTensor([N, 8, 6, 3], random(seed)),
  mask: randomTensor([N, 8, 6, 1], random(seed + 1)),
});

const SETTINGS: readonly SessionOptions[] = [
  { backend: "naive" },
  { backend: "im2col" },
  { backend: "simd" },
  { backend: "simd", threads: 2 },
  { backend: "simd", threads: 3 },
  { backend: "simd", optimize: false },
];

describe.each(SETTINGS)("%o", (options) => {
  test.each([1, 3, 11])("every output of %i images is what the graph of that output alone computes", async (N) => {
    const session = await Session.create(graph, weights, options);
    const inputs = drawn(N);
    const all = await session.runAll(inputs);
    expect([...all.keys()]).toEqual(["map", "scores", "brightness"]);
    expect([...all.values()].map(({ shape }) => shape)).toEqual([
      [N, 8, 6, 8],
      [N, 4],
      [N, 1, 1, 3],
    ]);
    for (const [name, value] of all) {
      const single = await Session.create(withOnlyOutput(graph, name), weights, options);
      const [own] = (await single.runAll(inputs)).values();
      expect(value.toArray(), name).toEqual(own.toArray());
      single.dispose();
    }
    session.dispose();
  });

  test("run gives the first of several outputs, and calls that wait keep their inputs", async () => {
    const g = graphBuilder("two", [1, 5]);
    const first = g.dense(g.input, { name: "first", outputs: 3 });
    const two = g.build({ first, second: g.softmax(first), again: first });
    const session = await Session.create(two, randomWeights(two, 1), options);
    const x = randomTensor([1, 5], random(4));
    const runs = [1, 2, 3].map((factor) => {
      x.data.fill(factor);
      return session.runAll({ input: x });
    });
    x.data.fill(1);
    const [one] = await Promise.all(runs);
    expect((await session.run(x)).toArray()).toEqual(one.get("first")?.toArray());
    expect(one.get("again")?.toArray()).toEqual(one.get("first")?.toArray());
    expect((await runs[2]).get("first")?.toArray()).not.toEqual(one.get("first")?.toArray());
    session.dispose();
  });

  test("every layer is profiled", async () => {
    const session = await Session.create(graph, weights, options);
    const rows = await session.profile(drawn(1), { runs: 1, warmup: 0 });
    expect(rows.map(({ name }) => name)).toContain("map");
    session.dispose();
  });
});

test("an input may be an output, and inputs that nothing reads keep their memory apart", async () => {
  const g = graphBuilder("through", { a: [1, 3], b: [1, 3], c: [1, 3] });
  const through = g.build({ a: "a", sum: g.add("a", "b"), copy: "b" });
  for (const backend of ["naive", "im2col", "simd"] as const) {
    const session = await Session.create(through, new Map(), { backend });
    const row = (value: number) => new Tensor(Float32Array.of(value, value, value), [1, 3]);
    const outputs = await session.runAll({ c: row(5), b: row(2), a: row(1) });
    expect([...outputs].map(([name, t]) => [name, t.at(0, 0)])).toEqual([
      ["a", 1],
      ["sum", 3],
      ["copy", 2],
    ]);
    session.dispose();
  }
});

test("outputs keep their memory to the end of a run", () => {
  const { offsetBytes } = planMemory(graph);
  const ends = graph.outputs.map((name) => offsetBytes.get(name));
  expect(new Set(ends).size).toBe(3);
});

test("what does not fit the inputs is refused by name", async () => {
  const session = await Session.create(graph, weights, { backend: "im2col" });
  const { image, mask } = drawn(2);
  const refused: readonly (readonly [unknown, string])[] = [
    [image, 'session.runAll: input is one tensor, several needs one for each of "image", "mask"'],
    [{ image }, "session.runAll: mask is undefined, needs a Tensor"],
    [{ image, mask, x: mask }, 'session.runAll: there is no input "x", several has "image", "mask"'],
    [{ image, mask: image }, "session.runAll: mask is 2×8×6×3, several needs n×8×6×1"],
    [{ image, mask: drawn(1).mask }, "session.runAll: mask has 1 images, image has 2; needs as many of each"],
    [null, "session.runAll: inputs are null, needs an object"],
    [JSON.parse('{"__proto__": 1}'), 'session.runAll: there is no input "__proto__"'],
  ];
  for (const [inputs, message] of refused) {
    await expect(session.runAll(inputs as never), message).rejects.toThrow(ShapeError);
    await expect(session.runAll(inputs as never)).rejects.toThrow(message);
  }
  await expect(session.run(image)).rejects.toThrow("session.run: input is one tensor, several needs one for each");
  session.dispose();
  await expect(session.runAll({ image, mask })).rejects.toThrow("session.runAll: the session of several was disposed");
});
