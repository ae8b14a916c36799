import { expect, test } from "vitest";
import { graphBuilder, randomWeights, Session } from "../../src/index.ts";
import { timeSessions } from "../../src/measure/timeSessions.ts";
import { isNoisy, timeInTurns } from "../../src/measure/timing.ts";
import { scattered } from "../support/tensors.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("everything runs once a round, in turns, and the rounds that warm up do not count", async () => {
  const order: string[] = [];
  const rounds: number[] = [];
  const timings = await timeInTurns([{ run: () => void order.push("a") }, { run: async () => void order.push("b") }], {
    rounds: 3,
    warmup: 2,
    onRound: (round) => rounds.push(round),
  });
  expect(order.join("")).toBe("ababababab");
  expect(rounds).toEqual([0, 0, 0, 1, 2]);
  expect(timings.map((timing) => timing.rounds)).toEqual([3, 3]);
});

test("the clock is tinybench's, unless a task measures itself; what a task returns is no time", async () => {
  const own = [9, 1, 2, 4, 100];
  const [slept, told] = await timeInTurns([{ run: () => pause(20) }, { ms: () => own.shift() ?? 0 }], {
    rounds: 4,
    warmup: 1,
  });
  expect(slept.ms).toBeGreaterThan(15);
  expect(slept.ms).toBeLessThan(200);
  expect(told).toEqual({ ms: 3, quarter: 1.75, threeQuarters: 28, rounds: 4 });
});

test("what comes before a run is not timed", async () => {
  const order: string[] = [];
  const task = { run: () => void order.push("run"), before: () => pause(30).then(() => order.push("before")) };
  const [{ ms }] = await timeInTurns([task], { rounds: 2, warmup: 0 });
  expect(order).toEqual(["before", "run", "before", "run"]);
  expect(ms).toBeLessThan(15);
});

test("stops when the budget is used up, but not before one round", async () => {
  const [{ rounds }] = await timeInTurns([{ run: () => 1 }], { rounds: 9, budget: 0, warmup: 0 });
  expect(rounds).toBe(1);
});

test("warming up takes a quarter of the budget, and one round at least", async () => {
  let runs = 0;
  const run = () => pause(20).then(() => void runs++);
  const [{ rounds }] = await timeInTurns([{ run }], { rounds: 1, budget: 40, warmup: 9 });
  expect(rounds).toBe(1);
  expect(runs).toBe(2); // 20 ms of warming up are more than 10
});

test("rounds that are over before the code is warm do not count, one that lasts longer does", async () => {
  const lengths = [5, 5, 80, 5, 5];
  let runs = 0;
  const run = () => pause(lengths[runs++]);
  const [{ ms, rounds }] = await timeInTurns([{ run }], { rounds: 1, warmup: 0, warmupMs: 60 });
  expect([runs, rounds]).toEqual([3, 1]);
  expect(ms).toBeGreaterThan(75);
});

test("a session of several threads is timed when the others' workers are parked and its own awake", async () => {
  const order: string[] = [];
  const session = (name: string, threads: number) => ({
    threads,
    profile: async () => {
      order.push(`time ${name}`);
      return [{ name, ms: 1 }];
    },
    runAll: async () => void order.push(`wake ${name}`),
  });
  const runs = [session("a", 2), session("b", 1)].map((one) => ({ session: one as never as Session, inputs: {} }));
  await timeSessions(runs, { rounds: 1, warmup: 0 });
  expect(order).toEqual(["wake a", "time a", "time b"]);
  order.length = 0;
  await timeSessions(runs.slice(0, 1), { rounds: 1, warmup: 0 });
  expect(order).toEqual(["time a"]); // alone
});

test("short rounds go on until they took the least time", async () => {
  const start = performance.now();
  const [{ rounds }] = await timeInTurns([{ run: () => 1 }], { rounds: 2, warmup: 0, minMs: 80 });
  expect(performance.now() - start).toBeGreaterThanOrEqual(80);
  expect(rounds).toBeGreaterThan(4);
});

test("a task that fails is not measured", async () => {
  const fail = () => {
    throw new Error("no image");
  };
  await expect(timeInTurns([{ run: fail }])).rejects.toThrow("no image");
});

test("noisy is a middle half wider than a tenth of the median", () => {
  expect(isNoisy({ ms: 10, quarter: 9.8, threeQuarters: 10.7, rounds: 9 })).toBe(false);
  expect(isNoisy({ ms: 10, quarter: 9.8, threeQuarters: 10.9, rounds: 9 })).toBe(true);
});

test("sessions give the whole and each layer", async () => {
  const g = graphBuilder("g", [1, 8, 8, 2]);
  const graph = g.build(g.conv2d(g.conv2d(g.input, { name: "a", outputs: 4 }), { name: "b", outputs: 4 }));
  const session = await Session.create(graph, randomWeights(graph, 1));
  const [{ ms, layers, rounds }] = await timeSessions([{ session, inputs: scattered([1, 8, 8, 2]) }], { rounds: 1 });
  expect([...layers.keys()]).toEqual(["a", "b"]);
  expect(rounds).toBe(1);
  const [a, b] = layers.values();
  expect(a).toBeGreaterThan(0);
  expect(ms).toBeCloseTo(a + b, 9);
});
