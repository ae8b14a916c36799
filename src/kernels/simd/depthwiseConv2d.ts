/**
 * @file Depthwise convolution, four output channels at a time, straight from the picture.
 *
 *   y[n, oh, ow, o] = f( ( Σ kh,kw  x[n, ih, iw, ⌊o/M⌋] · w[kh, kw, o] ) + b[o] )       taps in order, o = c·M + m
 *
 * There is no sum over channels, hence each number loaded is used once or twice only, and what limits the kernel is loading.
 * Two things help (measured, docs/07-simd.md):
 *
 *   three pixels at once   neighbours share the weights of a tap: 6 numbers loaded for 9 products instead of 12 for 6 …
 *   a branch per tap row   rows of the window above or below the picture are skipped, so nothing is padded. It helps where
 *                          nothing is skipped too: V8 loads everything in a stretch of code without branches first, and
 *                          runs out of registers.
 *
 * Columns of the picture's edge, where some taps fall beside it, have functions of their own.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { call, comment, type Declare, func, when } from "../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../wasm/instruction.ts";
import { f32x4, i8x16, i32, local, v128 } from "../../wasm/instructions.ts";
import {
  activate,
  advance,
  countDown,
  FLOAT_BYTES,
  type FusedActivation,
  LANES,
  plus,
  repeat,
  storeLanes,
  upTo,
  VECTOR_BYTES,
  vectorsFor,
} from "./emit.ts";
import { constantsOf, type Emitted, type Emitter } from "./recipe.ts";
import { eachTap, eachWindow } from "./window.ts";

/** Neighbouring pixels that are computed together. */
const PIXELS = 3;

/** Taps times outputs per channel up to which the code is written out tap by tap. */
const MOST_TAPS = 64;
const MOST_ROWS = 16;

/** Channels that are computed for a whole row of the output before the next ones are: what they read fits the L1 cache. */
const BLOCK_CHANNELS = 256;

interface Code extends Conv2dGeometry {
  readonly activation: FusedActivation;
  /** Product and sum in one rounding, `relaxed_madd`. */
  readonly fused: boolean;
}

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
): Emitted {
  const { N, OH, O, KH, KW, C } = g;
  const code = { ...g, activation, fused: emitter.fused };
  const isWrittenOut = (KH * KW * O) / C <= MOST_TAPS && KH <= MOST_ROWS && segmentsOf(g).length <= 2 * KW + 1;
  const bias = b === null ? new Float32Array(O) : b.toFloat32Array();
  return {
    stages: [
      {
        entry: emitter.func("depthwise", code, isWrittenOut ? rowsFunction : tapByTap),
        operands: [0, "output", "constants"],
        units: N * OH,
        unitsPerRow: 1,
      },
    ],
    constants: constantsOf(w.toFloat32Array(), bias), // [KH, KW, O] and [O]
    scratchBytes: 0,
  };
}

/** s + x · w */
function madd({ fused }: Code, s: Local<"v128">, x: Expr<"v128">, w: Expr<"v128">): Expr<"v128"> {
  return fused ? f32x4.relaxed_madd(x, w, s) : f32x4.add(s, f32x4.mul(x, w));
}

/** Output columns whose windows have the same taps on the picture: kw from `first` up to `end`. */
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
  most: number,
): readonly { readonly at: number; readonly pixels: number; readonly steps: number }[] {
  if (count === 0) return [];
  const isOneLeft = most === 3 && count % 3 === 1 && count > 1;
  const steps = Math.floor(count / most) - (isOneLeft ? 1 : 0);
  const done = steps * most;
  const rest = count - done;
  const last = isOneLeft ? { at: done, pixels: 2, steps: 2 } : { at: done, pixels: rest, steps: 1 };
  return [...(steps > 0 ? [{ at: 0, pixels: most, steps }] : []), ...(rest > 0 ? [last] : [])];
}

/** Output rows from `from` up to `to`, counted over the pictures; taps written out. */
function rowsFunction(code: Code): Func {
  const { H, W, C, OH, OW, O, KH, strideH, strideW, dilationH, dilationW, padTop, padLeft } = code;
  const functions = new Map<string, Func>();
  const pixelsFunction = (pixels: number, { first, end }: Segment): Func => {
    const key = `pixels${pixels}_taps${first}to${end}`;
    const known = functions.get(key) ?? pixelsOf(key, code, pixels, first, end);
    functions.set(key, known);
    return known;
  };
  return func("rows", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [top, taps, xRow, yRow, wAt] = ["top", "taps", "xRow", "yRow", "wAt"].map((name) => declare("i32", name));
    const block = blockOf(code);
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
        ...advance(wAt, (block * O * FLOAT_BYTES) / C),
      ]),
    ]);
  });
}

/** Channels of a block: the largest multiple of 4 up to the limit that divides C; all of them where that would be few. */
function blockOf({ C }: Conv2dGeometry): number {
  for (let block = Math.min(C, BLOCK_CHANNELS); block >= BLOCK_CHANNELS / 4; block--) {
    if (C % block === 0 && block % LANES === 0) return block;
  }
  return C;
}

/**
 * `pixels(x, y, w, taps, count)`: `count` times so many neighbouring output pixels, all channels. Bit kh of `taps` says
 * whether row kh of the window lies on the picture; of its columns those from `first` up to `end` do. x is the address of
 * tap (0, first) of the first pixel.
 */
