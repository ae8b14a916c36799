import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    testTimeout: 300_000,
    maxWorkers: "100%",
    coverage: {
      include: ["src/**/*.ts"],
      exclude: ["src/cli/main.ts"], // the executable, tried in a process of its own
      reporter: ["text-summary", "text"],
      thresholds: { lines: 95, branches: 90 },
    },
  },
});
