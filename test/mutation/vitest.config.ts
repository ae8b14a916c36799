/**
 * The tests that judge geometry and kernels, as `npm run mutation` runs them for every mutant. The exhaustive
 * enumeration and the generated properties would kill more, but take a minute each under instrumentation; the tables
 * must do it alone.
 *
 * The generators of the SIMD tier are left out: most of their constants say how work is cut, which by design changes no
 * answer, so such mutants live rightly. What judges them is bits.test.ts, which allows no bit to differ from plain
 * lines.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/geometry/*.test.ts", "test/kernels/**/*.test.ts", "test/ops/*.test.ts", "test/graph/*.test.ts"],
    exclude: [
      "test/kernels/exhaustive/**",
      "test/kernels/laws.test.ts",
      "test/kernels/im2col/large.test.ts",
      "test/kernels/simd/**",
      "test/kernels/gradients.test.ts", // of the gradients, which are not changed here
      // Seconds for each mutant, and few of them die here alone.
      "test/graph/readGraph.test.ts",
    ],
    testTimeout: 120_000,
    bail: 1,
  },
});
