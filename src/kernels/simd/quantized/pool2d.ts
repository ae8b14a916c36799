/** @file Pooling of integers: the largest, or the mean, of those under a window. */
import { countedTaps, type Pool2dGeometry } from "../../../geometry/pool2d.ts";
import type { Expr, Local } from "../../../wasm/expression.ts";
import { f64x2, i32, local, v128 } from "../../../wasm/instructions.ts";
import { add } from "../../../wasm/integer.ts";
import { i32x4, int8s, reals } from "../../../wasm/integerVectors.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import type { Limits } from "../../contract/quantized.ts";
import { launchFunc } from "../emitter.ts";
import { packedCounts } from "../pool2d.ts";
import { eachTap, eachWindow } from "../window.ts";
import { eachBlock } from "./blocks.ts";
import { centered } from "./reading.ts";
import { inFloat64, limitBytes, storeBytes, storeIntegers, towardsNearest } from "./requantize.ts";

/** y[n, oh, ow, c] = limit( max over the window of x[n, …, c] ), sixteen channels at a time. */
export function maxPool2d(g: Pool2dGeometry, limits: Limits): EmittedKernel {
  const [maxOf, lowest] = limits.type === "int8" ? [int8s.max_s, -128] : [int8s.max_u, 0];
  const images = { ...g, elementBytes: 1 };
  const func = launchFunc("maxPool", ["x", "y"], (range, declare) => {
    const largest = declare("v128", "largest");
    const address = declare("i32", "address");
    return eachWindow(images, range, declare, (window) =>
      eachBlock(g.C, 16, declare, (c, count) => [
        local.set(largest, int8s.splat(lowest)),
        eachTap(images, window, declare, (pixel) => [local.set(largest, maxOf(largest, v128.load(add(pixel, c))))]),
        local.set(largest, limitBytes(limits, largest)),
        local.set(address, add(window.y, c)),
        storeBytes(address, largest, count),
      ]),
    );
  });
  return { kind: "emitted", launches: [{ func, operands: [0, "output"], units: g.N * g.OH }] };
}

/**
 * y[n, oh, ow, c] = limit( round( (Σ x[n, …, c]) / count ) ) over the taps on the image, half away from 0, eight
 * channels at a time. The quotient is taken in float64, where no two different ones are close enough to be confused.
 */
export function averagePool2d(g: Pool2dGeometry, limits: Limits): EmittedKernel {
  const taps = countedTaps(g, false);
  const images = { ...g, elementBytes: 1 };
  const func = launchFunc("averagePool", ["x", "y", "counts"], ({ counts, ...range }, declare) => {
    const [low, high, count, pixels] = declare.v128("low", "high", "count", "pixels");
    const address = declare("i32", "address");
    const countAt = (first: number, o: Local<"i32">) =>
      v128.load64_splat(add(counts, i32.shl(o, 3)), first * Float64Array.BYTES_PER_ELEMENT);
    const means = (sums: Local<"v128">): Expr<"v128"> =>
      inFloat64(sums, reals.convert_low_i32x4_s, (v) => towardsNearest(f64x2.div(v, count)));
    return eachWindow(images, range, declare, (window) => [
      local.set(count, f64x2.mul(countAt(0, window.oh), countAt(g.OH, window.ow))),
      eachBlock(g.C, 8, declare, (c, columns) => [
        local.set(low, i32x4.splat(0)),
        local.set(high, i32x4.splat(0)),
        eachTap(images, window, declare, (pixel) => [
          local.set(address, add(pixel, c)),
          local.set(pixels, centered({ type: limits.type, zeroPoint: 0 }, address)),
          local.set(low, i32x4.add(low, i32x4.extend_low_i16x8_s(pixels))),
          local.set(high, i32x4.add(high, i32x4.extend_high_i16x8_s(pixels))),
        ]),
        local.set(low, means(low)),
        local.set(high, means(high)),
        local.set(address, add(window.y, c)),
        storeIntegers(limits, address, [low, high], columns),
      ]),
    ]);
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "packed"], units: g.N * g.OH }],
    packed: packedCounts(taps),
  };
}
