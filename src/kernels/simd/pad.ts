/**
 * @file A launch that copies images into a frame of zeros, so that the launch behind it need not ask where they end.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { func, when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { i32, local, memory } from "../../wasm/instructions.ts";
import { FLOAT_BYTES, plus, upTo } from "./emit.ts";
import type { Emitter, Launch } from "./kernel.ts";

/** Extents of the images as the convolution reads them. */
export interface Frame {
  readonly rows: number;
  readonly columns: number;
  /** Bytes from one row to the next. */
  readonly lineBytes: number;
  /** Bytes of all images. */
  readonly bytes: number;
  /** Whether the frame has zeros in it, so that the images must be copied. */
  readonly isPadded: boolean;
}

export function frameOf({ N, H, W, C, padTop, padBottom, padLeft, padRight }: Conv2dGeometry): Frame {
  const [rows, columns] = [H + padTop + padBottom, W + padLeft + padRight];
  const lineBytes = columns * C * FLOAT_BYTES;
  return { rows, columns, lineBytes, bytes: N * rows * lineBytes, isPadded: rows > H || columns > W };
}

/** x [N, H, W, C] into scratch [N, rows, columns, C]; a unit is a row of a frame. */
export function padImages(g: Conv2dGeometry, emitter: Emitter): Launch {
  const entry = emitter.func("pad", g, rowsFunction);
  return { func: entry, operands: [0, "scratch"], units: g.N * frameOf(g).rows };
}

function rowsFunction(g: Conv2dGeometry): Func {
  const { H, W, C, padTop, padLeft, padRight } = g;
  const { rows, lineBytes } = frameOf(g);
  const [left, middle, right] = [padLeft, W, padRight].map((pixels) => pixels * C * FLOAT_BYTES);
  const params = { x: "i32", y: "i32", from: "i32", to: "i32" } as const;
  return func("pad", params, ({ x, y, from, to }, declare) => {
    const [row, line] = [declare("i32", "row"), declare("i32", "line")];
    const zeros = (at: number, bytes: number): Statements =>
      bytes === 0 ? [] : [memory.fill(plus(line, at), 0, bytes)];
    const image = i32.mul(i32.div_u(from, rows), H);
    return [
      upTo(from, to, [
        local.set(line, i32.add(y, i32.mul(from, lineBytes))),
        local.set(row, i32.sub(i32.rem_u(from, rows), padTop)),
        when(
          i32.lt_u(row, H), // as an unsigned number a negative row is large
          [
            zeros(0, left),
            memory.copy(plus(line, left), i32.add(x, i32.mul(i32.add(image, row), middle)), middle),
            zeros(left + middle, right),
          ],
          zeros(0, lineBytes),
        ),
      ]),
    ];
  });
}
