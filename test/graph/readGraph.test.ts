/** Graphs that come as JSON: only what the builder makes passes, whatever was changed in it. */
import { describe, expect, test } from "vitest";
import { folded } from "../../src/graph/foldBatchNorm.ts";
import { fused } from "../../src/graph/fuseActivation.ts";
import { readGraph } from "../../src/graph/readGraph.ts";
import {
  fashionNet,
  type Graph,
  graphBuilder,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV4,
  random,
  randomTensor,
  randomWeights,
  Session,
  ShapeError,
} from "../../src/index.ts";
import { times } from "../support/effort.ts";
import { everything, severalEnds } from "../support/graphs.ts";
import { GARBAGE } from "../support/structure.ts";

const parsed = (graph: Graph): Graph => JSON.parse(JSON.stringify(graph));

/** Changes one place of plain data. */
function put(data: object, path: readonly (string | number)[], value: unknown): void {
  let place = data as Record<string, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  place[path[path.length - 1]] = value;
}

test.each([
  fashionNet(),
  mobilenetV1({ alpha: 0.25, resolution: 64, convolution: "standard" }),
  mobilenetV2({ resolution: 64 }),
  mobilenetV3Large({ resolution: 64 }),
  mobilenetV4({ resolution: 64, size: "medium" }),
  everything(),
  severalEnds(),
])("a graph is what its JSON is read as, after the passes too: %#", (graph) => {
  expect(readGraph("test", parsed(graph))).toEqual(graph);
  const weights = randomWeights(graph, 1);
  const planned = fused(folded(graph, weights).graph);
  expect(readGraph("test", parsed(planned))).toEqual(planned);
});

test("so are pools whose windows are larger than the padded image", () => {
  const source = random(3);
  for (let i = 0; i < 300; i++) {
    const one = (max: number): number => 1 + source.integer(max);
    const g = graphBuilder("pool", [1, one(5), one(5), 1]);
    const spec = {
      windowDimensions: [one(6), one(6)] as const,
      strides: [one(4), one(4)] as const,
      dilations: [one(3), one(3)] as const,
      padding: [source.integer(3), source.integer(3), source.integer(3), source.integer(3)] as const,
      rounding: source.integer(2) === 0 ? "ceil" : "floor",
    } as const;
    let graph: Graph;
    try {
      graph = g.build(g.maxPool2d(g.input, spec));
    } catch {
      continue; // no window fits
    }
    expect(readGraph("test", parsed(graph))).toEqual(graph);
  }
});

test("an old graph names one input and one output", () => {
  const { inputs: _, outputs: __, ...old } = parsed(fashionNet());
  expect(readGraph("test", old)).toEqual(fashionNet());
});

describe("ends that lie", () => {
  const graph = severalEnds();
  test.each<[string, readonly (string | number)[], unknown, RegExp]>([
    ["an input in two shapes", ["inputs", 0, "shape"], [1, 9, 9, 3], /graph\.input\.shape\[1\] is 8, needs 9/],
    ["an input twice", ["inputs", 1, "name"], "image", /graph\.inputs: graphBuilder: two inputs are called "image"/],
    [
      "an input without a name",
      ["inputs", 1],
      { shape: [1] },
      /graph\.inputs\[1\] is an Object, needs \{ name, shape \}/,
    ],
    ["an output twice", ["outputs", 2], "map", /graph\.outputs: graph several: two outputs are called "map"/],
    ["an output from nowhere", ["outputs", 1], "__proto__", /graph\.outputs: .*there is no value "__proto__"/],
    ["no outputs", ["outputs"], [], /the length of graph\.outputs is 0, needs 1 to 10000/],
    ["a first output of two names", ["output"], "scores", /graph\.output is "scores", needs "map"/],
    ["outputs that are no list", ["outputs"], "map", /graph\.outputs is "map", needs a list, each a name/],
    ["a cycle", ["nodes", 0, "inputs"], ["map"], /nodes\[0\]: .*there is no value "map" yet/],
    ["a name twice", ["nodes", 3, "name"], "mul_2", /nodes\[3\]: .*the name "mul_2" is taken/],
  ])("%s", (_, path, value, message) => {
    const changed = parsed(graph);
    put(changed, path, value);
    expect(() => readGraph("test", changed)).toThrow(message);
    expect(() => readGraph("test", changed)).toThrow(ShapeError);
  });
});

