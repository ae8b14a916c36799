import { describe, expect, test } from "vitest";
import { savings, separableSaving } from "../../src/analysis/savings.ts";
import { conv2dCost, conv2dGeometry, mobilenetV1 } from "../../src/index.ts";

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
    expect(block.formula).toEqual({ outputs: block.second[0].outputShape[3], kernel: 3 });
  });

  test("the first and the last layer are the same in both", () => {
    expect([blocks.length, blocks[0].promised, blocks[14].promised]).toEqual([15, 1, 1]);
  });

  test("networks with the same layers are compared layer by layer, others by the size of their images", () => {
    const [wide, narrow] = [mobilenetV1({ alpha: 0.5 }), mobilenetV1({ alpha: 0.25 })];
    const layers = savings(wide, narrow).blocks;
    expect(layers.length).toBe(28);
    expect(layers.every(({ formula, first: own }) => formula === null && own.length === 1)).toBe(true);

    for (const other of [
      savings(wide, mobilenetV1({ shallow: true })),
      savings(mobilenetV1({ shallow: true }), wide),
    ]) {
      expect(other.blocks.map(({ name }) => name)).toEqual(["112×112", "56×56", "28×28", "14×14", "7×7", "dense"]);
      const sum = (macs: (block: (typeof layers)[number]) => number) =>
        other.blocks.reduce((all, b) => all + macs(b), 0);
      expect(sum(({ firstMacs }) => firstMacs)).toBe(other.first.analysis.total.macs);
      expect(sum(({ secondMacs }) => secondMacs)).toBe(other.second.analysis.total.macs);
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