function pixelsOf(name: string, code: Code, pixels: number, first: number, end: number): Func {
  const { W, C, O, KH, KW, strideW, dilationH, dilationW, activation } = code;
  const M = O / C;
  const pixelBytes = C * FLOAT_BYTES;
  const outputBytes = O * FLOAT_BYTES;
  const params = { x: "i32", y: "i32", w: "i32", taps: "i32", count: "i32" } as const;
  return func(name, params, ({ x, y, w, taps, count }, declare) => {
    const sums = Array.from({ length: pixels }, (_, p) => declare("v128", `s${p}`));
    const weights = Array.from({ length: end - first }, (_, i) => declare("v128", `w${first + i}`));
    const value = declare("v128", "x0");
    // Columns of the picture under the windows, from the first tap of the first pixel, and which products each is part of.
    const products = sums.flatMap((s, p) =>
      weights.map((weight, i) => ({ column: p * strideW + i * dilationW, s, weight })),
    );
    const columns = [...new Set(products.map(({ column }) => column))].sort((a, b) => a - b);
    const [xc, yc, wc, xRow] = ["xc", "yc", "wc", "xRow"].map((label) => declare("i32", label));

    /** Outputs 4·j to 4·j + 3 of those of a vector of channels. */
    const outputs = (j: number, lanes: number): Statements => [
      sums.map((s) => local.set(s, f32x4.splat(0))),
      Array.from({ length: KH }, (_, kh) =>
        when(i32.and(taps, 1 << kh), [
          comment(`taps (${kh}, ${first}) to (${kh}, ${end - 1}) of ${pixels} pixel(s): s = s + x · w`),
          local.set(xRow, plus(xc, kh * dilationH * W * pixelBytes)),
          weights.map((weight, i) =>
            local.set(weight, v128.load(wc, (kh * KW + first + i) * outputBytes + j * VECTOR_BYTES)),
          ),
          columns.map((column) => [
            local.set(value, spread(v128.load(xRow, column * pixelBytes), j, M)),
            products
              .filter((product) => product.column === column)
              .map(({ s, weight }) => local.set(s, madd(code, s, value, weight))),
          ]),
        ]),
      ),
      comment(`y = f(s + b), f = ${activation}`),
      sums.map((s, p) => [
        local.set(s, f32x4.add(s, v128.load(wc, KH * KW * outputBytes + j * VECTOR_BYTES))),
        activate(activation, s),
        storeLanes(yc, s, lanes, p * outputBytes + j * VECTOR_BYTES),
      ]),
    ];
    return [
      countDown(count, [
        local.set(wc, w),
        local.set(xc, x),
        local.set(yc, y),
        eachFourChannels(blockOf(code), M, declare, outputs, [
          ...advance(xc, VECTOR_BYTES),
          ...advance(yc, M * VECTOR_BYTES),
          ...advance(wc, M * VECTOR_BYTES),
        ]),
        ...advance(x, pixels * strideW * pixelBytes),
        ...advance(y, pixels * outputBytes),
      ]),
    ];
  });
}

/** The M vectors of outputs of every four channels, moving on after each; then those of the last few channels. */
function eachFourChannels(
  C: number,
  M: number,
  declare: Declare,
  outputs: (j: number, lanes: number) => Statements,
  next: Statements,
): Statements {
  const rest = (C % LANES) * M;
  return [
    repeat(declare("i32", "c"), Math.floor(C / LANES), [
      Array.from({ length: M }, (_, j) => outputs(j, LANES)),
      ...next,
    ]),
    Array.from({ length: vectorsFor(rest) }, (_, j) => outputs(j, Math.min(LANES, rest - j * LANES))),
  ];
}

/** Four channels as the outputs 4·j to 4·j + 3 need them: output o reads channel ⌊o/M⌋. */
function spread(channels: Expr<"v128">, j: number, M: number): Expr<"v128"> {
  if (M === 1) return channels;
  return i8x16.shuffle(
    channels,
    channels,
    [0, 1, 2, 3].map((lane) => Math.floor((j * LANES + lane) / M)),
  );
}

/** Output rows from `from` up to `to`; taps looked up one by one, for kernels too large to write out. */
function tapByTap(code: Code): Func {
  const { C, O, KH, KW, activation } = code;
  const M = O / C;
  const outputBytes = O * FLOAT_BYTES;
  return func("rows", PARAMS, ({ w, ...range }, declare) => {
    const [sum, xc, yc, wc] = [
      declare("v128", "s"),
      ...["xc", "yc", "wc"].map((name) => declare("i32", name)),
    ] as const;
    const bytes = VECTOR_BYTES * M;
    return eachWindow(code, range, declare, (window) => {
      const outputs = (j: number, lanes: number): Statements => [
        local.set(sum, f32x4.splat(0)),
        eachTap(code, window, declare, (pixel, kh, kw) => {
          const tap = i32.add(wc, i32.mul(i32.add(i32.mul(kh, KW), kw), outputBytes));
          const x = spread(v128.load(i32.add(pixel, xc)), j, M);
          return [local.set(sum, madd(code, sum, x, v128.load(tap, j * VECTOR_BYTES)))];
        }),
        local.set(sum, f32x4.add(sum, v128.load(plus(wc, KH * KW * outputBytes), j * VECTOR_BYTES))),
        activate(activation, sum),
        storeLanes(yc, sum, lanes, j * VECTOR_BYTES),
      ];
      return [
        local.set(xc, i32.const(0)),
        local.set(yc, window.y),
        local.set(wc, w),
        eachFourChannels(C, M, declare, outputs, [
          ...advance(xc, VECTOR_BYTES),
          ...advance(yc, bytes),
          ...advance(wc, bytes),
        ]),
      ];
    });
  });
}
