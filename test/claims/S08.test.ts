import { expect, test } from "vitest";
import { conv2dCost, conv2dGeometry, depthwiseConv2d, random, randomTensor } from "../../src/index.ts";
import { channelsChangedBy } from "../support/influence.ts";
import { scattered } from "../support/tensors.ts";

test("S8: N times cheaper than a standard convolution, but no channel hears of another", () => {
  const [k, C, N] = [3, 64, 128];
  const standard = conv2dCost(conv2dGeometry([1, 8, 8, C], [k, k, C, N]));
  const depthwise = conv2dCost(conv2dGeometry([1, 8, 8, C], [k, k, C, 1], {}, "depthwiseConv2d"));
  expect([standard.parameters, depthwise.parameters]).toEqual([k * k * C * N, k * k * C]);
  expect(standard.macs / depthwise.macs).toBe(N);
  const w = scattered([3, 3, 4, 2], 1);
  expect(channelsChangedBy((x) => depthwiseConv2d(x, w), scattered([1, 4, 4, 4]), 1)).toEqual([2, 3]);
});

test("S8: per input channel a separable kernel has rank 1, a standard one any rank up to k²", () => {
  const [k, C, N] = [3, 4, 12];
  const [d, p, w] = [scattered([k, k, C, 1], 1), scattered([C, N], 2), randomTensor([k, k, C, N], random(3))];
  for (let c = 0; c < C; c++) {
    const taps = (value: (tap: number, o: number) => number): number[][] =>
      Array.from({ length: k * k }, (_, tap) => Array.from({ length: N }, (_, o) => value(tap, o)));
    const kh = (tap: number) => Math.floor(tap / k);
    expect(rank(taps((tap, o) => d.at(kh(tap), tap % k, c, 0) * p.at(c, o)))).toBe(1);
    expect(rank(taps((tap, o) => w.at(kh(tap), tap % k, c, o)))).toBe(9);
  }
});

/** Rank of a matrix by Gaussian elimination with row pivots. */
function rank(rows: number[][]): number {
  const m = rows.map((row) => [...row]);
  let found = 0;
  for (let column = 0; column < m[0].length && found < m.length; column++) {
    let pivot = found;
    for (let r = found; r < m.length; r++) if (Math.abs(m[r][column]) > Math.abs(m[pivot][column])) pivot = r;
    if (Math.abs(m[pivot][column]) < 1e-9) continue;
    [m[found], m[pivot]] = [m[pivot], m[found]];
    for (let r = found + 1; r < m.length; r++) {
      const factor = m[r][column] / m[found][column];
      for (let c = column; c < m[r].length; c++) m[r][c] -= factor * m[found][c];
    }
    found++;
  }
  return found;
}
