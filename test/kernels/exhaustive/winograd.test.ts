/**
 * Small convolutions by Winograd's method: each on one tier or two, since a kernel is emitted for every geometry; within
 * the bound that `separable/testing` states.
 */

import { conv2dGeometry } from "../../../src/geometry/conv2d.ts";
import { conv2d, Tensor } from "../../../src/index.ts";
import { winogradErrors } from "../../../src/testing/winogradBound.ts";
import { at, axes, check, coin, fits, product, stretch } from "../../support/exhaustive.ts";
import { scatterConv2d } from "../../support/reference.ts";

const EXTENTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const PADDINGS = ["valid", "same", "same-lower", [1, 0, 0, 2], [2, 3, 1, 1]] as const;
const CHANNELS = [
  [1, 1],
  [3, 5],
  [4, 2],
  [7, 9],
] as const;
const LISTS = [
  EXTENTS,
  EXTENTS,
  PADDINGS,
  CHANNELS,
  [1, 2],
  [false, true],
  ["winograd2", "winograd4"],
  [0, 1, 2, 3, 4, 5],
] as const;

check("Winograd's method", () => {
  let [checked, refused] = [0, 0];
  for (const [index, [H, W, padding, [C, O], N, hasBias, algorithm, salt]] of product(...LISTS)) {
    const [rows, columns] = axes(padding, [H, 3, 1, 1], [W, 3, 1, 1]);
    if (!fits(rows) || !fits(columns)) {
      refused++;
      continue;
    }
    const [xData, wData] = [stretch(N * H * W * C, index + salt), stretch(9 * C * O, index + salt + 1)];
    const bias = hasBias ? stretch(O, index + 2) : null;
    const [x, w] = [new Tensor(xData, [N, H, W, C]), new Tensor(wData, [3, 3, C, O])];
    const { y: exact } = scatterConv2d(xData, wData, bias, { N, C, O, G: 1, rows, columns });
    const g = conv2dGeometry(x.shape, w.shape, { padding }, "conv2d");
    const errors = winogradErrors(
      {
        ...{ op: "conv2d", g, x, w, bias, activation: "none", layout: "nhwc", filterLayout: "hwio" },
        ...{ precision: "float32", algorithm },
      },
      algorithm,
    );
    // Emitting takes milliseconds: a geometry is emitted once for all its salts.
    const tiers = salt > 0 ? ["im2col"] : coin(index, 3) ? ["im2col", "naive"] : ["simd"];
    for (const backend of tiers as ("naive" | "im2col" | "simd")[]) {
      const options = { padding, bias: bias && new Tensor(bias, [O]), algorithm, backend } as const;
      const y = conv2d(x, w, options).data;
      const wrong = y.findIndex((value, i) => !(Math.abs(value - exact[i]) <= errors[i]));
      if (wrong !== -1 || y.length !== exact.length) {
        const what = `${backend}, ${wrong}: ${y[wrong]}, needs ${exact[wrong]} ± ${errors[wrong]}`;
        return { checked, refused, wrong: at(index, H, W, padding, C, O, N, hasBias, algorithm, what) };
      }
    }
    checked++;
  }
  return { checked, refused, wrong: null };
});
