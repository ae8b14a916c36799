/** @file Depthwise convolution written out tap by tap: a few neighbouring pixels, all channels. */
import { comment, func, when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { type DepthwiseCode, eachFourChannels, jointChannels, madd, packBytes, spread } from "./depthwise.ts";
import { activate, advance, countDown, FLOAT_BYTES, LANES, plus, repeat, storeLanes, VECTOR_BYTES } from "./emit.ts";

/**
 * `pixels(x, y, w, taps, count)`: `count` times so many neighbouring output pixels, a block of channels. Bit kh of
 * `taps` says whether row kh of the window lies on the image; of its columns those from `first` up to `end` do. x is
 * the address of tap (0, first) of the first pixel.
 */
export function pixelsOf(
  name: string,
  code: DepthwiseCode & { readonly block: number },
  pixels: number,
  first: number,
  end: number,
): Func {
  const { W, C, O, KH, KW, strideW, dilationH, dilationW, activation, block, channelVectors } = code;
  const M = O / C;
  const pixelBytes = C * FLOAT_BYTES;
  const outputBytes = O * FLOAT_BYTES;
  const params = { x: "i32", y: "i32", w: "i32", taps: "i32", count: "i32" } as const;
  return func(name, params, ({ x, y, w, taps, count }, declare) => {
    const vector = (label: string) => Array.from({ length: channelVectors }, (_, v) => declare("v128", `${label}${v}`));
    const sums = Array.from({ length: pixels }, (_, p) => vector(`s${p}`));
    const weights = Array.from({ length: end - first }, (_, i) => vector(`w${first + i}`));
    const values = vector("x");
    const bias = vector("b");
    // Columns of the image under the windows, from the first tap of the first pixel, and which products each is part
    // of.
    const products = sums.flatMap((s, p) =>
      weights.map((weight, i) => ({ column: p * strideW + i * dilationW, s, weight, isFirst: i === 0 })),
    );
    const columns = [...new Set(products.map(({ column }) => column))].sort((a, b) => a - b);
    const [xc, yc, wc, xRow] = ["xc", "yc", "wc", "xRow"].map((label) => declare("i32", label));

    /**
     * Outputs 4·j to 4·j + 3 of those of a vector of channels; or the outputs of several such vectors, M and j being 1
     * and 0.
     */
    const outputs = (vectors: number, j: number, lanes: number): Statements => {
      const each = (make: (v: number) => Statements): Statements => Array.from({ length: vectors }, (_, v) => make(v));
      /** The weights of a tap, or behind the last one the bias. */
      const load = (into: typeof values, tap: number): Statements =>
        each((v) => [local.set(into[v], v128.load(wc, j * packBytes(code) + (tap * vectors + v) * VECTOR_BYTES))]);
      /** The first row of taps begins the sums, or if it lies above the image, 0 does. */
      const tapRow = (kh: number, body: Statements): Statements => {
        const zeros = sums.map((s) => each((v) => [local.set(s[v], f32x4.splat(0))]));
        if (weights.length === 0) return kh === 0 ? zeros : []; // the windows lie beside the image
        return [when(i32.and(taps, 1 << kh), body, kh === 0 ? zeros : undefined)];
      };
      return [
        Array.from({ length: KH }, (_, kh) =>
          tapRow(kh, [
            comment(`taps (${kh}, ${first}) to (${kh}, ${end - 1}) of ${pixels} pixel(s): s = s + x · w`),
            local.set(xRow, plus(xc, kh * dilationH * W * pixelBytes)),
            weights.map((weight, i) => load(weight, kh * KW + first + i)),
            columns.map((column) => [
              each((v) => [
                local.set(values[v], spread(v128.load(xRow, column * pixelBytes + v * VECTOR_BYTES), j, M)),
              ]),
              products
                .filter((product) => product.column === column)
                .map(({ s, weight, isFirst }) =>
                  // The first product is the sum so far: 0 + x · w, but for the sign of a zero, which the bias takes
                  // away.
                  each((v) => {
                    const isSum = !(isFirst && kh === 0);
                    const product = isSum ? madd(code, s[v], values[v], weight[v]) : f32x4.mul(values[v], weight[v]);
                    return [local.set(s[v], product)];
                  }),
                ),
            ]),
          ]),
        ),
        comment(`y = f(s + b), f = ${activation}`),
        load(bias, KH * KW),
        sums.map((s) => each((v) => [local.set(s[v], f32x4.add(s[v], bias[v])), activate(activation, s[v])])),
        // Stores last, neighbours next to each other: an engine that joins vectors to wider ones begins with those.
        sums.map((s, p) => each((v) => storeLanes(yc, s[v], lanes, p * outputBytes + (j + v) * VECTOR_BYTES))),
      ];
    };
    const next = (vectors: number): Statements => [
      ...advance(xc, vectors * VECTOR_BYTES),
      ...advance(yc, vectors * M * VECTOR_BYTES),
      ...advance(wc, vectors * M * packBytes(code)),
    ];
    const joint = jointChannels(block, channelVectors);
    return [
      countDown(count, [
        local.set(wc, w),
        local.set(xc, x),
        local.set(yc, y),
        joint > 0
          ? repeat(declare("i32", "joint"), joint / (channelVectors * LANES), [
              outputs(channelVectors, 0, LANES),
              next(channelVectors),
            ])
          : [],
        eachFourChannels(block - joint, M, declare, (j, lanes) => outputs(1, j, lanes), next(1)),
        ...advance(x, pixels * strideW * pixelBytes),
        ...advance(y, pixels * outputBytes),
      ]),
    ];
  });
}
