/** Where a network is cut so that a batch can go through the rest of it at once. */
import { describe, expect, test } from "vitest";
import { type Graph, graphBuilder, mobilenetV1, mobilenetV3Small, randomWeights, Session } from "../../src/index.ts";
import { simdKernels } from "../../src/kernels/simd.ts";
import { launchesByPhase } from "../../src/runtime/phases.ts";
import { computed, scheduleOf } from "../../src/runtime/schedule.ts";
import { tailBytes, tailOf } from "../../src/runtime/tail.ts";

function cut(graph: Graph) {
  const kernels = simdKernels("exact");
  const layers = computed(scheduleOf(graph).steps, (step) => step.kernel(kernels));
  const launches = launchesByPhase(layers.steps, layers.kernels);
  const tail = tailOf(layers.steps, layers.kernels, launches, (images) => scheduleOf(graph, images));
  return (
    tail && { ...tail, names: tail.schedule.steps.map(({ name }) => name), bytes: tailBytes(tail, layers.kernels) }
  );
}

describe("the tail of a network", () => {
  test("begins with the first layer of one pixel, and reads one value", () => {
    const v1 = cut(mobilenetV1());
    expect(v1?.names).toEqual(["conv_preds"]);
    expect(v1?.schedule.inputs).toEqual([{ name: expect.any(String), shape: [8, 1024], type: "float32" }]);
    const v3 = cut(mobilenetV3Small());
    expect(v3?.names[0]).toMatch(/^head/);
    expect(v3?.names[v3.names.length - 1]).toBe("scores");
  });

  test("is a whole network of dense layers, softmax and all", () => {
    const g = graphBuilder("dense", [1, 9]);
    const hidden = g.dense(g.input, { name: "hidden", outputs: 5, activation: "sigmoid" });
    const tail = cut(g.build(g.softmax(g.dense(hidden, { name: "scores", outputs: 3 }), { name: "shares" })));
    expect([tail?.headPhases, tail?.names]).toEqual([0, ["hidden", "scores", "shares"]]);
    const values = 8 * 4 * (12 + 8 + 4 + 4); // each value up to whole vectors
    expect(tail?.bytes).toBeGreaterThan(values - 8 * 4 * 12); // and the powers of the softmax
  });

  test("is not there without a dense layer, or where more than one value goes into it", () => {
    const g = graphBuilder("none", [1, 6, 6, 4]);
    const x = g.globalAveragePool2d(g.conv2d(g.input, { outputs: 8 }));
    expect(cut(g.build(x))).toBeNull();
    const flat = g.reshape(x, [1, 8]);
    expect(cut(g.build(g.mul(g.dense(flat, { outputs: 8 }), flat)))).not.toBeNull();
    const two = graphBuilder("two", [1, 6, 6, 8]);
    const [a, b] = [two.globalAveragePool2d(two.input), two.globalAveragePool2d(two.conv2d(two.input, { outputs: 8 }))];
    const narrow = two.pointwiseConv2d(b, { outputs: 8 });
    expect(cut(two.build(two.mul(narrow, a)))).toBeNull();
  });
});

test("takes no memory from a network with images: it works where the values of the head were", async () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 128 });
  const tail = cut(graph);
  const session = await Session.create(graph, randomWeights(graph, 1), { backend: "simd" });
  expect(tail?.bytes).toBeLessThan(session.plan.peakBytes);
  session.dispose();
});
