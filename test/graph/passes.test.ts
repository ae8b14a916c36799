import { describe, expect, test } from "vitest";
import {
  foldBatchNorm,
  fuseActivation,
  type Graph,
  graphBuilder,
  planMemory,
  randomWeights,
  Session,
  type Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import { median } from "../../src/runtime/median.ts";
import { scheduleOf } from "../../src/runtime/schedule.ts";
import { everything } from "../support/graphs.ts";
import { expectClose, scattered } from "../support/tensors.ts";

const input = scattered([2, 9, 8, 3]);
async function answer(graph: Graph, weights: ReadonlyMap<string, Tensor>): Promise<Tensor> {
  return (await Session.create(graph, weights, { backend: "naive", optimize: false })).run(input);
}
const close = (a: Tensor, b: Tensor): void => expectClose(a, b, 2e-6);

describe("a graph with two outputs", () => {
  const g = graphBuilder("two", [1, 9, 8, 3]);
  const sums = g.conv2d(g.input, { outputs: 4, bias: false });
  const normalized = g.batchNormalization(sums);
  const one = g.build(g.activation(normalized, "relu"));
  const graph: Graph = { ...one, outputs: [one.output, sums] };

  test("keeps both through every pass, as JSON, and in the schedule", () => {
    const weights = randomWeights(graph, 1);
    const folded = foldBatchNorm(graph, weights);
    // Folded, the sums would be others.
    expect(folded.graph).toEqual(graph);
    const merged = fuseActivation(foldBatchNorm({ ...graph, outputs: [one.output, normalized] }, weights).graph);
    expect(merged.outputs).toEqual([one.output, sums]);
    expect(merged.nodes.map(({ op }) => op)).toEqual(["conv2d", "activation"]);
    expect(fuseActivation(JSON.parse(JSON.stringify(merged)))).toEqual(merged);
    const { inputs, outputs } = scheduleOf(merged, 3);
    expect(inputs).toEqual([{ name: "input", shape: [3, 9, 8, 3], type: "float32" }]);
    expect(outputs.map(({ name, shape }) => [name, ...shape])).toEqual([
      [one.output, 3, 7, 6, 4],
      [sums, 3, 7, 6, 4],
    ]);
  });

  test.each(TIERS)("is computed to the first one, %s", async (backend) => {
    const weights = randomWeights(graph, 1);
    const [both, alone] = [
      await Session.create(graph, weights, { backend }),
      await Session.create({ ...one, outputs: undefined as never }, weights, { backend }),
    ];
    close(await both.run(input), await alone.run(input));
  });
});

describe("foldBatchNorm", () => {
  test("leaves layers alone that share a filter: it would be scaled twice", async () => {
    const g = graphBuilder("tied", [1, 9, 8, 3]);
    let x = g.input;
    for (const name of ["a", "b"]) {
      x = g.conv2d(x, { name, outputs: 3, padding: "same", bias: false });
      x = g.batchNormalization(x, { name: `${name}_bn` });
    }
    const plain = g.build(x);
    const [a] = plain.nodes;
    const graph = {
      ...plain,
      nodes: plain.nodes.map((node) => (node.name === "b" ? { ...node, weights: a.weights } : node)),
    } as Graph;
    const weights = randomWeights(graph, 1);
    expect(foldBatchNorm(graph, weights).graph).toEqual(graph);
    const optimized = await Session.create(graph, weights, { backend: "naive" });
    close(await optimized.run(input), await answer(graph, weights));
  });

  test("changes neither the answer nor what it was given", async () => {
    const graph = everything();
    const weights = randomWeights(graph, 3);
    const before = JSON.stringify([graph, [...weights].map(([name, t]) => [name, t.toArray()])]);
    const folded = foldBatchNorm(graph, weights);
    expect(JSON.stringify([graph, [...weights].map(([name, t]) => [name, t.toArray()])])).toBe(before);
    expect(folded.graph.nodes.filter(({ op }) => op === "batchNormalization")).toEqual([]);
    expect([...folded.weights.keys()].filter((name) => /mean|variance|scale/.test(name))).toEqual([]);
    close(await answer(folded.graph, folded.weights), await answer(graph, weights));
  });

  test.each(["conv2d", "depthwiseConv2d", "pointwiseConv2d"] as const)(
    "into a %s, with and without bias",
    async (op) => {
      for (const bias of [true, false]) {
        const g = graphBuilder("g", [1, 9, 8, 3]);
        const x =
          op === "depthwiseConv2d"
            ? g.depthwiseConv2d(g.input, { multiplier: 2, bias })
            : g[op](g.input, { outputs: 4, bias });
        const graph = g.build(g.batchNormalization(x, { epsilon: 0.1 }));
        const weights = randomWeights(graph, 4);
        const folded = foldBatchNorm(graph, weights);
        expect(folded.graph.nodes.length).toBe(1);
        close(await answer(folded.graph, folded.weights), await answer(graph, weights));
      }
    },
  );

  test("stays out where somebody else reads the sum, where an activation lies between, and where there is no sum", () => {
    const g = graphBuilder("g", [1, 4, 4, 3]);
    const shared = g.conv2d(g.input, { outputs: 3, padding: 1 });
    const both = g.add(g.batchNormalization(shared), shared);
    const bent = g.batchNormalization(g.conv2d(both, { outputs: 3, padding: 1, activation: "relu" }));
    const graph = g.build(g.batchNormalization(g.maxPool2d(bent, { windowDimensions: 2 })));
    const folded = foldBatchNorm(graph, randomWeights(graph, 1));
    expect(folded.graph).toEqual(graph);
    const output = graphBuilder("h", [1, 4, 4, 3]);
    const sum = output.conv2d(output.input, { outputs: 3 });
    output.batchNormalization(sum);
    const early = output.build(sum);
    expect(foldBatchNorm(early, randomWeights(early, 1)).graph).toEqual(early);
  });

  test.each([
    ["a product that float32 does not hold", 1e30, 1e-38, 1],
    ["a filter that overflows", 1e10, 1, 1e30],
  ])("%s stays out", async (_, scale, variance, filter) => {
    const g = graphBuilder("g", [1, 1, 1, 1]);
    const p = g.pointwiseConv2d(g.input, { name: "p", outputs: 1, bias: false });
    const graph = g.build(g.batchNormalization(p, { name: "bn", epsilon: 0 }));
    const weights = new Map([["p/filter", tensor([filter], [1, 1])]]);
    const norm = { scale, variance, mean: 0, bias: 0 };
    for (const [role, value] of Object.entries(norm)) weights.set(`bn/${role}`, tensor([value]));
    for (const backend of TIERS) {
      const session = await Session.create(graph, weights, { backend });
      expect([...(await session.run(tensor([0], [1, 1, 1, 1]))).data]).toEqual([0]);
    }
  });

  test("a division by zero stays out: 0 · ∞ in a filter would turn its infinity into NaN", async () => {
    const g = graphBuilder("g", [1, 1, 1, 2]);
    const graph = g.build(
      g.batchNormalization(g.pointwiseConv2d(g.input, { name: "p", outputs: 2, bias: false }), {
        name: "bn",
        epsilon: 0,
      }),
    );
    const row = (...values: number[]) => tensor(values);
    const weights = new Map([
      [
        "p/filter",
        tensor([
          [1, 0],
          [0, -1],
        ]),
      ],
      ["bn/mean", row(0, 0)],
      ["bn/variance", row(1, 1)],
      ["bn/scale", row(2, Number.POSITIVE_INFINITY)],
      ["bn/bias", row(1, 0)],
    ]);
    expect(foldBatchNorm(graph, weights).graph).toEqual(graph);
    for (const backend of TIERS) {
      const session = await Session.create(graph, weights, { backend });
      expect([...(await session.run(tensor([3, 5], [1, 1, 1, 2]))).data], backend).toEqual([
        7,
        Number.NEGATIVE_INFINITY,
      ]);
    }
  });

  test("names a weight that is missing", () => {
    const graph = everything();
    const weights = randomWeights(graph, 3);
    weights.delete("stem_bn/mean");
    expect(() => foldBatchNorm(graph, weights)).toThrow("foldBatchNorm: weight stem_bn/mean is missing");
  });
});

describe("fuseActivation", () => {
  test("does not change the answer, and leaves the others alone", async () => {
    const graph = everything();
    const weights = randomWeights(graph, 3);
    const folded = foldBatchNorm(graph, weights);
    const fused = fuseActivation(folded.graph);
    expect(fused.nodes.filter(({ op }) => op === "activation")).toEqual([]);
    expect(fuseActivation(graph).nodes.filter(({ op }) => op === "activation").length).toBe(2); // those behind a batch norm
    close(await answer(fused, folded.weights), await answer(graph, weights));
  });

  test("an activation that is the output is fused too, one that follows another is not", () => {
    const g = graphBuilder("g", [1, 4, 4, 3]);
    const x = g.activation(g.conv2d(g.input, { name: "c", outputs: 3 }), "relu6");
    const fused = fuseActivation(g.build(g.activation(x, "sigmoid", { name: "last" })));
    expect(fused.nodes.map(({ name }) => name)).toEqual(["c", "last"]);
    const one = fuseActivation(g.build(x));
    expect(one.output).toBe("c");
  });
});

describe("planMemory", () => {
  test("values that live at once never share memory", () => {
    for (const graph of [everything(), fuseActivation(everything())]) {
      const { offsetBytes, peakBytes, sumBytes } = planMemory(graph);
      const bytes = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 4);
      const nodes = [
        { name: "input", outputShape: graph.input.shape, inputs: [] as readonly string[], op: "input" },
        ...graph.nodes,
      ];
      const alias = new Map<string, string>();
      for (const node of nodes)
        alias.set(node.name, node.op === "reshape" ? (alias.get(node.inputs[0]) ?? "") : node.name);
      const last = (name: string) =>
        Math.max(
          ...nodes.map((node, i) => (node.inputs.some((x) => alias.get(x) === name) ? i : -1)),
          name === alias.get(graph.output) ? nodes.length : -1,
        );
      for (const [i, a] of nodes.entries()) {
        for (const [j, b] of nodes.entries()) {
          if (j <= i || alias.get(a.name) === alias.get(b.name)) continue;
          if (last(alias.get(a.name) ?? "") < j) continue; // a is dead when b is written
          const [atA, atB] = [offsetBytes.get(a.name) ?? -1, offsetBytes.get(b.name) ?? -1];
          const apart = atA + bytes(a.outputShape) <= atB || atB + bytes(b.outputShape) <= atA;
          expect(apart, `${a.name} and ${b.name}`).toBe(true);
        }
      }
      expect(peakBytes).toBeLessThan(sumBytes);
    }
  });

  test("a chain of equals needs two places", () => {
    const g = graphBuilder("chain", [1, 4, 4, 2]);
    let x = g.input;
    for (let i = 0; i < 6; i++) x = g.depthwiseConv2d(x, { padding: "same" });
    expect(planMemory(g.build(x))).toMatchObject({ peakBytes: 4 * 64, sumBytes: 4 * 7 * 32 });
  });
});

test("median", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])]).toEqual([2, 2.5, 5]);
  expect(median([])).toBeNaN();
});

test("sessions on all tiers agree on the optimised graph", async () => {
  const graph = everything();
  const weights = randomWeights(graph, 8);
  const answers = await Promise.all(
    TIERS.map(async (backend) => (await Session.create(graph, weights, { backend })).run(input)),
  );
  for (const other of answers.slice(1)) close(other, answers[0]);
});
