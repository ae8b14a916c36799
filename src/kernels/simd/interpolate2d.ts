/** @file Linear interpolation between pixels, four channels at a time. */
import type { Neighbours } from "../../geometry/resample2d.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Expr, Func, Local } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { add, div, item, mul, rem } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { type Emitter, launchFunc, packedArrays } from "./emitter.ts";
import { forEach, upTo } from "./loops.ts";
import { eachVector, storeLanes } from "./vectors.ts";

/** An entry of a table: where two pixels are, in bytes, and their shares. */
const ENTRY = { low: 0, high: 4, lowShare: 8, highShare: 12, bytes: 16 };

interface Sizes {
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly OH: number;
  readonly OW: number;
}

/** x [N, H, W, C] → y [N, OH, OW, C]; a unit is a row of y. */
export function interpolate2d(
  [N, H, W, C]: Shape,
  rows: Neighbours,
  columns: Neighbours,
  emitter: Emitter,
): EmittedKernel {
  const [OH, OW] = [rows.low.length, columns.low.length];
  return {
    kind: "emitted",
    launches: [
      {
        func: emitter.func(rowsFunction, { H, W, C, OH, OW }),
        operands: [0, "output", "packed"],
        units: N * OH,
      },
    ],
    packed: packedArrays((OH + OW) * ENTRY.bytes, () => [
      entries(rows, W * C * FLOAT_BYTES),
      entries(columns, C * FLOAT_BYTES),
    ]),
  };
}

function entries({ low, high, share }: Neighbours, bytes: number): Int32Array {
  const table = new DataView(new ArrayBuffer(low.length * ENTRY.bytes));
  share.forEach((part, i) => {
    table.setInt32(i * ENTRY.bytes + ENTRY.low, low[i] * bytes, true);
    table.setInt32(i * ENTRY.bytes + ENTRY.high, high[i] * bytes, true);
    table.setFloat32(i * ENTRY.bytes + ENTRY.lowShare, 1 - part, true);
    table.setFloat32(i * ENTRY.bytes + ENTRY.highShare, part, true);
  });
  return new Int32Array(table.buffer);
}

function rowsFunction({ H, W, C, OH, OW }: Sizes): Func {
  const pixelBytes = C * FLOAT_BYTES;
  return launchFunc("interpolate", ["x", "y", "table"], ({ x, y, table, from, to }, declare) => {
    const [image, entry, end] = declare.i32("image", "entry", "end");
    const [lowRow, highRow, yAt] = declare.i32("lowRow", "highRow", "yAt");
    const [left, right] = declare.i32("left", "right");
    const [p, notP, q, notQ] = declare.v128("p", "1-p", "q", "1-q");
    const between = (a: Expr<"v128">, notShare: Local<"v128">, b: Expr<"v128">, share: Local<"v128">): Expr<"v128"> =>
      f32x4.add(f32x4.mul(notShare, a), f32x4.mul(share, b));
    return upTo(from, to, [
      local.set(image, item(x, div(from, OH), H * W * pixelBytes)),
      local.set(entry, item(table, rem(from, OH), ENTRY.bytes)),
      local.set(lowRow, add(image, i32.load(entry, ENTRY.low))),
      local.set(highRow, add(image, i32.load(entry, ENTRY.high))),
      local.set(notP, v128.load32_splat(entry, ENTRY.lowShare)),
      local.set(p, v128.load32_splat(entry, ENTRY.highShare)),
      local.set(yAt, item(y, from, OW * pixelBytes)),
      local.set(end, add(table, (OH + OW) * ENTRY.bytes)),
      forEach(
        entry,
        add(table, mul(OH, ENTRY.bytes)),
        end,
        [
          local.set(left, i32.load(entry, ENTRY.low)),
          local.set(right, i32.load(entry, ENTRY.high)),
          local.set(notQ, v128.load32_splat(entry, ENTRY.lowShare)),
          local.set(q, v128.load32_splat(entry, ENTRY.highShare)),
          eachVector(C, declare, (c, lanes) => {
            const pixel = (row: Local<"i32">, column: Local<"i32">) => v128.load(add(add(row, column), c));
            const upper = between(pixel(lowRow, left), notQ, pixel(lowRow, right), q);
            const lower = between(pixel(highRow, left), notQ, pixel(highRow, right), q);
            return storeLanes(add(yAt, c), between(upper, notP, lower, p), lanes);
          }),
          local.set(yAt, add(yAt, pixelBytes)),
        ],
        ENTRY.bytes,
      ),
    ]);
  });
}
