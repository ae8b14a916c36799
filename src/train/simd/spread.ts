/** @file A launch that spreads the pixels of images out, with zeros between them. */
import { FLOAT_BYTES, upTo } from "../../kernels/simd/emit.ts";
import type { EmittedKernel, Emitter, Launch } from "../../kernels/simd/kernel.ts";
import { func, when } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { i32, local, memory } from "../../wasm/instructions.ts";
import type { Spread } from "../inputGradient.ts";

/** x [N, rows, columns, C] into scratch [N, H, W, C]; a unit is a row of the large image. */
function spreadImages(spread: Spread, emitter: Emitter): Launch {
  return { func: emitter.func("spread", spread, rowsFunction), operands: [0, "scratch"], units: spread.N * spread.H };
}

function rowsFunction({ C, rows, columns, H, W, top, left, stepH, stepW }: Spread): Func {
  const pixelBytes = C * FLOAT_BYTES;
  // Columns of the small image that fall into the large one: left + column·stepW is at least 0 and below W.
  const first = Math.max(0, Math.ceil(-left / stepW));
  const end = Math.max(first, Math.min(columns, Math.ceil((W - left) / stepW)));
  const params = { x: "i32", y: "i32", from: "i32", to: "i32" } as const;
  return func("spread", params, ({ x, y, from, to }, declare) => {
    const [line, h, row, source, target, last] = ["line", "h", "row", "source", "target", "last"].map((name) =>
      declare("i32", name),
    );
    return upTo(from, to, [
      local.set(line, i32.add(y, i32.mul(from, W * pixelBytes))),
      memory.fill(line, 0, W * pixelBytes),
      local.set(h, i32.sub(i32.rem_u(from, H), top)), // may be negative: then it is large as an unsigned number
      when(i32.eq(i32.rem_u(h, stepH), 0), [
        local.set(row, i32.div_u(h, stepH)),
        when(i32.lt_u(row, rows), [
          local.set(source, i32.add(i32.mul(i32.div_u(from, H), rows), row)),
          local.set(source, i32.add(i32.add(x, i32.mul(source, columns * pixelBytes)), first * pixelBytes)),
          local.set(target, i32.add(line, (left + first * stepW) * pixelBytes)),
          local.set(last, i32.add(source, (end - first) * pixelBytes)),
          upTo(
            source,
            last,
            [memory.copy(target, source, pixelBytes), local.set(target, i32.add(target, stepW * pixelBytes))],
            pixelBytes,
          ),
        ]),
      ]),
    ]);
  });
}

/** A layer without scratch of its own in its launches, reading its input spread out. */
export function behindSpread(layer: EmittedKernel, spread: Spread, emitter: Emitter): EmittedKernel {
  const { N, H, W, C } = spread;
  const launches = layer.launches.map((launch) => ({
    ...launch,
    operands: launch.operands.map((operand) => (operand === 0 ? "scratch" : operand)),
    readsOwnRow: false,
  }));
  return {
    ...layer,
    launches: [spreadImages(spread, emitter), ...launches],
    scratchBytes: Math.max(layer.scratchBytes, N * H * W * C * FLOAT_BYTES),
  };
}
