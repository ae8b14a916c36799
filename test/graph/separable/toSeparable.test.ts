import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type ApproximatedLayer,
  analyze,
  fashionNet,
  type Graph,
  graphBuilder,
  mobilenetV1,
  mobilenetV2,
  randomWeights,
  Session,
  type Tensor,
  tensor,
  toSeparable,
  toStandard,
  type Weights,
} from "../../../src/index.ts";
import { formulaNumbers } from "../../support/formulaNumbers.ts";
import { expectClose, scattered } from "../../support/tensors.ts";

/** A network of own blocks: standard, grouped, dilated and 1×1 convolutions in a row. */
function mixed(): Graph {
  const g = graphBuilder("mixed", [1, 12, 11, 3]);
  let x = g.conv2d(g.input, { name: "stem", outputs: 8, padding: "same", activation: "relu" });
  x = g.conv2d(x, {
    name: "strided",
    outputs: 16,
    kernel: [3, 2],
    strides: [2, 1],
    padding: [1, 0, 0, 1],
    bias: false,
  });
  x = g.activation(g.batchNormalization(x, { name: "strided_bn", epsilon: 1e-3 }), "relu6", { name: "strided_relu6" });
  x = g.conv2d(x, { name: "dilated", outputs: 16, dilations: 2, padding: "same", activation: "hardSwish" });
  x = g.conv2d(x, { name: "grouped", outputs: 24, groups: 4, padding: "same" });
  x = g.conv2d(x, { name: "narrow", outputs: 8, kernel: 1 });
  x = g.depthwiseConv2d(x, { name: "apart" });
  return g.build({ map: g.conv2d(x, { name: "last", outputs: 6, kernel: 2 }) });
}

const opsOf = (graph: Graph): readonly string[] => graph.nodes.map(({ name, op }) => `${name}: ${op}`);

