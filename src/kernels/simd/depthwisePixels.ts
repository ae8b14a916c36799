/** @file Depthwise convolution written out tap by tap: a few neighbouring pixels, all channels. */
import { comment, func, when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/instruction.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { type DepthwiseCode, eachFourChannels, madd, packBytes, spread } from "./depthwise.ts";
import { activate, advance, countDown, FLOAT_BYTES, plus, storeLanes, VECTOR_BYTES } from "./emit.ts";

/**
 * `pixels(x, y, w, taps, count)`: `count` times so many neighbouring output pixels, a block of channels. Bit kh of `taps` says
 * whether row kh of the window lies on the picture; of its columns those from `first` up to `end` do. x is the address of
 * tap (0, first) of the first pixel.
 */
export function pixelsOf(
  name: string,
  code: DepthwiseCode & { readonly block: number },
  pixels: number,
  first: number,
  end: number,
): Func {
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
      weights.map((weight, i) => ({ column: p * strideW + i * dilationW, s, weight, isFirst: i === 0 })),
    );
    const columns = [...new Set(products.map(({ column }) => column))].sort((a, b) => a - b);
    const [xc, yc, wc, xRow] = ["xc", "yc", "wc", "xRow"].map((label) => declare("i32", label));

    /** The first row of taps begins the sums, or if it lies above the picture, 0 does. */
    const tapRow = (kh: number, body: Statements): Statements => {
      const zeros = sums.map((s) => local.set(s, f32x4.splat(0)));
      if (weights.length === 0) return kh === 0 ? zeros : []; // the windows lie beside the picture
      return [when(i32.and(taps, 1 << kh), body, kh === 0 ? zeros : undefined)];
    };

    /** Outputs 4·j to 4·j + 3 of those of a vector of channels. */
    const outputs = (j: number, lanes: number): Statements => [
      Array.from({ length: KH }, (_, kh) =>
        tapRow(kh, [
          comment(`taps (${kh}, ${first}) to (${kh}, ${end - 1}) of ${pixels} pixel(s): s = s + x · w`),
          local.set(xRow, plus(xc, kh * dilationH * W * pixelBytes)),
          weights.map((weight, i) =>
            local.set(weight, v128.load(wc, j * packBytes(code) + (kh * KW + first + i) * VECTOR_BYTES)),
          ),
          columns.map((column) => [
            local.set(value, spread(v128.load(xRow, column * pixelBytes), j, M)),
            products
              .filter((product) => product.column === column)
              .map(({ s, weight, isFirst }) =>
                // The first product is the sum so far: 0 + x · w, but for the sign of a zero, which the bias takes away.
                local.set(s, isFirst && kh === 0 ? f32x4.mul(value, weight) : madd(code, s, value, weight)),
              ),
          ]),
        ]),
      ),
      comment(`y = f(s + b), f = ${activation}`),
      sums.map((s, p) => [
        local.set(s, f32x4.add(s, v128.load(wc, j * packBytes(code) + KH * KW * VECTOR_BYTES))),
        activate(activation, s),
        storeLanes(yc, s, lanes, p * outputBytes + j * VECTOR_BYTES),
      ]),
    ];
    return [
      countDown(count, [
        local.set(wc, w),
        local.set(xc, x),
        local.set(yc, y),
        eachFourChannels(code.block, M, declare, outputs, [
          ...advance(xc, VECTOR_BYTES),
          ...advance(yc, M * VECTOR_BYTES),
          ...advance(wc, M * packBytes(code)),
        ]),
        ...advance(x, pixels * strideW * pixelBytes),
        ...advance(y, pixels * outputBytes),
      ]),
    ];
  });
}
