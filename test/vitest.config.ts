import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    // The enumeration takes minutes, and is asked for by its name: npm run test:exhaustive.
    exclude: [
      ...configDefaults.exclude,
      ...(process.argv.includes("exhaustive") ? [] : ["test/kernels/exhaustive/**"]),
    ],
    testTimeout: 300_000,
    maxWorkers: "100%",
    coverage: {
      enabled: process.env.SEPARABLE_COVERAGE === "1",
      include: ["src/**/*.ts"],
      exclude: ["src/cli/main.ts"], // the executable, tried in a process of its own
      reporter: ["text-summary", "text"],
      thresholds: { lines: 95, branches: 90 },
    },
  },
});
