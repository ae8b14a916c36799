import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // In one visit of about a hundred a Chromium without a screen stops giving the page frames, with the processor idle and the page
    // alive; why is not known. Then nothing that waits for a frame comes to an end, and the visit is made again.
    retry: 2,
    fileParallelism: false, // figures of one page must not be spoilt by another one
  },
});
