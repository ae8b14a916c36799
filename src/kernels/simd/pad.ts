/** @file A launch that copies images into a frame of zeros, so that the next launch needs no bounds checks. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { i32, local, memory } from "../../wasm/instructions.ts";
import { add, div, item, mul, rem, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { Launch } from "../contract/kernels.ts";
import { type Emitter, launchFunc } from "./emitter.ts";
import { upTo } from "./loops.ts";

/** Extents of the images as the convolution reads them. */
export interface Frame {
  readonly rows: number;
  readonly columns: number;
  /** Bytes from one row to the next. */
  readonly rowBytes: number;
  /** Bytes of all images. */
  readonly bytes: number;
  /** Whether the frame has zeros in it, so that the images must be copied. */
  readonly isPadded: boolean;
}

export function frameOf({ N, H, W, C, padTop, padBottom, padLeft, padRight }: Conv2dGeometry): Frame {
  const [rows, columns] = [H + padTop + padBottom, W + padLeft + padRight];
  const rowBytes = columns * C * FLOAT_BYTES;
  return { rows, columns, rowBytes, bytes: N * rows * rowBytes, isPadded: rows > H || columns > W };
}

/** x [N, H, W, C] into scratch [N, rows, columns, C]; a unit is a row of a frame. */
export function padImages(g: Conv2dGeometry, emitter: Emitter): Launch {
  return { func: emitter.func(rowsFunction, g), operands: [0, "scratch"], units: g.N * frameOf(g).rows };
}

function rowsFunction(g: Conv2dGeometry): Func {
  const { H, W, C, padTop, padLeft, padRight } = g;
  const { rows, rowBytes } = frameOf(g);
  const [left, middle, right] = [padLeft, W, padRight].map((pixels) => pixels * C * FLOAT_BYTES);
  return launchFunc("pad", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [h, row] = declare.i32("h", "row");
    const zeros = (offset: number, bytes: number): Statements =>
      bytes === 0 ? [] : [memory.fill(add(row, offset), 0, bytes)];
    const image = mul(div(from, rows), H);
    return upTo(from, to, [
      local.set(row, item(y, from, rowBytes)),
      local.set(h, sub(rem(from, rows), padTop)),
      when(
        i32.lt_u(h, H), // as an unsigned number a negative row is large
        [
          zeros(0, left),
          memory.copy(add(row, left), item(x, add(image, h), middle), middle),
          zeros(left + middle, right),
        ],
        zeros(0, rowBytes),
      ),
    ]);
  });
}