describe("toSeparable", () => {
  test("replaces all standard convolutions but the first, and repeats what follows each between its halves", () => {
    const made = toSeparable(mixed());
    expect(opsOf(made)).toEqual([
      "stem: conv2d",
      "strided_depthwise: depthwiseConv2d",
      "strided_depthwise_bn: batchNormalization",
      "strided_depthwise_relu6: activation",
      "strided: pointwiseConv2d",
      "strided_bn: batchNormalization",
      "strided_relu6: activation",
      "dilated_depthwise: depthwiseConv2d",
      "dilated: pointwiseConv2d",
      "grouped_depthwise: depthwiseConv2d",
      "grouped: conv2d",
      "narrow: conv2d",
      "apart: depthwiseConv2d",
      "map_depthwise: depthwiseConv2d",
      "map: pointwiseConv2d",
    ]);
    expect(made.name).toBe("mixed_separable");
    expect(made.outputs).toEqual(["map"]);
    const [dilated] = made.nodes.filter(({ name }) => name === "dilated_depthwise");
    expect(dilated).toMatchObject({ activation: "hardSwish", geometry: { dilationH: 2, dilationW: 2 } });
    const weights = Object.fromEntries(made.nodes.map(({ name, weights: all }) => [name, Object.keys(all)]));
    expect(weights).toMatchObject({
      strided_depthwise: ["filter"],
      dilated_depthwise: ["filter", "bias"], // an activation follows
      grouped_depthwise: ["filter"], // another bias follows
    });
    expect(made.nodes.find(({ name }) => name === "strided_depthwise_bn")).toMatchObject({ epsilon: 1e-3 });
  });

  test("keeps every other value: names, shapes, weights", () => {
    const [before, after] = [mixed(), toSeparable(mixed())];
    const kept = new Map(after.nodes.map((node) => [node.name, node]));
    for (const { name, outputShape, weights } of before.nodes) {
      expect(kept.get(name)?.outputShape).toEqual(outputShape);
      const names = Object.values(kept.get(name)?.weights ?? {}).map((spec) => spec.name);
      expect(names).toEqual(Object.values(weights).map((spec) => spec.name));
    }
  });

  test("leaves both ends to the caller: nothing between, or batch norm and an activation everywhere", () => {
    const plain = toSeparable(mixed(), { batchNorm: false, activation: "none" });
    expect(opsOf(plain).filter((one) => one.includes("_depthwise"))).toEqual(
      ["strided", "dilated", "grouped", "map"].map((name) => `${name}_depthwise: depthwiseConv2d`),
    );
    const full = toSeparable(mixed(), { batchNorm: true, activation: "relu" });
    expect(opsOf(full).filter((one) => one.startsWith("grouped"))).toEqual([
      "grouped_depthwise: depthwiseConv2d",
      "grouped_depthwise_bn: batchNormalization",
      "grouped_depthwise_relu: activation",
      "grouped: conv2d",
    ]);
  });

  test.each([
    ["all", "all" as const, ["stem", "strided", "dilated", "grouped", "map"]],
    ["by name", ["dilated", "stem"], ["stem", "dilated"]],
    ["by predicate", ({ geometry }: { geometry: { G: number } }) => geometry.G > 1, ["grouped"]],
  ])("chooses layers: %s", (_, layers, expected) => {
    const made = toSeparable(mixed(), { layers } as never);
    const names = new Set(made.nodes.map(({ name }) => name));
    const changed = mixed().nodes.filter(({ name }) => names.has(`${name}_depthwise`));
    expect(changed.map(({ name }) => name)).toEqual(expected);
  });

  test("counts as the formula says, M/O + M/(G·k²), with the multiplier", () => {
    for (const multiplier of [1, 2, 3]) {
      const standard = fashionNet({ convolution: "standard" });
      const made = toSeparable(standard, { multiplier });
      const expected = analyze(standard).layers.reduce((sum, { name, macs, outputShape: [, , , O] }) => {
        if (!/^conv_\d/.test(name)) return sum + macs;
        return sum + macs * (multiplier / O + multiplier / 9);
      }, 0);
      expect(analyze(made).total.macs).toBeCloseTo(expected, 4);
    }
  });

  test.each([mobilenetV1({ convolution: "standard" }), fashionNet({ convolution: "standard" }), mixed()])(
    "of $name has a standard twin with the same counts",
    (graph) => {
      for (const options of [{}, { multiplier: 2 }, { batchNorm: false, activation: "none" }] as const) {
        expect(analyze(toStandard(toSeparable(graph, options))).total.macs).toBe(analyze(graph).total.macs);
        const twin = analyze(toStandard(toSeparable(graph, options))).total.parameters;
        expect(twin).toEqual(analyze(graph).total.parameters);
      }
    },
  );

  test("finds names that are free", () => {
    const g = graphBuilder("taken", [1, 8, 8, 4]);
    const x = g.conv2d(g.conv2d(g.input, { name: "a", outputs: 4 }), { name: "b", outputs: 4 });
    const graph = g.build(g.pointwiseConv2d(x, { name: "b_depthwise", outputs: 4 }));
    expect(opsOf(toSeparable(graph))[1]).toBe("b_depthwise_2: depthwiseConv2d");
  });
});

/** Both networks on the same images. */
async function answers(
  graph: Graph,
  weights: Weights,
  made: { graph: Graph; weights: Weights },
): Promise<readonly [Tensor, Tensor]> {
  const image = scattered([2, ...graph.input.shape.slice(1)]);
  const sessions = [await Session.create(graph, weights), await Session.create(made.graph, made.weights)];
  return [await sessions[0].run(image), await sessions[1].run(image)];
}

/** Random weights in which each channel's filters, [taps, outputs], have rank r. */
function ofRank(graph: Graph, r: number): Map<string, Tensor> {
  const weights = new Map(randomWeights(graph, 3));
  for (const node of graph.nodes) {
    if (node.op !== "conv2d") continue;
    const { name, shape } = node.weights.filter;
    const [KH, KW, I, O] = shape;
    const { data } = weights.get(name) as Tensor;
    const [left, right] = [formulaNumbers(KH * KW * I * r, 1), formulaNumbers(I * O * r, 2)];
    for (let t = 0; t < KH * KW; t++) {
      for (let c = 0; c < I; c++) {
        for (let o = 0; o < O; o++) {
          const terms = Array.from({ length: r }, (_, m) => left[(t * I + c) * r + m] * right[(c * O + o) * r + m]);
          data[(t * I + c) * O + o] = terms.reduce((sum, term) => sum + term, 0) / 4;
        }
      }
    }
  }
  return weights;
}