describe("one number of the JSON changed", () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 10 });
  test.each<[string, readonly (string | number)[], unknown, RegExp]>([
    ["a kernel of 2^32 columns", ["nodes", 0, "geometry", "KW"], 2 ** 32, /nodes\[0\]: conv2d: kernel\[1\] is/],
    ["an output that is none", ["output"], "zzz", /graph\.outputs: .*there is no value "zzz"/],
    ["an input from nowhere", ["nodes", 2, "inputs"], ["nowhere"], /nodes\[2\]: .*no value "nowhere"/],
    ["a kernel larger than its filter", ["nodes", 0, "geometry", "KH"], 9, /weights\.filter\.shape\[0\] is 3, needs 9/],
    [
      "an unknown activation",
      ["nodes", 2, "activation"],
      "swosh",
      /nodes\[2\]: activation: activation is "swosh", needs/,
    ],
    ["more rows than there are", ["nodes", 0, "geometry", "OH"], 4000, /nodes\[0\]\.geometry\.OH is 4000, needs 16/],
    ["another shape", ["nodes", 0, "outputShape"], [1, 1, 1, 1], /nodes\[0\]\.outputShape\[1\] is 1, needs 16/],
    [
      "a role that is none",
      ["nodes", 0, "weights", "zzz"],
      { name: "z", shape: [1] },
      /weights is "zzz", needs filter/,
    ],
    [
      "an input of another size",
      ["input", "shape"],
      [1, 64, 64, 3],
      /nodes\[0\]\.inputShapes\[0\]\[1\] is 32, needs 64/,
    ],
    [
      "a batch",
      ["input", "shape"],
      [2, 32, 32, 3],
      /graph\.inputs: graphBuilder: input is 2×32×32×3, needs 1 as its first extent/,
    ],
    [
      "too many nodes",
      ["nodes"],
      Array(100_001).fill({}),
      /the length of graph\.nodes is 100001, needs at most 100000/,
    ],
  ])("%s", async (_, path, value, message) => {
    const changed = parsed(graph);
    put(changed, path, value);
    for (const backend of ["naive", "im2col", "simd"] as const) {
      const session = Session.create(changed, randomWeights(graph, 1), { backend });
      await expect(session).rejects.toThrow(ShapeError);
      await expect(session).rejects.toThrow(message);
    }
  });

  test("asks for no more memory than there is", () => {
    const g = graphBuilder("huge", [1, 1]);
    let x = g.input;
    for (let i = 0; i < 20; i++) x = g.dense(g.dense(x, { outputs: 30_000 }), { outputs: 1 });
    const wide = g.build(g.dense(g.dense(x, { outputs: 20_000 }), { outputs: 30_000 }));
    expect(() => randomWeights(wide, 1)).toThrow(/^randomWeights: huge has \d+ weights, needs at most 536870912$/);
  });
});

test("values that live at once take no more memory than there is", async () => {
  const g = graphBuilder("big", [1, 10_000, 10_000, 4]);
  const all = [g.input];
  for (let i = 0; i < 6; i++) all.push(g.activation(all[i], "relu"));
  const graph = g.build(all.reduce((sum, x) => g.add(sum, x)));
  for (const backend of ["naive", "im2col", "simd"] as const) {
    const session = Session.create(graph, new Map(), { backend });
    await expect(session).rejects.toThrow(/^Session\.create: .*(bytes|GiB of memory), .*at most/);
  }
});

test("a name of any length is cut in messages", async () => {
  const graph = { ...everything(), name: "x".repeat(100_000) };
  const error = await Session.create(graph, new Map()).catch((reason: Error) => reason);
  expect((error as Error).message.length).toBeLessThan(10_000);
});

test("a getter or a proxy that throws is refused by name", () => {
  const graph = everything();
  const throwing = new Proxy(graph, {
    get: () => {
      throw new Error("no");
    },
  });
  expect(() => readGraph("test", throwing)).toThrow(new ShapeError("test: graph cannot be read (no)"));
});

/** Every place of plain data that holds no list and no object. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

test("any leaf or branch changed: refused by name at once, or read as what the builder makes of it", async () => {
  const source = random(11);
  const graph = everything();
  const paths = leaves(graph);
  const branches = paths.map((path) => path.slice(0, 1 + source.integer(path.length)));
  const weights = randomWeights(graph, 1);
  const input = randomTensor(graph.input.shape, source);
  const session = await Session.create(graph, weights, { backend: "im2col" });
  const right = (await session.run(input)).toArray();
  let refused = 0;
  for (let i = 0; i < times(6000); i++) {
    const path =
      source.integer(4) === 0 ? branches[source.integer(branches.length)] : paths[source.integer(paths.length)];
    const changed = parsed(graph);
    put(changed, path, GARBAGE[source.integer(GARBAGE.length)]);
    const since = performance.now();
    try {
      const read = readGraph("test", changed);
      const same = await Session.create(read, randomWeights(read, 1), { backend: "im2col" });
      if (read.output === graph.output) {
        expect((await same.run(input)).shape, path.join(".")).toEqual((await session.run(input)).shape);
      }
      if (JSON.stringify(read) === JSON.stringify(graph)) expect((await same.run(input)).toArray()).toEqual(right);
    } catch (error) {
      expect(error, path.join(".")).toBeInstanceOf(ShapeError);
      expect((error as Error).message).toMatch(/^(test|session\.run): /);
      refused++;
    }
    expect(performance.now() - since).toBeLessThan(2000);
  }
  expect(refused).toBeGreaterThan(times(4000));
});
