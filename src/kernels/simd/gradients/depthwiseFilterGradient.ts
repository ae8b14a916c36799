/**
 * @file The gradient of a depthwise filter, four channels at a time:
 *
 *   dw[kh, kw, c] = Σ n,oh,ow  x̂[n, oh·strideH + kh·dilationH, ow·strideW + kw·dilationW, c] · dy[n, oh, ow, c]
 *
 * where x̂ is x in a frame of zeros. The sums of a few neighbouring taps stay in registers along a row of the output,
 * and wait in dw for the next row.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import { when } from "../../../wasm/control.ts";
import type { Expr, Func, Statements } from "../../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../../wasm/instructions.ts";
import { add, div, item, mul, rem } from "../../../wasm/integer.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../../wasm/sizes.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { advance, countDown, forEach, range } from "../loops.ts";
import { frameOf, padImages } from "../pad.ts";
import { storeLanes, vectorsFor } from "../vectors.ts";

/** Taps that are accumulated together. */
const TAPS = 5;

/** @returns a kernel with the inputs x and dy and the output dw [KH, KW, C]; one output per channel */
export function depthwiseFilter(g: Conv2dGeometry, emitter: Emitter): EmittedKernel {
  const frame = frameOf(g);
  const func = emitter.func(channelsFunction, g);
  const sum = (x: 0 | "scratch") => ({ func, operands: [x, 1, "output"] as const, units: vectorsFor(g.C) });
  return {
    kind: "emitted",
    launches: frame.isPadded ? [padImages(g, emitter), sum("scratch")] : [sum(0)],
    scratchBytes: frame.isPadded ? frame.bytes : 0,
  };
}

/** Vectors of channels from `from` up to `to`, for row after row of the output. */
function channelsFunction(g: Conv2dGeometry): Func {
  const { N, C, KH, KW, OH, OW, strideH, strideW, dilationH, dilationW } = g;
  const { rows, rowBytes } = frameOf(g);
  const pixelBytes = C * FLOAT_BYTES;
  const rest = C % LANES;
  return launchFunc("depthwiseFilter", ["x", "dy", "dw"], ({ x, dy, dw, from, to }, declare) => {
    const [row, c, bytes, px, pd, count] = declare.i32("row", "c", "bytes", "px", "pd", "count");
    const [xRow, dyRow] = declare.i32("xRow", "dyRow");
    const slope = declare("v128", "slope");
    const acc = range(Math.min(TAPS, KW), (i) => declare("v128", `acc${i}`));
    const store = (tap: number, value: Expr<"v128">): Statements => {
      const whole = storeLanes(add(dw, bytes), value, LANES, tap * pixelBytes);
      const part = storeLanes(add(dw, bytes), value, rest, tap * pixelBytes);
      return rest === 0 ? whole : [when(i32.eq(c, vectorsFor(C) - 1), part, whole)];
    };
    /** Taps (kh, first) and its neighbours, along a row. */
    const neighbours = (kh: number, first: number): Statements => {
      const own = acc.slice(0, Math.min(TAPS, KW - first));
      const tap = kh * KW + first;
      return [
        own.map((a, i) => local.set(a, v128.load(add(dw, bytes), (tap + i) * pixelBytes))),
        local.set(px, add(add(xRow, bytes), kh * dilationH * rowBytes + first * dilationW * pixelBytes)),
        local.set(pd, add(dyRow, bytes)),
        local.set(count, OW),
        countDown(count, [
          local.set(slope, v128.load(pd)),
          own.map((a, i) => local.set(a, f32x4.add(a, f32x4.mul(v128.load(px, i * dilationW * pixelBytes), slope)))),
          advance(px, strideW * pixelBytes),
          advance(pd, pixelBytes),
        ]),
        own.map((a, i) => store(tap + i, a)),
      ];
    };
    const eachVector = (body: Statements): Statements =>
      forEach(c, from, to, [local.set(bytes, mul(c, VECTOR_BYTES)), body]);
    const frameRow = add(mul(div(row, OH), rows), mul(rem(row, OH), strideH));
    return [
      eachVector(range(KH * KW, (tap) => store(tap, f32x4.splat(0)))),
      forEach(row, 0, N * OH, [
        local.set(xRow, item(x, frameRow, rowBytes)),
        local.set(dyRow, item(dy, row, OW * pixelBytes)),
        eachVector(range(KH, (kh) => range(Math.ceil(KW / TAPS), (i) => neighbours(kh, i * TAPS)))),
      ]),
    ];
  });
}
