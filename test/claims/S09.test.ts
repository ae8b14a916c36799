import { expect, test } from "vitest";
import { analyze, mobilenetV1, planMemory } from "../../src/index.ts";

test("S9: the smallest published MobileNetV1 needs 2 MB of weights and less than 0.6 MB while it runs", () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 128 });
  expect(analyze(graph).total.weightBytes).toBe(1_902_176);
  expect(planMemory(graph).peakBytes).toBeLessThan(600_000);
});
