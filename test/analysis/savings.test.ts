import { describe, expect, test } from "vitest";
import { measureInTurns } from "../../src/analysis/measure.ts";
import { savings, separableSaving } from "../../src/analysis/savings.ts";
import { conv2dCost, conv2dGeometry, graphBuilder, randomWeights, Session } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

describe("savings", () => {
  const { blocks, promised, separable, standard } = savings();

  test("whole network: 8.56 times", () => {
    expect(separable.analysis.total.macs).toBe(568_740_352);
    expect(standard.analysis.total.macs).toBe(4_867_293_184);
    expect(promised).toBe(4_867_293_184 / 568_740_352);
  });

  // The facts' table "block (V1)".
  test.each([
    [1, 231_211_008, 29_302_784, 7.8904],
    [2, 231_211_008, 27_496_448, 8.4088],
    [3, 462_422_016, 54_992_896, 8.4088],
    [6, 231_211_008, 26_141_696, 8.8445],
    [7, 462_422_016, 52_283_392, 8.8445],
    [12, 231_211_008, 25_915_904, 8.9216],
    [13, 462_422_016, 51_831_808, 8.9216],
  ])("block %i: %i against %i, %f times", (index, full, own, times) => {
    const block = blocks[index];
    expect([block.standardMacs, block.separableMacs]).toEqual([full, own]);
    expect(block.promised.toFixed(4)).toBe(times.toFixed(4));
    expect(block.promised).toBeCloseTo(separableSaving(block.standard.outputShape[3], 3), 10);
    expect(block.separable.map(({ name }) => name)).toEqual([`conv_dw_${index}`, `conv_pw_${index}`]);
  });

  test("the first and the last layer are the same in both", () => {
    expect([blocks.length, blocks[0].promised, blocks[14].promised]).toEqual([15, 1, 1]);
  });

  test("the formula is that of the geometries, at any stride", () => {
    for (const [k, strides, N] of [
      [3, 2, 64],
      [5, 1, 7],
      [7, 3, 1000],
    ]) {
      const options = { strides, padding: "same" } as const;
      const full = conv2dCost(conv2dGeometry([1, 13, 11, 6], [k, k, 6, N], options)).macs;
      const depthwise = conv2dCost(conv2dGeometry([1, 13, 11, 6], [k, k, 6, 1], options, "depthwiseConv2d")).macs;
      const map = conv2dGeometry([1, 13, 11, 6], [k, k, 6, 1], options, "depthwiseConv2d");
      const pointwise = conv2dCost(conv2dGeometry([1, map.OH, map.OW, 6], [6, N], {}, "pointwiseConv2d")).macs;
      expect(full / (depthwise + pointwise)).toBeCloseTo(separableSaving(N, k), 10);
    }
  });
});

describe("measureInTurns", async () => {
  const g = graphBuilder("g", [1, 8, 8, 2]);
  const graph = g.build(g.conv2d(g.conv2d(g.input, { name: "a", outputs: 4 }), { name: "b", outputs: 4 }));
  const make = () => Session.create(graph, randomWeights(graph, 1));
  const picture = scattered([1, 8, 8, 2]);

  test("gives a median of the whole and of each layer for each session", async () => {
    const rounds: number[] = [];
    const result = await measureInTurns([await make(), await make()], picture, {
      rounds: 3,
      onRound: (round) => rounds.push(round),
    });
    expect(rounds).toEqual([0, 1, 2, 3]);
    expect(result.map((m) => [m.rounds, [...m.layers.keys()]])).toEqual([
      [3, ["a", "b"]],
      [3, ["a", "b"]],
    ]);
    expect(result.every(({ ms }) => ms > 0)).toBe(true);
  });

  test("stops when the budget is used up, but not before one round", async () => {
    const [{ rounds }] = await measureInTurns([await make()], picture, { rounds: 9, budget: 0, warmup: 0 });
    expect(rounds).toBe(1);
  });
});
