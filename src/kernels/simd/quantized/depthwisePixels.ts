/** @file Depthwise convolution of integers for a few neighbouring pixels, eight channels at a time. */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import { comment, type Declare, func, integers, when } from "../../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../../wasm/expression.ts";
import { i8x16, local, v128 } from "../../../wasm/instructions.ts";
import { VECTOR_BYTES } from "../../../wasm/sizes.ts";
import { advance, countDown, range, repeat } from "../loops.ts";
import { isWrittenOut, type Tap, tapPairs } from "./depthwiseTaps.ts";
import type { Frame } from "./frame.ts";
import { PRODUCTS } from "./products.ts";
import { INT16_BYTES, INT16_LANES } from "./reading.ts";
import { parameterBytes, type Rule, requantize, storeIntegers } from "./requantize.ts";

export interface Pixels {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly rule: Rule;
  readonly pixels: number;
}

/** Bytes of the weights of two taps of eight channels. They are few, so they are int16 in memory too. */
export const PAIR_BYTES: number = 2 * VECTOR_BYTES;

/** Bytes of the weights and parameters of eight channels. */
export function packBytes({ g, rule }: Omit<Pixels, "pixels">): number {
  return tapPairs(g).length * PAIR_BYTES + 2 * parameterBytes(rule.rounding);
}

/** `pixels(x, y, w, count)`: `count` times some neighbouring pixels. x points to the first one's first tap. */
export function pixelsFunction(p: Pixels): Func {
  const { g, frame, pixels } = p;
  const { C, strideW } = g;
  return func(`pixels${pixels}`, integers(["x", "y", "w", "count"]), ({ x, y, w, count }, declare) => {
    const [xc, yc, wc] = declare.i32("xc", "yc", "wc");
    const acc = range(pixels, (pixel) => range(2, (half) => declare("v128", `acc${pixel}${half}`)));
    const [a, b, low, high] = declare.v128("a", "b", "low", "high");
    const r: Registers = { count, xc, yc, wc, acc, a, b, low, high };
    const sums = isWrittenOut(g) ? writtenOut(p, r) : looped(p, r, declare);
    const block = (channels: number): Statements => [
      comment("acc = b + Σ x̂ · ŵ, two taps at a time"),
      sums,
      comment("y = requantise(acc)"),
      acc.map((halves) =>
        halves.map((one, half) => requantize(p.rule, one, wc, half * parameterBytes(p.rule.rounding))),
      ),
      acc.map((halves, pixel) => storeIntegers(p.rule.output, yc, halves, channels, pixel * C)),
      advance(wc, 2 * parameterBytes(p.rule.rounding)),
      advance(xc, VECTOR_BYTES),
      advance(yc, INT16_LANES),
    ];
    return [
      countDown(count, [
        local.set(xc, x),
        local.set(yc, y),
        local.set(wc, w),
        repeat(declare("i32", "channels"), Math.floor(C / INT16_LANES), block(INT16_LANES)),
        C % INT16_LANES > 0 ? block(C % INT16_LANES) : [],
        advance(x, pixels * strideW * frame.channels * INT16_BYTES),
        advance(y, pixels * C),
      ]),
    ];
  });
}

interface Registers extends Readonly<Record<"count" | "xc" | "yc" | "wc", Local<"i32">>> {
  /** By pixel: those of the lower and of the upper four channels. */
  readonly acc: readonly (readonly Local<"v128">[])[];
  readonly a: Local<"v128">;
  readonly b: Local<"v128">;
  readonly low: Local<"v128">;
  readonly high: Local<"v128">;
}

/** The int16 of two vectors alternately: a lane of a, then a lane of b. */
const [LOW, HIGH] = [
  [0, 8, 1, 9, 2, 10, 3, 11],
  [4, 12, 5, 13, 6, 14, 7, 15],
];

