/** Algorithms chosen for a whole network: by a pass, and by a session. */
import { expect, test } from "vitest";
import {
  type AlgorithmChoice,
  analyze,
  type Graph,
  graphBuilder,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  Session,
  savings,
  type Tensor,
  TIERS,
  withAlgorithm,
} from "../../src/index.ts";

const twin = mobilenetV1({ alpha: 0.25, resolution: 64, classes: 10, convolution: "standard" });
const algorithmsOf = ({ nodes }: Graph): (string | undefined)[] =>
  nodes.flatMap((node) => (node.op === "conv2d" ? [node.algorithm] : []));

test("takes what it can, and leaves the rest direct", () => {
  const four = algorithmsOf(withAlgorithm(twin, "winograd4"));
  expect(four.filter((algorithm) => algorithm === "winograd4")).toHaveLength(9);
  expect(four.filter((algorithm) => algorithm === undefined)).toHaveLength(5);
  expect(withAlgorithm(withAlgorithm(twin, "winograd2"), "direct")).toEqual(twin);
  expect(algorithmsOf(withAlgorithm(twin, "best"))).toContain("winograd2"); // of small maps
});

test("what is promised counts products; MACs and parameters stay", () => {
  const separable = mobilenetV1({ alpha: 0.25, resolution: 64, classes: 10 });
  const [direct, fair] = [twin, withAlgorithm(twin, "winograd4")].map((graph) => savings(separable, graph));
  expect(fair.promised).toBeLessThan(direct.promised / 1.5);
  expect(fair.second.analysis.total.macs).toBe(direct.second.analysis.total.macs);
  expect(fair.second.analysis.total.parameters).toEqual(direct.second.analysis.total.parameters);
  const layer = analyze(withAlgorithm(twin, "winograd4")).layers[1];
  expect([layer.algorithm, layer.weightBytes]).toEqual(["winograd4", 4 * (36 * 8 * 16 + 4 * 16)]);
  expect(layer.scratchBytes).toBeGreaterThan(0);
});

test("a session's option: the graph says what is run, and answers agree on every tier", async () => {
  const weights = randomWeights(twin, 1);
  const x = randomTensor([1, 64, 64, 3], random(2));
  const exact = await answer("naive", "direct");
  const size = Math.hypot(...exact.data);
  for (const backend of TIERS) {
    for (const algorithm of ["winograd2", "winograd4", "best"] as const) {
      const y = await answer(backend, algorithm);
      expect(Math.hypot(...y.data.map((value, i) => value - exact.data[i])) / size).toBeLessThan(1e-4);
    }
  }

  async function answer(backend: (typeof TIERS)[number], algorithm: AlgorithmChoice): Promise<Tensor> {
    const session = await Session.create(twin, weights, { backend, algorithm });
    expect(algorithmsOf(session.graph).filter(Boolean)).toHaveLength(algorithm === "direct" ? 0 : 9);
    const y = await session.run(x);
    session.dispose();
    return y;
  }
});

test("refused: another name, and a network of which nothing is taken", async () => {
  expect(() => withAlgorithm(twin, "fft" as never)).toThrow('withAlgorithm: algorithm is "fft"');
  const g = graphBuilder("none", [1, 9, 9, 3]);
  const graph = g.build(g.depthwiseConv2d(g.conv2d(g.input, { name: "first", outputs: 4, strides: 2 })));
  const message = 'algorithm is "winograd2", which takes no layer of none: first has strides 2×2, needs 1';
  expect(() => withAlgorithm(graph, "winograd2")).toThrow(`withAlgorithm: ${message}`);
  const weights = randomWeights(graph, 1);
  await expect(Session.create(graph, weights, { algorithm: "winograd2" })).rejects.toThrow(message);
  expect(withAlgorithm(graph, "best")).toEqual(graph);
});
