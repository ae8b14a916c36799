/** @file The gradient of global average pooling: every pixel of a channel gets dy / (H·W). */
import type { Pool2dGeometry } from "../../../geometry/pool2d.ts";
import type { Func } from "../../../wasm/expression.ts";
import { f32x4, local, v128 } from "../../../wasm/instructions.ts";
import { add, item } from "../../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../../wasm/sizes.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { upTo } from "../loops.ts";
import { eachVector, storeLanes } from "../vectors.ts";

/** dy [N, 1, 1, C] → dx [N, H, W, C]; a unit is an image. */
export function globalAveragePoolGradient(g: Pool2dGeometry, emitter: Emitter): EmittedKernel {
  const func = emitter.func(imagesFunction, g);
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output"], units: g.N }],
  };
}

function imagesFunction({ H, W, C }: Pool2dGeometry): Func {
  const rowBytes = C * FLOAT_BYTES;
  return launchFunc("globalPool", ["dy", "dx"], ({ dy, dx, from, to }, declare) => {
    const [at, last] = declare.i32("at", "last");
    const slope = declare("v128", "slope");
    return upTo(
      from,
      to,
      eachVector(C, declare, (c, lanes) => [
        local.set(slope, v128.load(add(item(dy, from, rowBytes), c))),
        local.set(slope, f32x4.div(slope, f32x4.splat(H * W))),
        local.set(at, add(item(dx, from, H * W * rowBytes), c)),
        local.set(last, add(at, H * W * rowBytes)),
        upTo(at, last, storeLanes(at, slope, lanes), rowBytes),
      ]),
    );
  });
}
