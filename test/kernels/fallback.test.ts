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
