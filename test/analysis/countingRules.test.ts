import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { countUnderRules } from "../../src/analysis/countingRules.ts";
import { analyze, graphBuilder, mobilenetV1, savings } from "../../src/index.ts";

const { counter_outputs: outputs } = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8"));
const facts = outputs["v1_1.0"] as Record<string, number> & { fvcore_ops_b1: Record<string, number> };
const counts = new Map(countUnderRules(mobilenetV1()).map((row) => [row.rule.name, row]));

test.each([
  ["separable, the papers, TF-slim", "ours_macs"],
  ["thop", "thop_b1"],
  ["torchinfo", "torchinfo_b1"],
  ["fvcore", "fvcore_b1"],
  ["ptflops, modules", "ptflops_pytorch"],
  ["ptflops, aten", "ptflops_aten"],
])("%s counts what the tool prints, to the unit", (rule, fact) => {
  expect(counts.get(rule)?.total).toBe(facts[fact]);
});

test("fvcore's parts too, and everybody's parameters", () => {
  const ops = Object.fromEntries(counts.get("fvcore")?.byOp.map(({ op, count }) => [op, count]) ?? []);
  const { conv2d, depthwiseConv2d, pointwiseConv2d, ...rest } = ops;
  expect({ conv: conv2d + depthwiseConv2d + pointwiseConv2d, ...rest }).toEqual({
    conv: facts.fvcore_ops_b1.conv,
    batchNormalization: facts.fvcore_ops_b1.batch_norm,
    globalAveragePool2d: facts.fvcore_ops_b1.adaptive_avg_pool2d,
    dense: facts.fvcore_ops_b1.linear,
  });
  const { trainable } = analyze(mobilenetV1()).total.parameters;
  for (const tool of ["thop_params", "torchinfo_params", "ptflops_params"]) expect(trainable).toBe(facts[tool]);
});

test("an activation counts the same as an option and as a node", () => {
  const network = (isOption: boolean) => {
    const g = graphBuilder("own", [1, 8, 8, 3]);
    const x = g.conv2d(g.input, { outputs: 4, ...(isOption && { activation: "relu" }) });
    return countUnderRules(g.build(isOption ? x : g.activation(x, "relu"))).map(({ rule, total }) => [
      rule.name,
      total,
    ]);
  };
  expect(network(true)).toEqual(network(false));
});

test("pools: what each tool counts of them, by its rule", () => {
  const g = graphBuilder("pools", [1, 8, 8, 3]);
  const counted = Object.fromEntries(
    countUnderRules(g.build(g.maxPool2d(g.input, { windowDimensions: 2, strides: 2 }))).map(({ rule, total }) => {
      return [rule.name, total];
    }),
  );
  expect(counted["ptflops, modules"]).toBe(2 * 8 * 8 * 3);
  for (const tool of ["thop", "torchinfo", "fvcore", "ptflops, aten"]) expect(counted[tool], tool).toBe(0);
});

test("products of two values are counted, but by tools that see modules with weights only", () => {
  const g = graphBuilder("attention", [1, 4, 49, 16]);
  const graph = g.build(g.matmul(g.input, g.transpose(g.input, [0, 1, 3, 2])));
  const macs = 4 * 49 * 16 * 49;
  const cost = analyze(graph);
  expect(cost.total.macs).toBe(macs);
  expect(cost.byKind.map(({ kind, macs }) => [kind, macs])).toEqual([["matmul", macs]]);
  expect(Object.fromEntries(countUnderRules(graph).map(({ rule, total }) => [rule.name, total]))).toEqual({
    "separable, the papers, TF-slim": macs,
    "the same as FLOPs": 2 * macs,
    thop: 0,
    torchinfo: 0,
    fvcore: macs,
    "ptflops, modules": macs,
    "ptflops, aten": macs,
  });
  expect(savings(graph, graph).blocks.map(({ forms }) => forms)).toEqual([["matmul", "matmul"]]);
});
