/** The tests that judge geometry and kernels, quick ones first: what `npm run mutation` runs for every mutant. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/geometry/*.test.ts", "test/kernels/**/*.test.ts", "test/ops/*.test.ts", "test/graph/*.test.ts"],
    testTimeout: 120_000,
    bail: 1,
  },
});
