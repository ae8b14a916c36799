/** @file Depthwise convolution for kernels too large to be unrolled: the taps are looked up one by one. */
import type { Func, Statements } from "../../wasm/expression.ts";
import { f32x4, local, v128 } from "../../wasm/instructions.ts";
import { add, item, mul } from "../../wasm/integer.ts";
import { VECTOR_BYTES } from "../../wasm/sizes.ts";
import { activate } from "./activate.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { type Depthwise, eachFourChannels, packBytes, spread } from "./depthwise.ts";
import { launchFunc } from "./emitter.ts";
import { advance } from "./loops.ts";
import { storeLanes } from "./vectors.ts";
import { eachTap, eachWindow } from "./window.ts";

/** Output rows from `from` up to `to`, counted over the images. */
export function tapByTap(d: Depthwise): Func {
  const { C, O, KH, KW, activation, precision } = d;
  const M = O / C;
  const { multiplyAdd } = ARITHMETIC[precision];
  return launchFunc("depthwise", ["x", "y", "w"], ({ w, ...range }, declare) => {
    const acc = declare("v128", "acc");
    const [xc, yc, wc] = declare.i32("xc", "yc", "wc");
    return eachWindow(d, range, declare, (window) => {
      const outputs = (j: number, lanes: number): Statements => [
        local.set(acc, f32x4.splat(0)),
        eachTap(d, window, declare, (pixel, kh, kw) => {
          const tap = item(wc, add(mul(kh, KW), kw), VECTOR_BYTES);
          const xk = spread(v128.load(add(pixel, xc)), j, M);
          return [local.set(acc, multiplyAdd(acc, xk, v128.load(tap, j * packBytes(d))))];
        }),
        local.set(acc, f32x4.add(acc, v128.load(wc, j * packBytes(d) + KH * KW * VECTOR_BYTES))),
        activate(activation, acc),
        storeLanes(yc, acc, lanes, j * VECTOR_BYTES),
      ];
      return [
        local.set(xc, 0),
        local.set(yc, window.y),
        local.set(wc, w),
        eachFourChannels(C, M, declare, outputs, [
          advance(xc, VECTOR_BYTES),
          advance(yc, M * VECTOR_BYTES),
          advance(wc, M * packBytes(d)),
        ]),
      ];
    });
  });
}
