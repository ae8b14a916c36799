import { expect, test } from "vitest";
import { graphBuilder, planMemory, random, randomTensor, randomWeights, Session } from "../../src/index.ts";
import { expectClose } from "../support/tensors.ts";

// A pointwise layer with a sigmoid has two launches. The first shares a phase with the depthwise layer before it, band
// by band: the pointwise layer's output must not take the place of what later bands of the depthwise layer still read.
test.each([1, 2, 3])(
  "a layer whose launches lie in two phases keeps off its predecessor's input, %i thread(s)",
  async (threads) => {
    const g = graphBuilder("gate", [1, 14, 14, 512]);
    const gate = g.pointwiseConv2d(g.depthwiseConv2d(g.input), { outputs: 512, activation: "sigmoid" });
    const graph = g.build(gate);
    const weights = randomWeights(graph, 1);
    const x = randomTensor([1, 14, 14, 512], random(2));
    const [naive, simd] = [
      await Session.create(graph, weights, { backend: "naive" }),
      await Session.create(graph, weights, { backend: "simd", threads }),
    ];
    expectClose(await simd.run(x), await naive.run(x), 1e-5);
    expect(simd.plan.peakBytes).toBeGreaterThan(planMemory(graph).peakBytes); // nothing of the phase shares a place
    simd.dispose();
  },
);