describe("with weights", () => {
  test.each([1, 2])("filters of rank %i per channel become separable exactly, but for rounding", async (rank) => {
    const graph = mixed();
    const weights = ofRank(graph, rank);
    const made = toSeparable(graph, weights, { layers: ["strided", "dilated"], multiplier: rank });
    for (const { energy, energies } of made.layers) {
      expect(energy).toBeCloseTo(1, 12);
      expect(energies[rank - 1]).toBeLessThan(0.99);
    }
    const [a, b] = await answers(graph, weights, made);
    expectClose(b, a, 1e-5);
  });

  test("of groups too", async () => {
    const g = graphBuilder("groups", [1, 9, 8, 8]);
    const graph = g.build(g.conv2d(g.input, { name: "grouped", outputs: 32, groups: 2, bias: true }));
    const weights = ofRank(graph, 2);
    const made = toSeparable(graph, weights, { layers: "all", multiplier: 2 });
    const [a, b] = await answers(graph, weights, made);
    expectClose(b, a, 1e-5);
  });

  test("no other kernels of that number come nearer: the error is what the energy says", () => {
    const standard = fashionNet({ convolution: "standard", alpha: 0.5 });
    const weights = randomWeights(standard, 5);
    const made = toSeparable(standard, weights);
    for (const layer of made.layers) {
      expect(keptBy(standard, weights, made, layer)).toBeCloseTo(layer.energy, 5);
      expect(layer.energies).toEqual([...layer.energies].sort((a, b) => a - b));
    }
  });

  /** 1 - Σ (W - W')² / Σ W² with the batch norm's factors, from the filters as they are. */
  function keptBy(
    standard: Graph,
    weights: Weights,
    made: { graph: Graph; weights: Weights },
    { name, depthwise }: ApproximatedLayer,
  ): number {
    const numbers = (of: Weights, key: string): Float32Array => (of.get(key) as Tensor).data;
    const [scale, variance] = ["scale", "variance"].map((role) => numbers(weights, `${name}_bn/${role}`));
    const [W, D, P] = [
      numbers(weights, `${name}/filter`),
      numbers(made.weights, `${depthwise}/filter`),
      numbers(made.weights, `${name}/filter`),
    ];
    const [KH, KW, C, O] = standard.nodes.find((node) => node.name === name)?.weights.filter.shape ?? [];
    let [all, lost] = [0, 0];
    for (let t = 0; t < KH * KW; t++) {
      for (let c = 0; c < C; c++) {
        for (let o = 0; o < O; o++) {
          const factor = scale[o] / Math.sqrt(variance[o] + 1e-3);
          const [own, near] = [W[(t * C + c) * O + o] * factor, D[t * C + c] * P[c * O + o] * factor];
          all += own * own;
          lost += (own - near) ** 2;
        }
      }
    }
    return 1 - lost / all;
  }

  interface FilterCase {
    readonly shape: readonly [number, number, number, number];
    readonly seed: number;
    readonly energies: readonly number[];
  }
  const oracle = JSON.parse(readFileSync(new URL("../../oracles/svd.json", import.meta.url), "utf8")) as {
    readonly filters: readonly FilterCase[];
  };
  test.each(oracle.filters)("the energy of a filter of $shape is NumPy's", ({ shape, seed, energies }) => {
    const [KH, KW, C, O] = shape;
    const g = graphBuilder("one", [1, 8, 8, C]);
    const graph = g.build(g.conv2d(g.input, { name: "conv", outputs: O, kernel: [KH, KW], bias: false }));
    const filter = tensor(Float32Array.from(formulaNumbers(KH * KW * C * O, seed)), shape);
    const [layer] = toSeparable(graph, new Map([["conv/filter", filter]]), { layers: "all", energy: 0.05 }).layers;
    expect(layer.energies.length).toBe(energies.length + 1);
    energies.forEach((kept, i) => {
      expect(layer.energies[i + 1]).toBeCloseTo(kept, 6);
    });
  });

  test("takes a batch norm that follows into account, and leaves it", async () => {
    const g = graphBuilder("norm", [1, 9, 8, 4]);
    const x = g.conv2d(g.input, { name: "conv", outputs: 16, bias: false });
    const graph = g.build(g.batchNormalization(x, { name: "bn" }));
    const weights = new Map(randomWeights(graph, 1));
    // One output is scaled up a hundredfold: it has nearly all of the energy, and is kept best.
    weights.set(
      "bn/scale",
      tensor(
        Float32Array.from({ length: 16 }, (_, o) => (o === 7 ? 100 : 0.01)),
        [16],
      ),
    );
    const made = toSeparable(graph, weights, { layers: "all" });
    expect(made.layers[0].energy).toBeGreaterThan(0.999);
    expect(made.weights.get("bn/scale")).toBe(weights.get("bn/scale"));
    const [a, b] = await answers(graph, weights, made);
    for (let i = 7; i < a.data.length; i += 16) expect(Math.abs(a.data[i] - b.data[i])).toBeLessThan(0.05);
  });

  test("a batch norm between begins by changing nothing", async () => {
    const graph = mixed();
    const weights = randomWeights(graph, 1);
    const [plain, normed] = [false, true].map((batchNorm) => toSeparable(graph, weights, { batchNorm }));
    const [a, b] = await answers(plain.graph, plain.weights, normed);
    expectClose(b, a, 1e-5);
    expect(normed.graph.nodes.length).toBe(plain.graph.nodes.length + 4);
  });

  test("a layer of zeros, and outputs that batch norm silences, stay what they are", async () => {
    const graph = mixed();
    const weights = new Map(randomWeights(graph, 1));
    weights.get("dilated/filter")?.data.fill(0);
    weights.get("strided_bn/scale")?.data.fill(0, 0, 8);
    const made = toSeparable(graph, weights, { multiplier: 2, layers: ["strided", "dilated"] });
    expect(made.layers.map(({ energy }) => energy > 0)).toEqual([true, true]);
    const [, b] = await answers(graph, weights, made);
    expect(b.data.every(Number.isFinite)).toBe(true);
  });

  test("all of the energy takes as many kernels as the rank, not more", () => {
    const layers = ["strided", "dilated"];
    const made = toSeparable(mixed(), ofRank(mixed(), 2), { layers, energy: 1 - 1e-9 });
    expect(made.layers.map(({ multiplier }) => multiplier)).toEqual([2, 2]);
  });

  test("both filters of a channel have the same length, whatever batch norm does", () => {
    const graph = mixed();
    const weights = new Map(randomWeights(graph, 1));
    weights.get("strided_bn/scale")?.data.fill(1e-20);
    const made = toSeparable(graph, weights, { layers: ["strided"] });
    const [D, P] = ["strided_depthwise", "strided"].map((name) => made.weights.get(`${name}/filter`) as Tensor);
    for (let c = 0; c < 8; c++) {
      const d = Math.hypot(...Array.from({ length: 6 }, (_, t) => D.data[t * 8 + c]));
      expect(d / Math.hypot(...P.data.subarray(c * 16, (c + 1) * 16))).toBeCloseTo(1, 5);
    }
  });

  test("by energy: each layer gets the smallest multiplier that keeps it, or stays", () => {
    const standard = fashionNet({ convolution: "standard" });
    const weights = randomWeights(standard, 2);
    const { layers, graph } = toSeparable(standard, weights, { energy: 0.5 });
    for (const { multiplier, energies, macs, macsBefore } of layers) {
      expect(energies[multiplier ?? 0]).toBeGreaterThanOrEqual(0.5);
      expect(energies[(multiplier ?? 0) - 1]).toBeLessThan(0.5);
      expect(macs).toBeLessThan(macsBefore);
    }
    expect(analyze(graph).total.macs).toBeLessThan(analyze(standard).total.macs);
    const most = toSeparable(standard, weights, { energy: 0.9 });
    const [stays] = most.layers.filter(({ multiplier }) => multiplier === null);
    expect(stays).toMatchObject({ depthwise: null, energy: 1, macs: stays.macsBefore });
    expect(most.graph.nodes.find(({ name }) => name === stays.name)?.op).toBe("conv2d");
  });

  test("by multiply-accumulates: no other choice keeps more", () => {
    const weights = randomWeights(mixed(), 2);
    const chosen = ["strided", "dilated", "grouped"];
    const [min, max] = [toSeparable(mixed(), { layers: chosen }), mixed()].map((graph) => analyze(graph).total.macs);
    for (const share of [0, 0.1, 0.25, 0.5, 0.75, 0.99]) {
      const macs = min + share * (max - min);
      const { layers, graph } = toSeparable(mixed(), weights, { layers: chosen, macs });
      expect(analyze(graph).total.macs).toBeLessThanOrEqual(macs);
      const kept = layers.reduce((sum, { energy }) => sum + energy, 0);
      // Every choice, by the formula; the knapsack rounds each of three costs up by at most 1/4096 of what is to spend.
      const costs = chosen.map((name) => costsOf(name));
      const fixed = max - costs.reduce((sum, all) => sum + all[all.length - 1].macs, 0);
      for (const a of costs[0]) {
        for (const b of costs[1]) {
          for (const c of costs[2]) {
            const total = fixed + a.macs + b.macs + c.macs;
            if (total > macs - (3 * (macs - min)) / 4096) continue;
            const other = [a, b, c].reduce((sum, { M }, i) => sum + (M === null ? 1 : layers[i].energies[M]), 0);
            expect(other).toBeLessThanOrEqual(kept + 1e-12);
          }
        }
      }
    }
  });

  /** Costs of a layer of {@link mixed} with every multiplier that makes it cheaper, and of the layer itself, last. */
  function costsOf(layer: string): readonly { readonly M: number | null; readonly macs: number }[] {
    const node = mixed().nodes.find(({ name }) => name === layer);
    if (node?.op !== "conv2d") throw new Error(layer);
    const { OH, OW, C, G, O, KH, KW } = node.geometry;
    const own = OH * OW * (C / G) * O * KH * KW;
    const all = Array.from({ length: KH * KW }, (_, m) => ({
      M: m + 1,
      macs: OH * OW * C * (m + 1) * (KH * KW + O / G),
    }));
    return [...all.filter(({ macs }) => macs < own), { M: null, macs: own }];
  }

  test("reports progress, can be stopped, and changes neither graph nor weights", () => {
    const standard = fashionNet({ convolution: "standard" });
    const weights = randomWeights(standard, 1);
    const before = new Map([...weights].map(([name, one]) => [name, one.data.slice()]));
    const seen: number[] = [];
    toSeparable(standard, weights, { onProgress: (done, of) => seen.push(done / of) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    for (const [name, data] of before) expect(weights.get(name)?.data).toEqual(data);
    const controller = new AbortController();
    const options = { signal: controller.signal, onProgress: () => controller.abort() };
    expect(() => toSeparable(standard, weights, options)).toThrow("aborted");
  });
});

describe("what cannot be", () => {
  const standard = fashionNet({ convolution: "standard" });
  const weights = randomWeights(standard, 1);
  const narrow = graphBuilder("narrow", [1, 8, 8, 4]);
  const one = narrow.build(
    narrow.conv2d(narrow.conv2d(narrow.input, { name: "a", outputs: 4 }), { name: "b", outputs: 1 }),
  );
  test.each<readonly [string, () => unknown, string | RegExp]>([
    [
      "a network that is separable already",
      () => toSeparable(mobilenetV1()),
      'toSeparable: mobilenet_v1_1.0_224 is separable already: its standard convolutions, conv1, are its first layers or have too few outputs; layers: "all" replaces them too',
    ],
    ["one without convolutions", () => toSeparable(dense()), "toSeparable: dense has nothing to replace: there is no"],
    [
      "a layer that does not exist",
      () => toSeparable(standard, { layers: ["conv_22"] }),
      'toSeparable: layers has "conv_22", fashion_1.0_28_standard has no such layer (did you mean "conv_2"?); needs standard convolutions with kernels above 1×1',
    ],
    ["one of 1×1", () => toSeparable(mobilenetV1(), { layers: ["conv_pw_1"] }), "it is a 1×1 convolution; needs"],
    ["a depthwise one", () => toSeparable(mobilenetV1(), { layers: ["conv_dw_1"] }), "it is a depthwise convolution;"],
    ["a dense one", () => toSeparable(standard, { layers: ["conv_preds"] }), "it is a node of kind dense; needs"],
    ["layers that are none", () => toSeparable(standard, { layers: 3 as never }), "toSeparable: layers is 3, needs"],
    [
      "a predicate that chooses none",
      () => toSeparable(standard, { layers: () => false }),
      "toSeparable: layers chooses none of the standard convolutions of fashion_1.0_28_standard, conv1, conv_1, conv_2, …",
    ],
    [
      "a predicate that answers something else",
      () => toSeparable(standard, { layers: () => "yes" as never }),
      'toSeparable: the result of layers is "yes", needs true or false',
    ],
    [
      "a multiplier that makes it dearer",
      () => toSeparable(standard, { multiplier: 8 }),
      "toSeparable: multiplier is 8, with which conv_1 costs 1.14 times its multiply-accumulates; needs at most 7 there, or other layers",
    ],
    [
      "an output alone",
      () => toSeparable(one, { layers: ["b"] }),
      "1.11 times its multiply-accumulates; needs other layers, none makes it cheaper",
    ],
    ["a multiplier of none", () => toSeparable(standard, { multiplier: 0 }), "toSeparable: multiplier is 0, needs"],
    ["an unknown option", () => toSeparable(standard, { rank: 2 } as never), 'toSeparable: unknown option "rank"'],
    [
      "a target without weights",
      () => toSeparable(standard, { energy: 0.9 } as never),
      "energy needs the weights too: toS",
    ],
    ["options in place of weights", () => toSeparable(standard, {} as never, {}), "toSeparable: weights are an Object"],
    [
      "no weights",
      () => toSeparable(standard, undefined as never, { energy: 0.9 }),
      "weights are an Object, needs a Map",
    ],
    ["null", () => toSeparable(standard, weights, { batchNorm: null as never }), "batchNorm is null, needs true or"],
    ["no number", () => toSeparable(standard, weights, { multiplier: null as never }), "multiplier is null, needs"],
    ["a budget of all", () => toSeparable(standard, weights, { macs: 1e12 }), "less than the network's 43466880"],
    ["tied weights", () => toSeparable(tied()), "toSeparable: b shares the weight b/filter with another layer, needs"],
    ["an activation", () => toSeparable(standard, { activation: "tanhh" as never }), 'activation is "tanhh"'],
    [
      "two targets",
      () => toSeparable(standard, weights, { energy: 0.9, macs: 1e9 }),
      "needs one of multiplier, energy",
    ],
    ["an energy", () => toSeparable(standard, weights, { energy: 90 }), "toSeparable: energy is 90, needs a share"],
    ["an energy too high", () => toSeparable(standard, weights, { energy: 1 }), "with which no layer becomes cheaper"],
    [
      "a budget too low",
      () => toSeparable(standard, weights, { macs: 1e6 }),
      "macs is 1000000, needs at least 5411520",
    ],
    ["weights that are missing", () => toSeparable(standard, new Map(), {}), "missing conv1/filter"],
    [
      "weights with NaN",
      () => toSeparable(standard, withNaN("conv_3/filter")),
      "conv_3/filter has NaN at 5, needs finite",
    ],
    ["statistics with NaN", () => toSeparable(standard, withNaN("conv_3_bn/scale")), "conv_3_bn/scale has NaN at 5"],
    ["no graph", () => toSeparable(null as never), "toSeparable: graph is null, needs"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });

  function withNaN(name: string): Weights {
    const changed = new Map([...weights].map(([key, value]) => [key, value.copy()]));
    (changed.get(name) as Tensor).data[5] = Number.NaN;
    return changed;
  }

  function tied(): Graph {
    const g = graphBuilder("tied", [1, 9, 8, 4]);
    let x = g.input;
    for (const name of ["a", "b", "c"]) x = g.conv2d(x, { name, outputs: 4, padding: "same" });
    const plain = g.build(x);
    const [, b] = plain.nodes;
    return { ...plain, nodes: plain.nodes.map((node) => (node.name === "c" ? { ...node, weights: b.weights } : node)) };
  }

  function dense(): Graph {
    const g = graphBuilder("dense", [1, 4]);
    return g.build(g.dense(g.input, { outputs: 2 }));
  }

  test("by default, a layer that would become dearer stays", () => {
    expect(() => toSeparable(one)).toThrow("have too few outputs");
    expect(toSeparable(one, { layers: ["a"] }).nodes.map(({ name }) => name)).toEqual(["a_depthwise", "a", "b"]);
  });

  test("V2's twin becomes V2", () => {
    expect(analyze(toSeparable(toStandard(mobilenetV2()))).total).toEqual(analyze(mobilenetV2()).total);
  });
});
