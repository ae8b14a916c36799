/** @file Parametric ReLU, four channels at a time. */
import { f32x4, local, v128 } from "../../wasm/instructions.ts";
import { add, mul } from "../../wasm/integer.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { launchFunc, packedArrays } from "./emitter.ts";
import { upTo } from "./loops.ts";
import { eachVector, storeLanes, vectorsFor } from "./vectors.ts";

/**
 * y[…, c] = x[…, c]; below 0, slope[c] · x[…, c]. Weights: slope [C].
 *
 * @param pixels product of all extents but the last
 */
export function prelu(pixels: number, C: number): EmittedKernel {
  const func = launchFunc("prelu", ["x", "y", "slopes"], ({ x, y, slopes, from, to }, declare) => {
    const v = declare("v128", "v");
    const pixel = mul(from, C * FLOAT_BYTES);
    return upTo(
      from,
      to,
      eachVector(C, declare, (c, lanes) => [
        local.set(v, v128.load(add(add(x, pixel), c))),
        local.set(v, v128.bitselect(v, f32x4.mul(v, v128.load(add(slopes, c))), f32x4.ge(v, f32x4.splat(0)))),
        storeLanes(add(add(y, pixel), c), v, lanes),
      ]),
    );
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "packed"], units: pixels }],
    packed: packedArrays(vectorsFor(C) * VECTOR_BYTES, ({ slope }) => {
      const padded = new Float32Array(vectorsFor(C) * LANES);
      if (slope) padded.set(slope.toFloat32Array());
      return [padded];
    }),
  };
}
