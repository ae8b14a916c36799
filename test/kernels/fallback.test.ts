/** An engine without SIMD: im2col computes, and a warning says so, once. */
import { expect, test, vi } from "vitest";

test("where there is no SIMD, im2col stands in for it", async () => {
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.resetModules();
  const { conv2d, graphBuilder, randomWeights, Session, Tensor } = await import("../../src/index.ts");
  const g = graphBuilder("small", [1, 4, 4, 2]);
  const graph = g.build(g.conv2d(g.input, { outputs: 3, padding: 1 }));
  for (const backend of ["simd", "auto"] as const) {
    const session = await Session.create(graph, randomWeights(graph, 1), { backend, threads: 2, precision: "fast" });
    expect([session.backend, session.threads, session.precision]).toEqual(["im2col", 1, "exact"]);
    expect((await session.run(Tensor.zeros([1, 4, 4, 2]))).shape).toEqual([1, 4, 4, 3]);
  }
  expect(conv2d(Tensor.zeros([1, 2, 2, 1]), Tensor.zeros([1, 1, 1, 1]), { backend: "simd" }).shape).toEqual([
    1, 2, 2, 1,
  ]);
  expect(warnings.mock.calls).toEqual([["separable: this engine has no WebAssembly SIMD; im2col computes instead"]]);
  vi.restoreAllMocks();
});

test("where a process has no room for WebAssembly, auto computes with im2col, and simd is refused in words", async () => {
  vi.spyOn(WebAssembly, "Memory").mockImplementation(function refuse() {
    throw new RangeError("could not allocate memory");
  } as never);
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.resetModules();
  const { conv2d, graphBuilder, randomWeights, Session, Tensor } = await import("../../src/index.ts");
  const g = graphBuilder("small", [1, 4, 4, 2]);
  const graph = g.build(g.conv2d(g.input, { outputs: 3, padding: 1 }));
  const session = await Session.create(graph, randomWeights(graph, 1));
  expect([session.backend, (await session.run(Tensor.zeros([1, 4, 4, 2]))).shape]).toEqual(["im2col", [1, 4, 4, 3]]);
  expect(conv2d(Tensor.zeros([1, 2, 2, 1]), Tensor.zeros([1, 1, 1, 1])).shape).toEqual([1, 2, 2, 1]);
  const reason =
    /needs 0\.1 MiB of memory, this process may not reserve the 10 GiB of address space that an engine takes/;
  await expect(Session.create(graph, randomWeights(graph, 1), { backend: "simd" })).rejects.toThrow(reason);
  const alone = (): unknown => conv2d(Tensor.zeros([1, 2, 2, 1]), Tensor.zeros([1, 1, 1, 1]), { backend: "simd" });
  expect(alone).toThrow(reason);
  expect(warnings.mock.calls.length).toBe(1);
  vi.restoreAllMocks();
});
