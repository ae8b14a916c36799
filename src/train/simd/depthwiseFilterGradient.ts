/**
 * @file The gradient of a depthwise filter, four channels at a time:
 *
 *   dw[kh, kw, c] = Σ n,oh,ow  x̂[n, oh·strideH + kh·dilationH, ow·strideW + kw·dilationW, c] · dy[n, oh, ow, c]
 *
 * where x̂ is x in a frame of zeros. The sums of a few neighbouring taps run along a row of the output in registers,
 * and wait in dw for the next row.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import {
  advance,
  countDown,
  FLOAT_BYTES,
  LANES,
  storeLanes,
  upTo,
  VECTOR_BYTES,
  vectorsFor,
} from "../../kernels/simd/emit.ts";
import { type EmittedKernel, type Emitter, NO_CONSTANTS } from "../../kernels/simd/kernel.ts";
import { frameOf, padImages } from "../../kernels/simd/pad.ts";
import { func, when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";

/** Taps whose sums are in registers together. */
const TAPS = 5;

/** @returns a layer with the inputs x and dy and the output dw [KH, KW, C]; one output per channel */
export function depthwiseFilter(g: Conv2dGeometry, emitter: Emitter): EmittedKernel {
  const frame = frameOf(g);
  const entry = emitter.func("depthwiseFilter", g, channelsFunction);
  const sum = (x: 0 | "scratch") => ({ func: entry, operands: [x, 1, "output"] as const, units: vectorsFor(g.C) });
  return {
    launches: frame.isPadded ? [padImages(g, emitter), sum("scratch")] : [sum(0)],
    constants: NO_CONSTANTS,
    scratchBytes: frame.isPadded ? frame.bytes : 0,
  };
}

/** Vectors of channels from `from` up to `to`, for row after row of the output. */
function channelsFunction(g: Conv2dGeometry): Func {
  const { N, C, KH, KW, OH, OW, strideH, strideW, dilationH, dilationW } = g;
  const { rows, lineBytes } = frameOf(g);
  const pixelBytes = C * FLOAT_BYTES;
  const rest = C % LANES;
  const params = { x: "i32", dy: "i32", dw: "i32", from: "i32", to: "i32" } as const;
  return func("channels", params, ({ x, dy, dw, from, to }, declare) => {
    const [line, c, bytes, px, pd, count] = ["line", "c", "bytes", "px", "pd", "count"].map((name) =>
      declare("i32", name),
    );
    const [xLine, dyLine] = [declare("i32", "xLine"), declare("i32", "dyLine")];
    const slope = declare("v128", "dy0");
    const sums = Array.from({ length: Math.min(TAPS, KW) }, (_, i) => declare("v128", `s${i}`));
    const stored = (kh: number, kw: number, value: Parameters<typeof storeLanes>[1]): Statements => {
      const to = i32.add(dw, bytes);
      const offset = (kh * KW + kw) * pixelBytes;
      const whole = storeLanes(to, value, LANES, offset);
      return rest === 0 ? whole : [when(i32.eq(c, vectorsFor(C) - 1), storeLanes(to, value, rest, offset), whole)];
    };
    /** Taps (kh, first) and its neighbours, along a row. */
    const neighbours = (kh: number, first: number): Statements => {
      const own = sums.slice(0, Math.min(TAPS, KW - first));
      return [
        own.map((s, i) => local.set(s, v128.load(i32.add(dw, bytes), (kh * KW + first + i) * pixelBytes))),
        local.set(px, i32.add(i32.add(xLine, bytes), kh * dilationH * lineBytes + first * dilationW * pixelBytes)),
        local.set(pd, i32.add(dyLine, bytes)),
        local.set(count, i32.const(OW)),
        countDown(count, [
          local.set(slope, v128.load(pd)),
          own.map((s, i) => local.set(s, f32x4.add(s, f32x4.mul(v128.load(px, i * dilationW * pixelBytes), slope)))),
          ...advance(px, strideW * pixelBytes),
          ...advance(pd, pixelBytes),
        ]),
        own.map((s, i) => stored(kh, first + i, s)),
      ];
    };
    const taps = Array.from({ length: KH }, (_, kh) =>
      Array.from({ length: Math.ceil(KW / TAPS) }, (_, i) => neighbours(kh, i * TAPS)),
    );
    const eachVector = (body: Statements): Statements => [
      local.set(c, from),
      upTo(c, to, [local.set(bytes, i32.mul(c, VECTOR_BYTES)), ...body]),
    ];
    const zero = f32x4.splat(0);
    const xRow = i32.add(i32.mul(i32.div_u(line, OH), rows), i32.mul(i32.rem_u(line, OH), strideH));
    return [
      eachVector(Array.from({ length: KH * KW }, (_, tap) => stored(Math.floor(tap / KW), tap % KW, zero))),
      local.set(line, i32.const(0)),
      upTo(line, N * OH, [
        local.set(xLine, i32.add(x, i32.mul(xRow, lineBytes))),
        local.set(dyLine, i32.add(dy, i32.mul(line, OW * pixelBytes))),
        ...eachVector(taps),
      ]),
    ];
  });
}
