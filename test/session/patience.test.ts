/** Promises that take long can be stopped, and say how far they are. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import {
  evaluate,
  fashionNet,
  fashionSample,
  loadWeights,
  machineCeilings,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  train,
  writeSafetensors,
} from "../../src/index.ts";

const graph = fashionNet({ alpha: 0.25 });
const weights = randomWeights(graph, 1);
const images = Tensor.zeros([6, 28, 28, 1]);
const stopped = AbortSignal.abort();

describe("run", () => {
  test("is told of every image, and stops between two", async () => {
    const session = await Session.create(graph, weights, { backend: "im2col" });
    const told: string[] = [];
    const control = new AbortController();
    const running = session.run(images, {
      signal: control.signal,
      onProgress: (done, of) => {
        told.push(`${done} of ${of}`);
        if (done === 3) control.abort();
      },
    });
    await expect(running).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(told).toEqual(["1 of 6", "2 of 6", "3 of 6"]);
    expect((await session.run(images)).shape).toEqual([6, 10]); // the session goes on
    await expect(session.run(images, { signal: stopped })).rejects.toThrow(/aborted/);
    await expect(session.run(images, { signal: 1 as never })).rejects.toThrow(ShapeError);
    await expect(session.run(images, { onProgress: "x" as never })).rejects.toThrow(
      /onProgress is "x", needs a function/,
    );
    session.dispose();
  });

  test("that has not begun when the session is disposed rejects", async () => {
    const session = await Session.create(graph, weights, { backend: "im2col" });
    const running = session.run(images);
    session.dispose();
    await expect(running).rejects.toThrow(`the session of ${graph.name} was disposed`);
  });

  test("profile too", async () => {
    const session = await Session.create(graph, weights, { backend: "im2col" });
    const told: number[] = [];
    await session.profile(images, { runs: 2, onProgress: (done) => told.push(done) });
    expect(told.filter(Number.isInteger)).toEqual([1, 2]);
    expect(told.length).toBeGreaterThan(2 * 10); // layer by layer
    expect(told).toEqual([...told].sort((a, b) => a - b));
    await expect(session.profile(images, { signal: stopped })).rejects.toThrow(/aborted/);
    session.dispose();
  });

  test("using ends a session, where the engine has it", async () => {
    const { asyncDispose } = Symbol as { asyncDispose?: symbol };
    const session = await Session.create(graph, weights, { backend: "im2col" });
    if (asyncDispose !== undefined) await (session as never as Record<symbol, () => Promise<void>>)[asyncDispose]();
    else session.dispose();
    await expect(session.run(images)).rejects.toThrow(/was disposed/);
  });
});

test.each(["naive", "simd"] as const)("create with a signal that was stopped, on %s", async (backend) => {
  await expect(Session.create(graph, weights, { backend, signal: stopped })).rejects.toThrow(/aborted/);
  const told: number[] = [];
  (await Session.create(graph, weights, { backend, onProgress: (done) => told.push(done) })).dispose();
  expect(told).toEqual([1]);
});

test("reading a file tells of its bytes; a slow server can be left", async () => {
  const bytes = writeSafetensors(
    new Map([
      ["w", Tensor.zeros([1000])],
      ["v", Tensor.zeros([1000])],
    ]),
  );
  const told: number[] = [];
  await loadWeights(bytes, { onProgress: (done, of) => told.push(done / of) });
  expect(told.length).toBeGreaterThan(1);
  expect(Math.max(...told)).toBe(1);
  await expect(loadWeights(bytes, { signal: stopped })).rejects.toThrow(/aborted/);
  const server = createServer(() => {}); // never answers
  await new Promise<void>((resolve) => void server.listen(0, resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/w.safetensors`;
  await expect(loadWeights(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow(
    expect.objectContaining({ name: "TimeoutError" }),
  );
  server.closeAllConnections();
  server.close();
});

test("training and evaluation", { timeout: 30_000 }, async () => {
  const data = await fashionSample();
  const control = new AbortController();
  const told: string[] = [];
  const training = train(
    graph,
    data,
    { epochs: 3, batch: 10, backend: "im2col" },
    {
      signal: control.signal,
      onProgress: (done, of) => {
        told.push(`${done} of ${of}`);
        if (done === 2) control.abort();
      },
    },
  );
  await expect(training).rejects.toThrow(/aborted/);
  expect(told.length).toBe(2);
  const session = await Session.create(graph, weights, { backend: "im2col" });
  const shares: number[] = [];
  await evaluate(session, data, { onProgress: (done, of) => shares.push(done / of) });
  expect(shares.at(-1)).toBe(1);
  await expect(evaluate(session, data, { signal: stopped })).rejects.toThrow(/aborted/);
  session.dispose();
});

test("measuring", async () => {
  await expect(machineCeilings({ signal: stopped })).rejects.toThrow(/aborted/);
});
