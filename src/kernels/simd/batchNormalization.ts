/** @file Batch normalisation that was not folded: a linear function per channel, in float64 and rounded once. */
import type { BatchNormParameters } from "../../geometry/batchNormalization.ts";
import type { Local } from "../../wasm/expression.ts";
import { f64x2, i32, local, v128 } from "../../wasm/instructions.ts";
import { add, mul } from "../../wasm/integer.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { type EmittedKernel, normalizing } from "../contract/kernels.ts";
import { joined, promoteHigh } from "./elementwise.ts";
import { launchFunc, packedArrays } from "./emitter.ts";
import { upTo } from "./loops.ts";
import { eachVector, storeLanes, vectorsFor } from "./vectors.ts";

/**
 * y[…, c] = (x[…, c] - mean[c]) / √(variance[c] + ε) · scale[c] + bias[c]
 *
 * Weights: mean, variance and perhaps scale and bias, [C] each.
 *
 * @param pixels product of all extents but the last, the channels
 */
export function batchNormalization(pixels: number, C: number, epsilon: number): EmittedKernel {
  const rowBytes = vectorsFor(C) * 2 * VECTOR_BYTES; // float64: a vector of channels is two of these
  const func = launchFunc("batchNorm", ["x", "y", "p"], ({ x, y, p, from, to }, declare) => {
    const [v, low, high] = declare.v128("v", "low", "high");
    const pixel = mul(from, C * FLOAT_BYTES);
    return upTo(
      from,
      to,
      eachVector(C, declare, (c, lanes) => {
        /** Parameter i of the channels in one half of the vector. */
        const parameter = (i: number, half: number) =>
          v128.load(add(p, i32.shl(c, 1)), i * rowBytes + half * VECTOR_BYTES);
        const normalize = (v: Local<"v128">, half: number) => {
          const centred = f64x2.sub(v, parameter(0, half));
          const scaled = f64x2.mul(f64x2.div(centred, parameter(1, half)), parameter(2, half));
          return local.set(v, f64x2.add(scaled, parameter(3, half)));
        };
        return [
          local.set(v, v128.load(add(add(x, pixel), c))),
          local.set(low, f64x2.promote_low_f32x4(v)),
          local.set(high, promoteHigh(v)),
          normalize(low, 0),
          normalize(high, 1),
          storeLanes(add(add(y, pixel), c), joined(low, high), lanes),
        ];
      }),
    );
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "packed"], units: pixels }],
    packed: packedArrays(4 * rowBytes, (weights) => rowsOf(normalizing(weights, epsilon))),
  };
}

/** Mean, deviation, scale and bias of each channel. */
function rowsOf({ mean, variance, scale, bias, epsilon }: BatchNormParameters): readonly Float64Array[] {
  const [C] = mean.shape;
  const row = (value: (c: number) => number): Float64Array => {
    const padded = new Float64Array(vectorsFor(C) * LANES);
    for (let c = 0; c < C; c++) padded[c] = value(c);
    return padded;
  };
  return [
    row((c) => mean.at(c)),
    row((c) => Math.sqrt(variance.at(c) + epsilon)),
    row((c) => scale?.at(c) ?? 1),
    row((c) => bias?.at(c) ?? 0),
  ];
}
