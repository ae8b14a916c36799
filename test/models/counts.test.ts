/** Every network that was published, to the last unit: totals of 65 sizes, and 12 networks layer by layer. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { analyze, type Graph } from "../../src/index.ts";
import { modelNamed } from "../../src/models/named.ts";
import { makeDivisible } from "../../src/models/width.ts";

interface Layer {
  readonly kind: "conv" | "dw" | "pw" | "se" | "fc";
  readonly k: number;
  readonly stride: number;
  readonly cin: number;
  readonly cout: number;
  readonly hin: number;
  readonly hout: number;
  readonly weights: number;
  readonly biases: number;
  readonly bn: number;
  readonly macs: number;
}
interface Counts {
  readonly layers: number;
  readonly macs: number;
  readonly params_bn0: number;
  readonly params_bn2: number;
  readonly params_bn4: number;
  readonly layer_table?: readonly Layer[];
}
const facts: {
  grid: Record<string, Counts>;
  models: Record<string, Counts>;
  vectors: { make_divisible: [number, number][]; v2_channels: Record<string, V2Channels> };
} = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8"));
interface V2Channels {
  readonly stem: number;
  readonly stages: readonly number[];
  readonly last: number;
}

/**
 * From the facts' names: v3_large_0.75_224_torchvision, v3_small_minimalistic_1.0_224_keras,
 * mobilenet_v1_1.0_224_fullconv.
 */
function graphOf(name: string): Graph {
  const plain = name.replace(/^(?=v\d)/, "mobilenet_").replace("_fullconv", "_standard");
  const [, family, size, source = ""] = /^(.*)_minimalistic(_[\d.]+_\d+)(_\w+)?$/.exec(plain) ?? [];
  const model = modelNamed(family === undefined ? plain : `${family}${size}_minimalistic${source}`);
  if (model === null) throw new Error(`${name} is no model`);
  return model.graph();
}

const KINDS = { conv: "conv", dw: "depthwise", pw: "pointwise", se: "pointwise", fc: "dense" } as const;

describe.each([
  ["grid", facts.grid, 65],
  ["models", facts.models, 12],
] as const)("%s", (_, published, count) => {
  test(`${count} networks`, () => expect(Object.keys(published).length).toBe(count));

  test.each(Object.entries(published))("%s", (name, counts) => {
    const { layers, total } = analyze(graphOf(name));
    expect(total.macs).toBe(counts.macs);
    expect(total.parameters).toEqual({
      withoutBatchNorm: counts.params_bn0,
      trainable: counts.params_bn2,
      stored: counts.params_bn4,
    });
    const weighted = layers.filter(({ macs }) => macs > 0);
    expect(weighted.length).toBe(counts.layers);
    counts.layer_table?.forEach((row, i) => {
      const layer = weighted[i];
      expect(layer.kind, layer.name).toBe(KINDS[row.kind]);
      expect(layer.macs, layer.name).toBe(row.macs);
      expect(layer.weights, layer.name).toBe(row.weights);
      expect(layer.parameters.stored, layer.name).toBe(row.weights + row.biases + 4 * row.bn);
      expect(layer.outputShape.at(-1)).toBe(row.cout);
      expect(layer.inputShape.at(-1)).toBe(row.cin);
      if (row.kind === "fc") return;
      expect(layer.kernel, layer.name).toEqual([row.k, row.k]);
      expect(layer.strides, layer.name).toEqual([row.stride, row.stride]);
      expect([layer.inputShape[1], layer.outputShape[1]], layer.name).toEqual([row.hin, row.hout]);
    });
  });
});

test("every network under the name of its own graph is that graph", () => {
  for (const name of [...Object.keys(facts.grid), ...Object.keys(facts.models)]) {
    const graph = graphOf(name);
    expect(modelNamed(graph.name)?.graph()).toEqual(graph);
  }
});

test.each(facts.vectors.make_divisible)("makeDivisible(%d) is %d", (v, expected) => {
  expect(makeDivisible(v)).toBe(expected);
});

test.each(Object.entries(facts.vectors.v2_channels))("channels of V2 at alpha %s", (alpha, { stem, stages, last }) => {
  const { layers } = analyze(modelNamed(`mobilenet_v2_${alpha}`)?.graph() as Graph);
  const outputs = (pattern: RegExp) => layers.filter(({ name }) => pattern.test(name)).map((l) => l.outputShape[3]);
  expect(outputs(/^stem$/)).toEqual([stem]);
  expect([...new Set(outputs(/_project$/))]).toEqual([...new Set(stages)]);
  expect(outputs(/^last$/)).toEqual([last]);
});
