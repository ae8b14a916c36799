/** @file Pooling: the largest or the mean of the pixels under a window, four channels at a time. */
import { countedTaps, type Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { Local } from "../../wasm/expression.ts";
import { f32x4, f64x2, i32, local, v128 } from "../../wasm/instructions.ts";
import { add } from "../../wasm/integer.ts";
import type { EmittedKernel, Packed } from "../contract/kernels.ts";
import { joined, promoteHigh } from "./elementwise.ts";
import { launchFunc, packedArrays } from "./emitter.ts";
import { eachVector, storeLanes } from "./vectors.ts";
import { eachTap, eachWindow } from "./window.ts";

/**
 * y[n, oh, ow, c] = max over the window of x[n, …, c]; -∞ for a window without a pixel, NaN stays NaN.
 */
export function maxPool2d(g: Pool2dGeometry): EmittedKernel {
  const func = launchFunc("maxPool", ["x", "y"], (range, declare) => {
    const largest = declare("v128", "largest");
    return eachWindow(g, range, declare, (window) =>
      eachVector(g.C, declare, (c, lanes) => [
        local.set(largest, f32x4.splat(Number.NEGATIVE_INFINITY)),
        eachTap(g, window, declare, (pixel) => [local.set(largest, f32x4.max(largest, v128.load(add(pixel, c))))]),
        storeLanes(add(window.y, c), largest, lanes),
      ]),
    );
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output"], units: g.N * g.OH }],
  };
}

/**
 * y[n, oh, ow, c] = ( Σ x[n, …, c] ) / count over the window, taps in order, in float64 and rounded once.
 *
 * The count of a window is the product of its taps that count along rows and along columns; both are constants.
 */
export function averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): EmittedKernel {
  const taps = countedTaps(g, countIncludePad);
  const func = launchFunc("averagePool", ["x", "y", "counts"], ({ counts, ...range }, declare) => {
    const [low, high, count, pixels] = declare.v128("low", "high", "count", "pixels");
    const countAt = (first: number, o: Local<"i32">) =>
      v128.load64_splat(add(counts, i32.shl(o, 3)), first * Float64Array.BYTES_PER_ELEMENT);
    return eachWindow(g, range, declare, (window) => [
      local.set(count, f64x2.mul(countAt(0, window.oh), countAt(g.OH, window.ow))),
      eachVector(g.C, declare, (c, lanes) => [
        local.set(low, f64x2.splat(0)),
        local.set(high, f64x2.splat(0)),
        eachTap(g, window, declare, (pixel) => [
          local.set(pixels, v128.load(add(pixel, c))),
          local.set(low, f64x2.add(low, f64x2.promote_low_f32x4(pixels))),
          local.set(high, f64x2.add(high, promoteHigh(pixels))),
        ]),
        storeLanes(add(window.y, c), joined(f64x2.div(low, count), f64x2.div(high, count)), lanes),
      ]),
    ]);
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "packed"], units: g.N * g.OH }],
    packed: packedCounts(taps),
  };
}

/** Taps that count, of rows and of columns, as float64. */
export function packedCounts({ rows, columns }: ReturnType<typeof countedTaps>): Packed {
  return packedArrays((rows.length + columns.length) * Float64Array.BYTES_PER_ELEMENT, () => [
    Float64Array.from(rows),
    Float64Array.from(columns),
  ]);
}
