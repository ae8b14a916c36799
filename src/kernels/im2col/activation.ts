/** @file Fused activations: finished sums pass through them on the way to the output. */
import type { Activation } from "../../geometry/activation.ts";
import type { WriteSums } from "./gemm.ts";

/** Writes f( S ) to y: rows of sums, the first at y[yAt], the next `yStep` later. */
export function activatedTo(f: Activation, y: Float32Array, yAt: number, yStep: number): WriteSums {
  return (m, rows, n, columns, sums, at, step) => {
    const to = yAt + m * yStep + n;
    for (let i = 0; i < columns; i++) writeActivated(f, rows, sums, at + i, step, y, to + i, yStep);
  };
}

/**
 * y[yAt + i·yStep] = f( sums[at + i·step] ) for i from 0 to count - 1, rounded to float32. NaN stays NaN.
 *
 * One loop per formula: a branch inside the loop would cost a third of a depthwise layer's time.
 */
export function writeActivated(
  f: Activation,
  count: number,
  sums: Float64Array,
  at: number,
  step: number,
  y: Float32Array,
  yAt: number,
  yStep: number,
): void {
  if (f === "none") {
    for (let i = 0; i < count; i++) y[yAt + i * yStep] = sums[at + i * step];
  } else if (f === "relu" || f === "relu6") {
    const max = f === "relu6" ? 6 : Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      // max(v, 0) is (v + |v|) / 2, exactly. Signs are unpredictable, so a branch on them would be mispredicted half
      // the time: 4 ns an element, as much as 10 multiply-adds. Only -∞ must be told from NaN.
      const v = sums[at + i * step];
      const r = (v + Math.abs(v)) / 2;
      y[yAt + i * yStep] = r > max ? max : Number.isNaN(r) && v < 0 ? 0 : r;
    }
  } else if (f === "sigmoid") {
    for (let i = 0; i < count; i++) y[yAt + i * yStep] = 1 / (1 + Math.exp(-sums[at + i * step]));
  } else {
    for (let i = 0; i < count; i++) {
      const v = sums[at + i * step];
      const gate = v < -3 ? 0 : v > 3 ? 1 : v / 6 + 0.5; // hardSigmoid
      y[yAt + i * yStep] = f === "hardSigmoid" ? gate : gate === 0 ? v - v : v * gate; // 0, but -∞ · 0 is NaN
    }
  }
}
