import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { weightSpecs } from "../../src/graph/graph.ts";
import {
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type Tensor,
  TIERS,
  tensor,
  type Value,
} from "../../src/index.ts";
import { gradientSession } from "../../src/train/gradientSession.ts";
import { writeTarget } from "../../src/train/targets.ts";
import { scattered } from "../support/tensors.ts";

/** What PyTorch's automatic differentiation gives, in float64: test/oracles/gradients.py. */
interface GradientCase {
  readonly name: string;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}
const { cases }: { cases: GradientCase[] } = JSON.parse(readFileSync("test/oracles/gradients.json", "utf8"));

type Operation = (g: GraphBuilder, a: Value, b: Value) => Value;

const one = (g: GraphBuilder, x: Value): Value => g.exp(g.sub(x, x));
const squarePlus1 = (g: GraphBuilder, x: Value): Value => g.add(g.mul(x, x), one(g, x));
const around = [
  [0, 0],
  [2, 1],
  [1, 2],
  [0, 0],
] as const;

/** The operation of each case, in the order of [n, h, w, c]. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  sub: (g, a, b) => g.sub(a, b),
  div: (g, a, b) => g.div(a, g.add(g.abs(b), one(g, b))),
  mul: (g, a, b) => g.mul(a, b),
  max: (g, a, b) => g.max(a, b),
  min: (g, a, b) => g.min(a, b),
  "sub, broadcast": (g, a, b) => g.sub(g.reduceMean(a, { axes: [1, 2], keepDimensions: true }), b),
  tanh: (g, a) => g.tanh(a),
  exp: (g, a) => g.exp(a),
  log: (g, a) => g.log(squarePlus1(g, a)),
  sqrt: (g, a) => g.sqrt(squarePlus1(g, a)),
  reciprocal: (g, a) => g.reciprocal(squarePlus1(g, a)),
  erf: (g, a) => g.erf(a),
  "leaky relu": (g, a) => g.leakyRelu(a, { alpha: 0.1 }),
  elu: (g, a) => g.elu(a, { alpha: 0.7 }),
  "gelu, none": (g, a) => g.gelu(a),
  "gelu, tanh": (g, a) => g.gelu(a, { approximate: "tanh" }),
  clamp: (g, a) => g.clamp(a, { minValue: -0.5, maxValue: 0.8 }),
  "hard sigmoid": (g, a) => g.hardSigmoid(a, { alpha: 0.2, beta: 0.5 }),
  "mean over rows": (g, a) => g.transpose(g.reduceMean(a, { axes: [1] }), [0, 2, 1]),
  "mean over all": (g, a) => g.reshape(g.reduceMean(a), [1, 1]),
  "sum over channels": (g, a) => g.reduceSum(a, { axes: [3], keepDimensions: true }),
  slice: (g, a) => g.slice(a, [0, 1, 0, 1], [1, 4, 2, 2], { steps: [1, 1, 2, 1] }),
  "channel shuffle": (g, a) => g.reshape(g.transpose(g.reshape(a, [1, 5, 4, 2, 2]), [0, 1, 2, 4, 3]), [1, 5, 4, 4]),
  gather: (g, a) => g.gather(a, [4, 0, 4, 2], 1),
  tile: (g, a) => g.tile(a, [1, 2, 3, 1]),
  "pad, reflect": (g, a) => g.pad(a, around, { mode: "reflection" }),
  "pad, edge": (g, a) => g.pad(a, around, { mode: "edge" }),
  "resize, nearest": (g, a) => g.resample2d(a, { sizes: [7, 9], coordinates: "asymmetric", rounding: "floor" }),
  "resize, linear": (g, a) => g.resample2d(a, { sizes: [7, 9], mode: "linear" }),
  "resize, linear, aligned": (g, a) => g.resample2d(a, { sizes: [3, 9], mode: "linear", coordinates: "align-corners" }),
  transposed: (g, a) =>
    g.convTranspose2d(a, {
      name: "own",
      outputs: 3,
      kernel: [3, 2],
      strides: [2, 3],
      padding: [1, 1, 0, 0],
      outputPadding: [1, 2],
      bias: false,
    }),
  "transposed, groups": (g, a) =>
    g.convTranspose2d(a, { name: "own", outputs: 4, kernel: 2, strides: 2, groups: 2, bias: false }),
};

/** The numbers of PyTorch's [o, c, …] in our order, and back. */
const inOurs = (t: Tensor): Tensor => (t.shape.length === 4 ? t.transpose([2, 3, 1, 0]) : t);

function network(name: string): Graph {
  const g = graphBuilder("gradients", [1, 5, 4, 4]);
  const [a, b] = ["a", "b"].map((name) => g.conv2d(g.input, { name, outputs: 4, kernel: 1, bias: false }));
  const y = OPERATIONS[name](g, a, b);
  const flat = g.reshape(y, [1, g.shapeOf(y).reduce((size, extent) => size * extent, 1)]);
  return g.build(g.dense(flat, { name: "dense", outputs: 3, bias: false }));
}

/** As in the script: scattered numbers, made smaller; b's differently, so that no maximum is a tie. */
function weightsOf(graph: Graph): Map<string, Tensor> {
  const smaller = (t: Tensor, size: number): Tensor =>
    tensor(
      t.toFloat32Array().map((v) => v * size),
      t.shape,
    );
  const salts: Readonly<Record<string, number>> = { a: 2, b: 3, own: 4, dense: 5 };
  return new Map(
    weightSpecs(graph).map(({ name, shape }) => {
      const [layer] = name.split("/");
      if (layer === "dense") return [name, smaller(scattered(shape, 5), 0.05)];
      const [kh, kw, c, o] = shape;
      return [name, inOurs(smaller(scattered([o, c, kh, kw], salts[layer]), layer === "b" ? 0.21 : 0.2)).contiguous()];
    }),
  );
}

describe.each(TIERS)("%s gives PyTorch's gradients", (backend) => {
  test.each(cases)("$name", async ({ name, loss, gradients }) => {
    const graph = network(name);
    const weights = weightsOf(graph);
    const session = await gradientSession(graph, weights, 3, { backend });
    const images = scattered([3, 4, 5, 4], 1).transpose([0, 2, 3, 1]).toFloat32Array();
    session.input.data.set(images, session.input.offset);
    const targets = session.targets.data.subarray(session.targets.offset);
    for (const [i, label] of [1, 0, 2].entries()) writeTarget(targets, i, 3, label, 0);
    await session.run();
    const mean = session.losses.toFloat32Array().reduce((sum, value) => sum + value / 3, 0);
    expect(mean).toBeCloseTo(loss, 5);
    for (const [layer, expected] of Object.entries(gradients)) {
      const found = session.gradients.get(`${layer}/filter`) as Float32Array;
      const [kh, kw, c, o] = (weights.get(`${layer}/filter`) as Tensor).shape;
      const wanted = inOurs(tensor(expected, [o, c, kh, kw])).toFloat32Array();
      const size = Math.max(...wanted.map(Math.abs));
      const furthest = Math.max(...wanted.map((value, i) => Math.abs(value - found[i])));
      expect(furthest, layer).toBeLessThan(1e-5 * size);
    }
    session.dispose();
  });
});

test("every operation has its case", () => {
  expect(Object.keys(OPERATIONS)).toEqual(cases.map(({ name }) => name));
});
