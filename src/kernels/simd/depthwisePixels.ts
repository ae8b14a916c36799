/** @file Depthwise convolution written out tap by tap: a few neighbouring pixels, a block of channels. */
import { comment, func, integers, when } from "../../wasm/control.ts";
import type { Func, Local, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { add } from "../../wasm/integer.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { activate } from "./activate.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { type Depthwise, eachFourChannels, jointChannels, packBytes, spread } from "./depthwise.ts";
import { columnsUnder } from "./depthwiseTaps.ts";
import { advance, countDown, range, repeat } from "./loops.ts";
import { storeLanes } from "./vectors.ts";

export interface Pixels extends Depthwise {
  /** Channels that are computed. */
  readonly block: number;
  /** Neighbouring output pixels. */
  readonly pixels: number;
  /** Columns of the window that are on the image: from `first` up to `end`. */
  readonly first: number;
  readonly end: number;
}

/**
 * `pixels(x, y, w, rows, count)`: `count` times some neighbouring pixels, a block of channels. Bit kh of `rows` says
 * whether row kh of the window is on the image. x is the address of tap (0, first) of the first pixel.
 */
export function pixelsFunction(p: Pixels): Func {
  const { C, O, strideW, block, channelVectors, pixels, first, end } = p;
  const M = O / C;
  return func(
    `pixels${pixels}_taps${first}to${end - 1}`,
    integers(["x", "y", "w", "rows", "count"]),
    ({ x, y, w, rows, count }, declare) => {
      const vectors = (name: string) => range(channelVectors, (v) => declare("v128", `${name}${v}`));
      const r = {
        rows,
        acc: range(pixels, (pixel) => vectors(`acc${pixel}`)),
        wk: range(end - first, (tap) => vectors(`w${first + tap}`)),
        xk: vectors("x"),
        bias: vectors("b"),
        xc: declare("i32", "xc"),
        yc: declare("i32", "yc"),
        wc: declare("i32", "wc"),
        xRow: declare("i32", "xRow"),
      };
      const next = (channels: number): Statements => [
        advance(r.xc, channels * VECTOR_BYTES),
        advance(r.yc, channels * M * VECTOR_BYTES),
        advance(r.wc, channels * M * packBytes(p)),
      ];
      const jointly = { vectors: channelVectors, j: 0, lanes: LANES };
      const joint = jointChannels(block, channelVectors);
      return [
        countDown(count, [
          local.set(r.wc, w),
          local.set(r.xc, x),
          local.set(r.yc, y),
          joint > 0
            ? repeat(declare("i32", "joint"), joint / (channelVectors * LANES), [
                outputs(p, r, jointly),
                next(channelVectors),
              ])
            : [],
          eachFourChannels(block - joint, M, declare, (j, lanes) => outputs(p, r, { vectors: 1, j, lanes }), next(1)),
          advance(x, pixels * strideW * C * FLOAT_BYTES),
          advance(y, pixels * O * FLOAT_BYTES),
        ]),
      ];
    },
  );
}

/** A value for each vector of channels that is computed together. */
type Vectors = readonly Local<"v128">[];

interface Registers extends Readonly<Record<"rows" | "xc" | "yc" | "wc" | "xRow", Local<"i32">>> {
  /** By pixel. */
  readonly acc: readonly Vectors[];
  /** By tap of a row. */
  readonly wk: readonly Vectors[];
  readonly xk: Vectors;
  readonly bias: Vectors;
}

/**
 * The channels computed at once: `vectors` vectors of channels; or, of four channels with M outputs each, vector j of
 * the outputs.
 */
interface Outputs {
  readonly vectors: number;
  readonly j: number;
  readonly lanes: number;
}

function outputs(p: Pixels, r: Registers, o: Outputs): Statements {
  const { O, KH, KW, first, end, activation } = p;
  const zeros = r.acc.map((acc) => range(o.vectors, (v) => local.set(acc[v], f32x4.splat(0))));
  return [
    range(KH, (kh) => {
      // The first row of taps starts the sums; if it is above the image, 0 does.
      const otherwise = kh === 0 ? zeros : undefined;
      if (end === first) return otherwise ?? []; // no tap is on the image
      return [when(i32.and(r.rows, 1 << kh), tapRow(p, r, o, kh), otherwise)];
    }),
    comment(`y = f(acc + b), f = ${activation}`),
    load(p, r, o, r.bias, KH * KW),
    r.acc.map((acc) =>
      range(o.vectors, (v) => [local.set(acc[v], f32x4.add(acc[v], r.bias[v])), activate(activation, acc[v])]),
    ),
    // Stores come last, neighbours together: an engine that merges vectors into wider ones starts from these.
    r.acc.map((acc, pixel) =>
      range(o.vectors, (v) => storeLanes(r.yc, acc[v], o.lanes, pixel * O * FLOAT_BYTES + (o.j + v) * VECTOR_BYTES)),
    ),
  ];
}

/** acc[pixel] = acc[pixel] + x · w for the taps of row kh. Each number is loaded once. */
function tapRow(p: Pixels, r: Registers, o: Outputs, kh: number): Statements {
  const { W, C, O, KW, dilationH, pixels, first, end, precision } = p;
  const { multiplyAdd, product } = ARITHMETIC[precision];
  const pixelBytes = C * FLOAT_BYTES;
  return [
    comment(`taps (${kh}, ${first}) to (${kh}, ${end - 1}) of ${pixels} pixel(s): acc = acc + x · w`),
    local.set(r.xRow, add(r.xc, kh * dilationH * W * pixelBytes)),
    r.wk.map((wk, tap) => load(p, r, o, wk, kh * KW + first + tap)),
    columnsUnder(pixels, end - first, p).map(({ column, products }) => [
      range(o.vectors, (v) => {
        const channels = v128.load(r.xRow, column * pixelBytes + v * VECTOR_BYTES);
        return local.set(r.xk[v], spread(channels, o.j, O / C));
      }),
      products.map(({ pixel, tap }) =>
        range(o.vectors, (v) => {
          const [acc, xk, wk] = [r.acc[pixel][v], r.xk[v], r.wk[tap][v]];
          // acc = x · w instead of 0 + x · w: the same except for the sign of a zero, which the bias removes.
          const startsSum = kh === 0 && tap === 0;
          return local.set(acc, startsSum ? product(xk, wk) : multiplyAdd(acc, xk, wk));
        }),
      ),
    ]),
  ];
}

/** The weights of a tap; after the last one, the bias. */
function load(p: Pixels, r: Registers, o: Outputs, into: Vectors, tap: number): Statements {
  return range(o.vectors, (v) =>
    local.set(into[v], v128.load(r.wc, o.j * packBytes(p) + (tap * o.vectors + v) * VECTOR_BYTES)),
  );
}
