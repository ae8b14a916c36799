/** @file A launch that copies images into a frame of zeros, where every tap of a window can be read. */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import { when } from "../../../wasm/control.ts";
import type { Func, Statements } from "../../../wasm/expression.ts";
import { i32, local, memory } from "../../../wasm/instructions.ts";
import { add, div, item, mul, rem, sub } from "../../../wasm/integer.ts";
import type { Launch } from "../../contract/kernels.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { advance, repeat, upTo } from "../loops.ts";
import { type Reading, readRow, zeroOf } from "./reading.ts";

/** Extents of the images as a convolution reads them. */
export interface Frame {
  readonly rows: number;
  /** Per pixel: C, or more if vectors must not reach into the next pixel. */
  readonly channels: number;
  /** Bytes from one row to the next. */
  readonly rowBytes: number;
  /** Bytes of all images. */
  readonly bytes: number;
}

/** @param bytes of a number */
export function frameOf(g: Conv2dGeometry, bytes: 1 | 2, channels: number = g.C): Frame {
  const { N, H, W, padTop, padBottom, padLeft, padRight } = g;
  const rows = H + padTop + padBottom;
  const rowBytes = (W + padLeft + padRight) * channels * bytes;
  return { rows, channels, rowBytes, bytes: N * rows * rowBytes };
}

interface Framing {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly reading: Reading;
}

/** x [N, H, W, C] into scratch [N, rows, columns, channels]; a unit is a row of a frame. */
export function frameImages(framing: Framing, emitter: Emitter): Launch {
  const units = framing.g.N * framing.frame.rows;
  return { func: emitter.func(rowsFunction, framing), operands: [0, "scratch"], units };
}

function rowsFunction({ g, frame: { rows, rowBytes, channels }, reading }: Framing): Func {
  const { H, W, C, padTop, padLeft, padRight } = g;
  const pixelBytes = channels * reading.bytes;
  return launchFunc("frame", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [h, row, pixel] = declare.i32("h", "row", "pixel");
    const zeros = (bytes: number): Statements =>
      bytes === 0 ? [] : [memory.fill(row, zeroOf(reading), bytes), advance(row, bytes)];
    const image =
      channels === C
        ? readRow(reading, pixel, row, W * C, W * pixelBytes, declare)
        : repeat(declare("i32", "w"), W, readRow(reading, pixel, row, C, pixelBytes, declare));
    return upTo(from, to, [
      local.set(row, item(y, from, rowBytes)),
      local.set(h, sub(rem(from, rows), padTop)),
      when(
        i32.lt_u(h, H), // as an unsigned number a negative row is large
        [
          zeros(padLeft * pixelBytes),
          local.set(pixel, item(x, add(mul(div(from, rows), H), h), W * C)),
          image,
          zeros(padRight * pixelBytes),
        ],
        zeros(rowBytes),
      ),
    ]);
  });
}
