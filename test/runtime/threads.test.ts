/** Sessions on the SIMD tier with threads: the same bits, runs in order, workers that come and go. */
import { execFileSync } from "node:child_process";
import * as workerThreads from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  graphBuilder,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  tensor,
} from "../../src/index.ts";
import { CONV_CASES } from "../kernels/cases.ts";
import { everything } from "../support/graphs.ts";
import { counting, scattered } from "../support/tensors.ts";

afterEach(() => vi.restoreAllMocks());
const NHWC = [0, 2, 3, 1];
const THREADS = [1, 2, 3];

describe.each(THREADS)("the table of cases with %i threads", (threads) => {
  test.each(CONV_CASES.filter(({ x }) => x[0] === 1))("$name", async ({ x, filter, w, bias, options = {}, y }) => {
    const input = counting(x).transpose(NHWC);
    const g = graphBuilder("case", input.shape);
    const { strides, padding = "valid", dilations, groups } = options;
    const kernel = [filter[2], filter[3]] as const;
    const spec = { kernel, padding, outputs: filter[0], bias: bias !== undefined };
    const more = { ...(strides && { strides }), ...(dilations && { dilations }), ...(groups && { groups }) };
    const graph = g.build(g.conv2d(g.input, { name: "c", ...spec, ...more }));
    const weights = new Map([["c/filter", tensor(w, filter).transpose([2, 3, 1, 0])]]);
    if (bias) weights.set("c/bias", tensor(bias));
    const session = await Session.create(graph, weights, { backend: "simd", threads });
    expect(session.threads).toBe(threads);
    expect([...(await session.run(input)).transpose([0, 3, 1, 2]).toFloat32Array()]).toEqual(y);
    session.dispose();
  });
});

describe("the same bits for any number of threads, in phases of several layers too", async () => {
  const separable = mobilenetV1({ alpha: 0.25, resolution: [96, 80], classes: 11 });
  test.each([
    ["every operation", everything(), true],
    ["every operation, nothing folded", everything(), false],
    ["MobileNetV1", separable, true],
    ["its twin", mobilenetV1({ alpha: 0.25, resolution: 64, convolution: "standard" }), true],
  ])("%s", async (_, graph, optimize) => {
    const weights = randomWeights(graph, 1);
    const [, ...extents] = graph.input.shape;
    const x = randomTensor([2, ...extents], random(2));
    const answers = [];
    for (const threads of THREADS) {
      const session = await Session.create(graph, weights, { backend: "simd", threads, optimize });
      for (let i = 0; i < 3; i++) answers.push((await session.run(x)).data);
      session.dispose();
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe("runs", async () => {
  const graph = everything();
  const weights = randomWeights(graph, 1);
  const image = (seed: number) => randomTensor(graph.input.shape, random(seed));

  test("that overlap wait for one another, in order", async () => {
    const session = await Session.create(graph, weights, { backend: "simd", threads: 2 });
    const alone = [];
    for (let seed = 0; seed < 6; seed++) alone.push(await session.run(image(seed)));
    const done: number[] = [];
    const together = await Promise.all(
      alone.map(async (_, seed) => {
        const y = await session.run(image(seed));
        done.push(seed);
        return y;
      }),
    );
    expect(together).toEqual(alone);
    expect(done).toEqual([0, 1, 2, 3, 4, 5]);
    session.dispose();
  });

  test("that fail do not hold up the next one, and disposing ends those that wait", async () => {
    const session = await Session.create(graph, weights, { backend: "simd", threads: 2 });
    const wrong = session.run(Tensor.zeros([1, 2, 2, 2]));
    const right = session.run(image(1));
    await expect(wrong).rejects.toThrow(ShapeError);
    await expect(right).resolves.toBeInstanceOf(Tensor);
    const waiting = session.run(image(1));
    session.dispose();
    await expect(waiting).rejects.toThrow("session.run: the session of everything was disposed");
  });

  test("profile tells every layer, threads or not", async () => {
    for (const threads of THREADS) {
      const session = await Session.create(graph, weights, { backend: "simd", threads });
      const rows = await session.profile(scattered(graph.input.shape), { runs: 3 });
      expect(rows.length).toBe(session.graph.nodes.filter(({ op }) => op !== "reshape").length);
      expect(rows.every(({ ms }) => ms >= 0)).toBe(true);
      const byOp = (op: string) => rows.find((row) => row.op === op)?.ms ?? 0;
      expect([byOp("pad") > 0, byOp("concat") > 0]).toEqual([true, true]); // computed in plain TypeScript, timed all the same
      session.dispose();
    }
  });

  test("NaN and infinity travel", async () => {
    const g = graphBuilder("bent", [1, 3, 3, 4]);
    const bent = g.build(
      g.maxPool2d(g.pointwiseConv2d(g.input, { name: "p", outputs: 3, activation: "relu6" }), { windowDimensions: 2 }),
    );
    const one = new Map([
      ["p/filter", Tensor.zeros([4, 3])],
      ["p/bias", Tensor.zeros([3])],
    ]);
    const x = Tensor.zeros([1, 3, 3, 4]);
    x.data[16] = Number.NaN;
    for (const backend of ["naive", "im2col", "simd"] as const) {
      const session = await Session.create(bent, one, { backend });
      expect([...(await session.run(x)).data]).toEqual(Array(12).fill(Number.NaN));
    }
  });
});

describe("a number of threads that cannot be", async () => {
  const graph = everything();
  test.each([0, 1.5, -1, 65, 1000, Number.NaN, "2"])("%s", async (threads) => {
    await expect(Session.create(graph, randomWeights(graph, 1), { threads: threads as number })).rejects.toThrow(
      /^Session.create: threads is .*, needs /,
    );
  });
});

describe("a model too large", () => {
  test("for the memory of WebAssembly is refused before it is packed", async () => {
    const g = graphBuilder("large", [1, 1, 1, 20000]);
    let x = g.input;
    for (let i = 0; i < 3; i++) x = g.pointwiseConv2d(x, { outputs: 20000, bias: false });
    const graph = g.build(x);
    const empty = Tensor.zeros([1, 1]).broadcastTo([20000, 20000]); // one number in memory
    const weights = new Map(graph.nodes.map(({ weights: { filter } }) => [filter.name, empty]));
    await expect(Session.create(graph, weights, { backend: "simd" })).rejects.toThrow(
      new ShapeError("Session.create: needs 4.5 GiB of memory, WebAssembly has at most 4 GiB"),
    );
  });
});

/** Workers that are made while the test runs, to do them harm. */
function watchWorkers(): workerThreads.Worker[] {
  const made: workerThreads.Worker[] = [];
  class Watched extends workerThreads.Worker {
    constructor(...args: ConstructorParameters<typeof workerThreads.Worker>) {
      super(...args);
      made.push(this);
    }
  }
  const real = process.getBuiltinModule;
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:worker_threads" ? { ...workerThreads, Worker: Watched } : real(name)) as typeof real);
  return made;
}

describe("workers", async () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 64, classes: 5 });
  const weights = randomWeights(graph, 1);
  const x = randomTensor(graph.input.shape, random(1));

  test("one that dies between runs makes a clear error", async () => {
    const made = watchWorkers();
    const session = await Session.create(graph, weights, { backend: "simd", threads: 3 });
    await session.run(x);
    expect(made.length).toBe(2);
    await made[1].terminate();
    await expect(session.run(x)).rejects.toThrow("a thread of the session has ended (exit code 1); make a new session");
    await expect(session.run(x)).rejects.toThrow("a thread of the session has ended");
    session.dispose();
  });

  test("one that dies in the middle of a run does too", async () => {
    const made = watchWorkers();
    const session = await Session.create(graph, weights, { backend: "simd", threads: 2 });
    made[0].terminate(); // takes effect while the run below waits for it
    await expect(session.run(x)).rejects.toThrow("a thread of the session has ended");
    session.dispose();
  });

  test("dispose ends them", async () => {
    const made = watchWorkers();
    const session = await Session.create(graph, weights, { backend: "simd", threads: 3 });
    const ends = made.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    session.dispose();
    expect(await Promise.all(ends)).toEqual([1, 1]);
  });
});

describe("where there can be no threads, one computes and a warning says why, once", async () => {
  const graph = everything();
  const weights = randomWeights(graph, 1);
  const createTwice = async () => {
    const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
    const sessions = [];
    for (let i = 0; i < 2; i++) sessions.push(await Session.create(graph, weights, { backend: "simd", threads: 2 }));
    expect(sessions.map(({ threads }) => threads)).toEqual([1, 1]);
    const alone = await Session.create(graph, weights, { backend: "simd" });
    const x = randomTensor(graph.input.shape, random(1));
    expect(await sessions[0].run(x)).toEqual(await alone.run(x));
    for (const session of [alone, ...sessions]) session.dispose();
    return warnings.mock.calls.map(([message]) => message);
  };

  test("a page that is not isolated", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    expect(await createTwice()).toEqual([
      "separable: threads need a page that is isolated, by the headers Cross-Origin-Opener-Policy: same-origin and " +
        "Cross-Origin-Embedder-Policy: require-corp; one thread computes",
    ]);
    vi.unstubAllGlobals();
  });

  test("a machine that makes no workers", async () => {
    const real = process.getBuiltinModule;
    class Refused {
      constructor() {
        throw new Error("no more threads");
      }
    }
    vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
      name === "node:worker_threads" ? { Worker: Refused } : real(name)) as typeof real);
    expect(await createTwice()).toEqual(["separable: no worker could be made (no more threads); one thread computes"]);
  });
});

