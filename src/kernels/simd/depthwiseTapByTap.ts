/** @file Depthwise convolution for kernels too large to be written out: the taps are looked up one by one. */
import { func } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { type DepthwiseCode, eachFourChannels, madd, packBytes, spread } from "./depthwise.ts";
import { activate, advance, storeLanes, VECTOR_BYTES } from "./emit.ts";
import { eachTap, eachWindow } from "./window.ts";

const PARAMS = { x: "i32", y: "i32", w: "i32", from: "i32", to: "i32" } as const;

/** Output rows from `from` up to `to`, counted over the images. */
export function tapByTap(code: DepthwiseCode): Func {
  const { C, O, KH, KW, activation } = code;
  const M = O / C;
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
          const tap = i32.add(wc, i32.mul(i32.add(i32.mul(kh, KW), kw), VECTOR_BYTES));
          const x = spread(v128.load(i32.add(pixel, xc)), j, M);
          return [local.set(sum, madd(code, sum, x, v128.load(tap, j * packBytes(code))))];
        }),
        local.set(sum, f32x4.add(sum, v128.load(wc, j * packBytes(code) + KH * KW * VECTOR_BYTES))),
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
          ...advance(wc, M * packBytes(code)),
        ]),
      ];
    });
  });
}
