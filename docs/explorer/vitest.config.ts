import { defineConfig } from "vitest/config";
import { pixels } from "./build/pixels.ts";

export default defineConfig({
  plugins: [pixels()],
  test: {
    root: import.meta.dirname,
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false, // pages must not disturb one another's measurements
  },
});
