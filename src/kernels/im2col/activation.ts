/** @file The activation fused into the end of a sum, written so that it costs little. */
import type { Activation } from "../../geometry/activation.ts";

/** f(v) for a finished float64 sum; the caller rounds. NaN stays NaN: a comparison with it is false. */
export function finish(f: Activation, v: number): number {
  if (f === "none") return v;
  if (f === "relu") return rectify(v);
  if (f === "relu6") {
    const r = rectify(v);
    return r > 6 ? 6 : r;
  }
  if (f === "sigmoid") return 1 / (1 + Math.exp(-v));
  const gate = v < -3 ? 0 : v > 3 ? 1 : v / 6 + 0.5; // hardSigmoid
  if (f === "hardSigmoid") return gate;
  return gate === 0 ? 0 : v * gate;
}

/**
 * max(v, 0) as (v + |v|) / 2, which is exact. Signs come as they like, so a processor guesses a branch on them wrong
 * half of the time: 4 ns an element, as much as 10 multiply-adds. Only -∞ needs to be told from NaN.
 */
function rectify(v: number): number {
  const r = (v + Math.abs(v)) / 2;
  if (r === r) return r;
  return v < 0 ? 0 : r;
}
