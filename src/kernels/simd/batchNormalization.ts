/** @file Batch normalisation that no convolution took in: per channel a straight line, in float64 and rounded once. */

import type { BatchNormParameters } from "../../geometry/batchNormalization.ts";
import { func } from "../../wasm/control.ts";
import { f64x2, i32, local, v128 } from "../../wasm/instructions.ts";
import { joined, promoteHigh } from "./elementwise.ts";
import { FLOAT_BYTES, LANES, storeLanes, upTo, vectorsFor } from "./emit.ts";
import { constantsOf, type EmittedKernel } from "./kernel.ts";
import { eachVector } from "./vectors.ts";

/**
 * y[…, c] = (x[…, c] - mean[c]) / √(variance[c] + ε) · scale[c] + bias[c]
 *
 * @param pixels products of all extents but the last, which is that of the channels
 */
export function batchNormalization(pixels: number, parameters: BatchNormParameters): EmittedKernel {
  const { mean, variance, scale, bias, epsilon } = parameters;
  const [C] = mean.shape;
  const row = (value: (c: number) => number) => {
    const padded = new Float64Array(vectorsFor(C) * LANES); // float64, so that a vector of channels is two of these
    for (let c = 0; c < C; c++) padded[c] = value(c);
    return padded;
  };
  const rows = [
    row((c) => mean.at(c)),
    row((c) => Math.sqrt(variance.at(c) + epsilon)),
    row((c) => scale?.at(c) ?? 1),
    row((c) => bias?.at(c) ?? 0),
  ];
  const rowBytes = rows[0].byteLength;
  const params = { x: "i32", y: "i32", p: "i32", from: "i32", to: "i32" } as const;
  const entry = func("batchNorm", params, ({ x, y, p, from, to }, declare) => {
    const [v, low, high] = ["v", "low", "high"].map((name) => declare("v128", name));
    const pixel = i32.mul(from, C * FLOAT_BYTES);
    return upTo(
      from,
      to,
      eachVector(C, declare, (c, lanes) => {
        const at = (half: number, i: number) => v128.load(i32.add(p, i32.shl(c, 1)), i * rowBytes + half * 16);
        const line = (part: typeof v, half: number) =>
          local.set(
            part,
            f64x2.add(f64x2.mul(f64x2.div(f64x2.sub(part, at(half, 0)), at(half, 1)), at(half, 2)), at(half, 3)),
          );
        return [
          local.set(v, v128.load(i32.add(i32.add(x, pixel), c))),
          local.set(low, f64x2.promote_low_f32x4(v)),
          local.set(high, promoteHigh(v)),
          line(low, 0),
          line(high, 1),
          storeLanes(i32.add(i32.add(y, pixel), c), joined(low, high), lanes),
        ];
      }),
    );
  });
  return {
    launches: [{ func: entry, operands: [0, "output", "constants"], units: pixels }],
    constants: constantsOf(4 * rowBytes, () => rows),
    scratchBytes: 0,
  };
}