describe("a process of its own", () => {
  const program = (threads: number, body: string) => `
    import { mobilenetV1, random, randomTensor, randomWeights, Session } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    const graph = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 5 });
    const make = async () => Session.create(graph, randomWeights(graph, 1), { threads: ${threads} });
    const session = await make();
    const x = randomTensor(graph.input.shape, random(1));
    ${body}`;
  const run = (threads: number, body: string) =>
    execFileSync("node", ["--expose-gc", "--input-type=module", "-e", program(threads, body)], {
      encoding: "utf8",
      timeout: 120_000,
    });

  test("ends by itself when only idle workers are left", () => {
    expect(run(2, "await session.run(x); console.log(session.backend, session.threads);")).toBe("simd 2\n");
  });

  // Fewer with two threads: where other programs keep the processors busy, each meeting of the two may wait for them.
  test.each([
    [1, 10_000],
    [2, 4_000],
  ])("%d thread(s), %d runs: heap and linear memory stay flat", (threads, runs) => {
    const output = run(
      threads,
      `
      const repeat = async (n) => {
        for (let i = 0; i < n; i++) await session.run(x);
      };
      const used = async () => {
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 20, gc()));
        const { heapUsed, external, arrayBuffers } = process.memoryUsage();
        return [heapUsed, external, arrayBuffers];
      };
      await repeat(1000);
      const before = await used();
      await repeat(${runs - 1000});
      const after = await used();
      console.log(JSON.stringify(after.map((bytes, i) => bytes - before[i])));`,
    );
    const [heap, external, buffers] = JSON.parse(output);
    expect(heap).toBeLessThan(500_000); // the heap of a run without garbage is off by half of that
    expect(external).toBeLessThan(10_000);
    expect(buffers).toBeLessThan(10_000);
  });
});
