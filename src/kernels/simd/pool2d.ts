/** @file Pooling: the largest or the mean of the pixels under a window, four channels at a time. */
import { countedTaps, type Pool2dGeometry } from "../../geometry/pool2d.ts";
import { func } from "../../wasm/control.ts";
import { f32x4, f64x2, i32, local, v128 } from "../../wasm/instructions.ts";
import { joined, promoteHigh } from "./elementwise.ts";
import { storeLanes } from "./emit.ts";
import { constantsOf, type EmittedKernel, NO_CONSTANTS } from "./kernel.ts";
import { eachVector } from "./vectors.ts";
import { eachTap, eachWindow } from "./window.ts";

/**
 * y[n, oh, ow, c] = max over the window of x[n, …, c]; -∞ for a window without a pixel, NaN stays NaN.
 */
export function maxPool2d(g: Pool2dGeometry): EmittedKernel {
  const params = { x: "i32", y: "i32", from: "i32", to: "i32" } as const;
  const entry = func("maxPool", params, (range, declare) => {
    const largest = declare("v128", "largest");
    return eachWindow(g, range, declare, (window) =>
      eachVector(g.C, declare, (c, lanes) => [
        local.set(largest, f32x4.splat(Number.NEGATIVE_INFINITY)),
        eachTap(g, window, declare, (pixel) => [local.set(largest, f32x4.max(largest, v128.load(i32.add(pixel, c))))]),
        storeLanes(i32.add(window.y, c), largest, lanes),
      ]),
    );
  });
  return {
    launches: [{ func: entry, operands: [0, "output"], units: g.N * g.OH }],
    constants: NO_CONSTANTS,
    scratchBytes: 0,
  };
}

/**
 * y[n, oh, ow, c] = ( Σ x[n, …, c] ) / count over the window, taps in order, in float64 and rounded once.
 *
 * The count of a window is a product, taps of its rows that count times taps of its columns that count; both are
 * constants.
 */
export function averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): EmittedKernel {
  const taps = countedTaps(g, countIncludePad);
  const params = { x: "i32", y: "i32", counts: "i32", from: "i32", to: "i32" } as const;
  const entry = func("averagePool", params, ({ counts, ...range }, declare) => {
    const [low, high, count, pixels] = ["low", "high", "count", "pixels"].map((name) => declare("v128", name));
    const countAt = (first: number, o: typeof range.from) =>
      v128.load64_splat(i32.add(counts, i32.shl(o, 3)), first * Float64Array.BYTES_PER_ELEMENT);
    return eachWindow(g, range, declare, (window) => [
      local.set(count, f64x2.mul(countAt(0, window.oh), countAt(g.OH, window.ow))),
      eachVector(g.C, declare, (c, lanes) => [
        local.set(low, f64x2.splat(0)),
        local.set(high, f64x2.splat(0)),
        eachTap(g, window, declare, (pixel) => [
          local.set(pixels, v128.load(i32.add(pixel, c))),
          local.set(low, f64x2.add(low, f64x2.promote_low_f32x4(pixels))),
          local.set(high, f64x2.add(high, promoteHigh(pixels))),
        ]),
        storeLanes(i32.add(window.y, c), joined(f64x2.div(low, count), f64x2.div(high, count)), lanes),
      ]),
    ]);
  });
  return {
    launches: [{ func: entry, operands: [0, "output", "constants"], units: g.N * g.OH }],
    constants: constantsOf((g.OH + g.OW) * Float64Array.BYTES_PER_ELEMENT, () => [
      Float64Array.from(taps.rows),
      Float64Array.from(taps.columns),
    ]),
    scratchBytes: 0,
  };
}