/** low, high = the numbers of two taps, interleaved. @param offsets of the taps' pixels, after the address */
function interleave({ a, b, low, high }: Registers, at: Local<"i32">, first: number, second: number): Statements {
  return [
    local.set(a, v128.load(at, first)),
    local.set(b, v128.load(at, second)),
    local.set(low, i8x16.shuffle(a, b, LOW)),
    local.set(high, i8x16.shuffle(a, b, HIGH)),
  ];
}

/**
 * acc = acc + (low, high) · ŵ
 *
 * @param offset of the weights of the pair
 */
function multiply(r: Registers, pixel: number, offset: number): Statements {
  const { load, multiplyAdd, wBytes } = PRODUCTS.wide.arithmetic;
  return [r.low, r.high].map((xk, half) => {
    const acc = r.acc[pixel][half];
    return local.set(acc, multiplyAdd(acc, xk, load(r.wc, offset + half * wBytes)));
  });
}

/** The biases of four channels, after the weights. @param at of the weights */
function biasOf({ g, rule }: Pixels, at: Local<"i32">, half: number): Expr<"v128"> {
  return v128.load(at, tapPairs(g).length * PAIR_BYTES + half * parameterBytes(rule.rounding));
}

/** Two pixels of the image whose numbers are interleaved, and the products that they are part of. */
interface Interleaved {
  readonly first: number;
  readonly second: number;
  readonly products: readonly { readonly pixel: number; readonly pair: number }[];
}

/** Bytes from the first tap of the first pixel to a tap of another one. */
function tapBytes({ g, frame }: Pixels, { kh, kw }: Tap, pixel: number): number {
  const column = kw * g.dilationW + pixel * g.strideW;
  return kh * g.dilationH * frame.rowBytes + column * frame.channels * INT16_BYTES;
}

/** Pairs of pixels under the windows of some neighbouring outputs, each once. */
function pairsUnder(p: Pixels): readonly Interleaved[] {
  const found = new Map<string, Interleaved>();
  tapPairs(p.g).forEach(([tap, other], pair) => {
    for (let pixel = 0; pixel < p.pixels; pixel++) {
      const first = tapBytes(p, tap, pixel);
      const second = tapBytes(p, other ?? { kh: tap.kh, kw: tap.kw + 1 }, pixel);
      const { products = [] } = found.get(`${first} ${second}`) ?? {};
      found.set(`${first} ${second}`, { first, second, products: [...products, { pixel, pair }] });
    }
  });
  return [...found.values()];
}

/** Each pair of pixels has a branch: without it, V8 would load everything first and run out of registers. */
function writtenOut(p: Pixels, r: Registers): Statements {
  return [
    r.acc.map((halves) => halves.map((acc, half) => local.set(acc, biasOf(p, r.wc, half)))),
    pairsUnder(p).map(({ first, second, products }) =>
      when(r.count, [
        interleave(r, r.xc, first, second),
        products.map(({ pixel, pair }) => multiply(r, pixel, pair * PAIR_BYTES)),
      ]),
    ),
    advance(r.wc, tapPairs(p.g).length * PAIR_BYTES),
  ];
}

/** For kernels too large to be unrolled: the taps of two rows at a time. */
function looped(p: Pixels, r: Registers, declare: Declare): Statements {
  const { g, frame, pixels } = p;
  const [row, xk, kh, kw] = declare.i32("row", "xk", "kh", "kw");
  const rowBytes = g.dilationH * frame.rowBytes;
  return [
    r.acc.map((halves) => halves.map((acc, half) => local.set(acc, biasOf(p, r.wc, half)))),
    local.set(row, r.xc),
    repeat(kh, Math.ceil(g.KH / 2), [
      local.set(xk, row),
      repeat(kw, g.KW, [
        range(pixels, (pixel) => {
          const offset = tapBytes(p, { kh: 0, kw: 0 }, pixel);
          return [interleave(r, xk, offset, offset + rowBytes), multiply(r, pixel, 0)];
        }),
        advance(xk, g.dilationW * frame.channels * INT16_BYTES),
        advance(r.wc, PAIR_BYTES),
      ]),
      advance(row, 2 * rowBytes),
    ]),
  ];
}
