import { defineConfig } from "vitest/config";
import { pixels } from "./build/pixels.ts";

export default defineConfig({
  plugins: [pixels()],
  test: {
    root: import.meta.dirname,
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false, // figures of one page must not be spoilt by another one
  },
});
