/**
 * @file Depthwise convolution, four or eight output channels at a time, straight from the image.
 *
 *   y[n, oh, ow, o] = f( ( Σ kh,kw  x[n, ih, iw, ⌊o/M⌋] · w[kh, kw, o] ) + b[o] )       taps in order, o = c·M + m
 *
 * There is no sum over channels, so each number loaded is used only a few times, and loads limit the kernel. Two things
 * help:
 *
 *   three pixels at once   neighbours share weights and overlap: a row of a 3×3 kernel at stride 1 loads 3 weights and
 *                          5 pixels for 9 products, where pixels one by one load 6 numbers for 3.
 *   a branch per tap row   rows of the window above or below the image are skipped, so nothing is padded. It helps
 *                          where nothing is skipped too: V8 loads everything in code without branches first, and runs
 *                          out of registers.
 *
 * Columns at the edge of the image, where some taps fall outside it, have separate functions.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { call } from "../../wasm/control.ts";
import type { Expr, Func } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { add, div, item, mul, rem, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES, LANES } from "../../wasm/sizes.ts";
import { type EmittedKernel, filterAndBias } from "../contract/kernels.ts";
import type { FusedActivation } from "./activate.ts";
import { type Depthwise, packBytes, packed } from "./depthwise.ts";
import { pixelsFunction } from "./depthwisePixels.ts";
import { tapByTap } from "./depthwiseTapByTap.ts";
import { PIXELS, segmentsOf, stepsFor } from "./depthwiseTaps.ts";
import { type Emitter, launchFunc, packedArrays } from "./emitter.ts";
import { advance, range, repeat, upTo } from "./loops.ts";
import { vectorsFor } from "./vectors.ts";

/** Max taps of a channel's outputs, KH·KW·M, for unrolled code; above it, depthwiseTapByTap.ts. */
const MAX_TAPS = 64;
/** Likewise for rows of taps: each is a branch in the code, and a bit of `rows`. */
const MAX_ROWS = 16;

/** Channels computed for a whole output row before the next ones, so that their input fits into the L1 cache. */
const BLOCK_CHANNELS = 256;

/** Weights: filter [KH, KW, C, M] and perhaps bias [C·M]. */
export function depthwiseConv2d(g: Conv2dGeometry, activation: FusedActivation, emitter: Emitter): EmittedKernel {
  const { N, OH, O, KH, KW, C } = g;
  const isWrittenOut = (KH * KW * O) / C <= MAX_TAPS && KH <= MAX_ROWS;
  const channelVectors = isWrittenOut && C === O ? emitter.channelVectors : 1;
  const d: Depthwise = { ...g, activation, precision: emitter.precision, channelVectors };
  return {
    kind: "emitted",
    launches: [
      {
        func: emitter.func(isWrittenOut ? rowsFunction : tapByTap, d),
        operands: [0, "output", "packed"],
        units: N * OH,
        unitsPerRow: 1,
      },
    ],
    packed: packedArrays(vectorsFor(O) * packBytes(g), (weights) => {
      const [w, b] = filterAndBias(weights);
      return [packed(d, w.toFloat32Array(), b?.toFloat32Array() ?? null)];
    }),
  };
}

/** Output rows from `from` up to `to`, counted over the images; taps written out. */
function rowsFunction(d: Depthwise): Func {
  const { H, W, C, OH, OW, O, KH, strideH, strideW, dilationH, dilationW, padTop, padLeft } = d;
  const block = blockOf(d);
  return launchFunc("depthwise", ["x", "y", "w"], ({ x, y, w, from, to }, declare) => {
    const [top, rows, xRow, yRow, wAt] = declare.i32("top", "rows", "xRow", "yRow", "wAt");
    /**
     * Bit kh: whether row kh of the window is on the image. A row above it is negative, so large as an unsigned number.
     */
    const rowBit = (kh: number): Expr<"i32"> => i32.shl(i32.lt_u(add(top, kh * dilationH), H), kh);
    const rowBits = range(KH, rowBit).reduce((bits, bit) => add(bits, bit));
    const row = segmentsOf(d).map(({ column, count, first, end }) =>
      // If a channel has several outputs, one pixel at a time: its numbers are shuffled for each output.
      stepsFor(count, C === O ? PIXELS : 1).map(({ at, pixels, steps }) => {
        // In pixels: the first tap that is on the image; negative only if none is.
        const left = (column + at) * strideW - padLeft + first * dilationW;
        return call(
          pixelsFunction({ ...d, block, pixels, first, end }),
          add(xRow, left * C * FLOAT_BYTES),
          add(yRow, (column + at) * O * FLOAT_BYTES),
          wAt,
          rows,
          steps,
        );
      }),
    );
    return upTo(from, to, [
      local.set(top, sub(mul(rem(from, OH), strideH), padTop)),
      local.set(rows, rowBits),
      // A row above the image is an address that nothing is loaded from. Addresses wrap around, offsets of loads do
      // not: so the distance of a tap row is added to the address (depthwisePixels.ts).
      local.set(xRow, item(x, add(mul(div(from, OH), H), top), W * C * FLOAT_BYTES)),
      local.set(yRow, item(y, from, OW * O * FLOAT_BYTES)),
      local.set(wAt, w),
      repeat(declare("i32", "block"), C / block, [
        row,
        advance(xRow, block * FLOAT_BYTES),
        advance(yRow, (block * O * FLOAT_BYTES) / C),
        advance(wAt, (block * O * packBytes(d)) / (C * LANES)),
      ]),
    ]);
  });
}

/**
 * Channels of a block: the largest divisor of C from BLOCK_CHANNELS / 4 to BLOCK_CHANNELS that is a multiple of those
 * computed together; all C if there is none.
 */
function blockOf({ C, channelVectors }: Depthwise): number {
  for (let block = Math.min(C, BLOCK_CHANNELS); block >= BLOCK_CHANNELS / 4; block--) {
    if (C % block === 0 && block % (channelVectors * LANES) === 0) return block;
  }
  return C;
}
