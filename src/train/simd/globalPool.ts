/** @file The gradient of global average pooling: every pixel of a channel gets dy / (H·W). */
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import { FLOAT_BYTES, storeLanes, upTo } from "../../kernels/simd/emit.ts";
import { type EmittedKernel, type Emitter, NO_CONSTANTS } from "../../kernels/simd/kernel.ts";
import { eachVector } from "../../kernels/simd/vectors.ts";
import { func } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";

/** dy [N, 1, 1, C] → dx [N, H, W, C]; a unit is an image. */
export function globalAveragePoolGradient(g: Pool2dGeometry, emitter: Emitter): EmittedKernel {
  const entry = emitter.func("globalPool", g, imagesFunction);
  return {
    launches: [{ func: entry, operands: [0, "output"], units: g.N }],
    constants: NO_CONSTANTS,
    scratchBytes: 0,
  };
}

function imagesFunction({ H, W, C }: Pool2dGeometry): Func {
  const rowBytes = C * FLOAT_BYTES;
  const params = { dy: "i32", dx: "i32", from: "i32", to: "i32" } as const;
  return func("globalPool", params, ({ dy, dx, from, to }, declare) => {
    const [at, last] = [declare("i32", "at"), declare("i32", "last")];
    const slope = declare("v128", "dy0");
    return upTo(from, to, [
      eachVector(C, declare, (c, lanes) => [
        local.set(slope, v128.load(i32.add(i32.add(dy, i32.mul(from, rowBytes)), c))),
        local.set(slope, f32x4.div(slope, f32x4.splat(H * W))),
        local.set(at, i32.add(i32.add(dx, i32.mul(from, H * W * rowBytes)), c)),
        local.set(last, i32.add(at, H * W * rowBytes)),
        upTo(at, last, storeLanes(at, slope, lanes), rowBytes),
      ]),
    ]);
  });
}
