/**
 * @file Depthwise convolution, four or eight output channels at a time, straight from the image.
 *
 *   y[n, oh, ow, o] = f( ( Σ kh,kw  x[n, ih, iw, ⌊o/M⌋] · w[kh, kw, o] ) + b[o] )       taps in order, o = c·M + m
 *
 * There is no sum over channels, hence each number loaded is used a few times only, and what limits the kernel is
 * loading. Two things help:
 *
 *   three pixels at once   neighbours share weights and overlap: a row of a 3×3 kernel at stride 1 loads 3 weights and 5 pixels
 *                          for 9 products, where pixels one by one load 6 numbers for 3.
 *   a branch per tap row   rows of the window above or below the image are skipped, so nothing is padded. It helps where
 *                          nothing is skipped too: V8 loads everything in a stretch of code without branches first, and
 *                          runs out of registers.
 *
 * Columns of the image's edge, where some taps fall beside it, have functions of their own.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { call, func } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { type DepthwiseCode, packBytes, packed } from "./depthwise.ts";
import { pixelsOf } from "./depthwisePixels.ts";
import { tapByTap } from "./depthwiseTapByTap.ts";
import { advance, FLOAT_BYTES, type FusedActivation, LANES, plus, repeat, upTo, vectorsFor } from "./emit.ts";
import { constantsOf, type EmittedKernel, type Emitter } from "./kernel.ts";

/** Neighbouring pixels that are computed together. */
const PIXELS = 3;

/** Taps times outputs per channel up to which the code is written out tap by tap. */
const MAX_TAPS = 64;
const MAX_ROWS = 16;

/**
 * Channels that are computed for a whole row of the output before the next ones are: what they read fits the L1 cache.
 */
const BLOCK_CHANNELS = 256;

const PARAMS = { x: "i32", y: "i32", w: "i32", from: "i32", to: "i32" } as const;

/**
 * @param w filter [KH, KW, C, M], any strides
 * @param b bias [C·M], or null for none
 */
export function depthwiseConv2d(
  g: Conv2dGeometry,
  w: Tensor,
  b: Tensor | null,
  activation: FusedActivation,
  emitter: Emitter,
): EmittedKernel {
  const { N, OH, O, KH, KW, C } = g;
  const isWrittenOut = (KH * KW * O) / C <= MAX_TAPS && KH <= MAX_ROWS && segmentsOf(g).length <= 2 * KW + 1;
  const channelVectors = isWrittenOut && C === O ? emitter.channelVectors : 1;
  const code = { ...g, activation, relaxed: emitter.relaxed, channelVectors };
  return {
    launches: [
      {
        func: emitter.func("depthwise", code, isWrittenOut ? rowsFunction : tapByTap),
        operands: [0, "output", "constants"],
        units: N * OH,
        unitsPerRow: 1,
      },
    ],
    constants: constantsOf(vectorsFor(O) * packBytes(g), () => [
      packed(code, w.toFloat32Array(), b?.toFloat32Array() ?? null),
    ]),
    scratchBytes: 0,
  };
}

/** Output columns whose windows have the same taps on the image: kw from `first` up to `end`. */
interface Segment {
  readonly column: number;
  readonly count: number;
  readonly first: number;
  readonly end: number;
}

function segmentsOf({ W, KW, OW, strideW, dilationW, padLeft }: Conv2dGeometry): readonly Segment[] {
  const segments: Segment[] = [];
  for (let ow = 0; ow < OW; ow++) {
    const left = ow * strideW - padLeft;
    const first = Math.min(KW, Math.max(0, Math.ceil(-left / dilationW)));
    const end = Math.max(first, Math.min(KW, Math.ceil((W - left) / dilationW)));
    const last = segments[segments.length - 1];
    if (last?.first === first && last.end === end) segments[segments.length - 1] = { ...last, count: last.count + 1 };
    else segments.push({ column: ow, count: 1, first, end });
  }
  return segments;
}

/** So many pixels as steps of `most` pixels each, the last ones of fewer; 4 are 2 and 2, because 1 alone is slow. */
function stepsFor(
  count: number,
  max: number,
): readonly { readonly at: number; readonly pixels: number; readonly steps: number }[] {
  if (count === 0) return [];
  const isOneLeft = max === 3 && count % 3 === 1 && count > 1;
  const steps = Math.floor(count / max) - (isOneLeft ? 1 : 0);
  const done = steps * max;
  const rest = count - done;
  const last = isOneLeft ? { at: done, pixels: 2, steps: 2 } : { at: done, pixels: rest, steps: 1 };
  return [...(steps > 0 ? [{ at: 0, pixels: max, steps }] : []), ...(rest > 0 ? [last] : [])];
}

/** Output rows from `from` up to `to`, counted over the images; taps written out. */
function rowsFunction(code: DepthwiseCode): Func {
  const { H, W, C, OH, OW, O, KH, strideH, strideW, dilationH, dilationW, padTop, padLeft } = code;
  const block = blockOf(code);
  const functions = new Map<string, Func>();
  const pixelsFunction = (pixels: number, { first, end }: Segment): Func => {
    const key = `pixels${pixels}_taps${first}to${end}`;
    const known = functions.get(key) ?? pixelsOf(key, { ...code, block }, pixels, first, end);
    functions.set(key, known);
    return known;
  };
  return func("rows", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [top, taps, xRow, yRow, wAt] = ["top", "taps", "xRow", "yRow", "wAt"].map((name) => declare("i32", name));
    const tapRow = (kh: number) => i32.shl(i32.lt_u(plus(top, kh * dilationH), H), kh);
    const tapRows = Array.from({ length: KH }, (_, kh) => tapRow(kh)).reduce((sum, bit) => i32.add(sum, bit));
    const calls = segmentsOf(code).flatMap((segment) => {
      const { column, count, first } = segment;
      return stepsFor(count, C === O ? PIXELS : 1).map(({ at, pixels, steps }) => {
        const left = (column + at) * strideW - padLeft + first * dilationW;
        return call(
          pixelsFunction(pixels, segment),
          plus(xRow, left * C * FLOAT_BYTES),
          plus(yRow, (column + at) * O * FLOAT_BYTES),
          wAt,
          taps,
          steps,
        );
      });
    });
    return upTo(from, to, [
      local.set(top, i32.sub(i32.mul(i32.rem_u(from, OH), strideH), padTop)),
      local.set(taps, tapRows),
      local.set(xRow, i32.add(x, i32.mul(i32.add(i32.mul(i32.div_u(from, OH), H), top), W * C * FLOAT_BYTES))),
      local.set(yRow, i32.add(y, i32.mul(from, OW * O * FLOAT_BYTES))),
      local.set(wAt, w),
      ...repeat(declare("i32", "block"), C / block, [
        ...calls,
        ...advance(xRow, block * FLOAT_BYTES),
        ...advance(yRow, (block * O * FLOAT_BYTES) / C),
        ...advance(wAt, (block * O * packBytes(code)) / (C * LANES)),
      ]),
    ]);
  });
}

/**
 * Channels of a block: as many as are computed together, or a multiple, up to the limit; all C where that would be few.
 */
function blockOf({ C, channelVectors }: DepthwiseCode): number {
  for (let block = Math.min(C, BLOCK_CHANNELS); block >= BLOCK_CHANNELS / 4; block--) {
    if (C % block === 0 && block % (channelVectors * LANES) === 0) return block;
  }
  return C;
}
