import { describe, expect, test } from "vitest";
import { blocksOf } from "../../src/analysis/blocks.ts";
import { savings, separableSaving } from "../../src/analysis/savings.ts";
import {
  analyze,
  conv2dCost,
  conv2dGeometry,
  graphBuilder,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
} from "../../src/index.ts";
import { ownPair } from "../support/graphs.ts";

describe("savings", () => {
  const twin = mobilenetV1({ convolution: "standard" });
  const { blocks, promised, first, second } = savings(mobilenetV1(), twin);

  test("whole network: 8.56 times", () => {
    expect(first.analysis.total.macs).toBe(568_740_352);
    expect(second.analysis.total.macs).toBe(4_867_293_184);
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
    expect([block.secondMacs, block.firstMacs]).toEqual([full, own]);
    expect(block.promised?.toFixed(4)).toBe(times.toFixed(4));
    expect(block.promised).toBeCloseTo(separableSaving(block.second[0].outputShape[3], 3), 10);
    expect(block.first.map(({ name }) => name)).toEqual([`conv_dw_${index}`, `conv_pw_${index}`]);
    const [outputs, kernel] = [block.second[0].outputShape[3], 3];
    expect(block.formula).toMatchObject({ outputs, kernel, multiplier: 1, groups: 1 });
    expect(block.areTwins).toBe(true);
    expect(1 / (block.formula?.ratio ?? 0)).toBeCloseTo(block.promised ?? 0, 10);
  });

  test("the first and the last layer are the same in both", () => {
    expect([blocks.length, blocks[0].promised, blocks[14].promised]).toEqual([15, 1, 1]);
  });

  test("networks of other widths are compared block by block; what one of them lacks stands alone", () => {
    const [wide, narrow] = [mobilenetV1({ alpha: 0.5 }), mobilenetV1({ alpha: 0.25 })];
    const pairs = savings(wide, narrow).blocks;
    expect(pairs.length).toBe(15);
    expect(pairs.every(({ forms: [one, other], areTwins: twins }) => one === other && !twins)).toBe(true);

    const shallow = mobilenetV1({ alpha: 0.5, shallow: true });
    for (const other of [savings(wide, shallow), savings(shallow, wide)]) {
      expect(other.blocks.length).toBe(15);
      expect(other.blocks.filter(({ promised: ratio }) => ratio === null).length).toBe(5);
      const total = (macs: (block: (typeof pairs)[number]) => number) =>
        other.blocks.reduce((all, one) => all + macs(one), 0);
      expect(total(({ firstMacs }) => firstMacs)).toBe(other.first.analysis.total.macs);
      expect(total(({ secondMacs }) => secondMacs)).toBe(other.second.analysis.total.macs);
      const parameters = other.blocks.reduce((all, { secondParameters }) => all + secondParameters.stored, 0);
      expect(parameters).toBe(other.second.analysis.total.parameters.stored);
    }
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

describe("networks of one's own, whatever their layers are called", () => {
  const { separable, standard } = ownPair();
  const { blocks, first, second } = savings(separable, standard);

  // 32×32×3 → 16 by 3×3; then 3×3 from 16 to 16; from 16 to 32 at half the size; from 32 to 32, dilated; 32 → 10.
  const stem = 32 * 32 * 9 * 3 * 16;
  const counted = [
    [stem, stem],
    [32 * 32 * (9 * 16 + 16 * 16), 32 * 32 * 9 * 16 * 16],
    [16 * 16 * (9 * 16 + 16 * 32), 16 * 16 * 9 * 16 * 32],
    [16 * 16 * (9 * 32 + 32 * 32), 16 * 16 * 9 * 32 * 32],
    // two groups: each reads 16 channels and gives 16
    [16 * 16 * 9 * 16 * 32, 16 * 16 * 9 * 16 * 32],
    [320, 320],
  ];

  test("MACs and parameters are those of a count by hand", () => {
    expect(blocks.map(({ firstMacs, secondMacs }) => [firstMacs, secondMacs])).toEqual(counted);
    const [a, b] = [0, 1].map((side) => counted.reduce((sum, macs) => sum + macs[side], 0));
    expect([first.analysis.total.macs, second.analysis.total.macs]).toEqual([a, b]);
    const grouped = 9 * 16 * 32 + 32;
    const dense = 32 * 10 + 10;
    expect(second.analysis.total.parameters.trainable).toBe(
      9 * 3 * 16 + 16 + 9 * 16 * 16 + 16 + 9 * 16 * 32 + 32 + 9 * 32 * 32 + 32 + grouped + dense,
    );
    expect(first.analysis.total.parameters.trainable).toBe(
      9 * 3 * 16 + 16 + (160 + 272) + (160 + 544) + (320 + 1056) + grouped + dense,
    );
  });

  test("7.02 times for 32 outputs and a 3×3 kernel", () => {
    expect(blocks.map(({ promised }) => promised?.toFixed(2))).toEqual([
      "1.00",
      "5.76",
      "7.02",
      "7.02",
      "1.00",
      "1.00",
    ]);
    expect(blocks.map(({ areTwins }) => areTwins)).toEqual([false, true, true, true, false, false]);
    for (const block of blocks)
      if (block.areTwins) expect((block.formula?.ratio ?? 0) * (block.promised ?? 0)).toBeCloseTo(1, 12);
  });

  test("multiplier and groups are part of the formula", () => {
    const g = graphBuilder("g", [1, 8, 8, 4]);
    const depthwise = g.depthwiseConv2d(g.input, { multiplier: 3, kernel: [1, 5], padding: "same" });
    const block = g.build(g.conv2d(depthwise, { outputs: 8, kernel: 1, groups: 2 }));
    const s = graphBuilder("s", [1, 8, 8, 4]);
    const full = s.build(s.conv2d(s.input, { outputs: 8, kernel: [1, 5], padding: "same" }));
    const [pair] = savings(block, full).blocks;
    expect(pair.formula).toEqual({ outputs: 8, kernel: [1, 5], multiplier: 3, groups: 2, ratio: 3 / 8 + 3 / (2 * 5) });
    expect((pair.formula?.ratio ?? 0) * (pair.promised ?? 0)).toBeCloseTo(1, 12);
  });

  test.each([
    ["V2", mobilenetV2(), 17, 16],
    ["V3, through squeeze-and-excite", mobilenetV3Large(), 15, 14],
  ])("%s: blocks, and what expands them", (_, graph, separableBlocks, expansions) => {
    const forms = blocksOf(analyze(graph).layers).map(({ form }) => form);
    expect(forms.filter((form) => form === "separable").length).toBe(separableBlocks);
    expect(forms.filter((form) => form === "expansion").length).toBe(expansions);
  });

  test("networks of too many blocks to compare are refused", () => {
    const g = graphBuilder("long", [1, 1]);
    let x = g.input;
    for (let i = 0; i < 4097; i++) x = g.dense(x, { outputs: 1 });
    const long = g.build(x);
    expect(() => savings(long, long)).toThrow("savings: 4097 and 4097 blocks, needs at most 16777216 pairs");
  });

  test("two networks with nothing in common", () => {
    const one = graphBuilder("one", [1, 4]);
    const other = graphBuilder("other", [1, 8, 8, 3]);
    const { blocks: alone } = savings(
      one.build(one.dense(one.input, { outputs: 2 })),
      other.build(other.conv2d(other.input, { outputs: 2 })),
    );
    expect(alone.map(({ name, forms, promised }) => [name, forms, promised])).toEqual([
      ["dense_1", ["dense", null], null],
      ["conv2d_1", [null, "standard"], null],
    ]);
  });
});
