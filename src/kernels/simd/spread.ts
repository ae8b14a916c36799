/** @file A launch that spreads the pixels of images out, with zeros between them. */

import { when } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { i32, local, memory } from "../../wasm/instructions.ts";
import { add, div, item, mul, rem, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { Spread } from "../contract/inputGradient.ts";
import type { EmittedKernel, Launch } from "../contract/kernels.ts";
import { type Emitter, launchFunc } from "./emitter.ts";
import { advance, upTo } from "./loops.ts";

/** x [N, rows, columns, C] into scratch [N, H, W, C]; a unit is a row of the large image. */
function spreadImages(spread: Spread, emitter: Emitter): Launch {
  return { func: emitter.func(rowsFunction, spread), operands: [0, "scratch"], units: spread.N * spread.H };
}

function rowsFunction({ C, rows, columns, H, W, top, left, stepH, stepW }: Spread): Func {
  const pixelBytes = C * FLOAT_BYTES;
  // Columns of the small image that fall into the large one: left + column·stepW is at least 0 and below W.
  const first = Math.max(0, Math.ceil(-left / stepW));
  const end = Math.max(first, Math.min(columns, Math.ceil((W - left) / stepW)));
  return launchFunc("spread", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [row, h, xRow, source, target, last] = declare.i32("row", "h", "xRow", "source", "target", "last");
    return upTo(from, to, [
      local.set(row, item(y, from, W * pixelBytes)),
      memory.fill(row, 0, W * pixelBytes),
      local.set(h, sub(rem(from, H), top)), // may be negative: then it is large as an unsigned number
      when(i32.eq(rem(h, stepH), 0), [
        local.set(xRow, div(h, stepH)),
        when(i32.lt_u(xRow, rows), [
          local.set(source, add(mul(div(from, H), rows), xRow)),
          local.set(source, add(item(x, source, columns * pixelBytes), first * pixelBytes)),
          local.set(target, add(row, (left + first * stepW) * pixelBytes)),
          local.set(last, add(source, (end - first) * pixelBytes)),
          upTo(
            source,
            last,
            [memory.copy(target, source, pixelBytes), advance(target, stepW * pixelBytes)],
            pixelBytes,
          ),
        ]),
      ]),
    ]);
  });
}

/** The kernel, with its input spread out. @param kernel whose launches use no scratch */
export function afterSpread(kernel: EmittedKernel, spread: Spread, emitter: Emitter): EmittedKernel {
  const { N, H, W, C } = spread;
  const launches = kernel.launches.map((launch) => ({
    ...launch,
    operands: launch.operands.map((operand) => (operand === 0 ? "scratch" : operand)),
    readsOwnRow: false,
  }));
  return {
    ...kernel,
    launches: [spreadImages(spread, emitter), ...launches],
    scratchBytes: Math.max(kernel.scratchBytes ?? 0, N * H * W * C * FLOAT_BYTES),
  };
}
