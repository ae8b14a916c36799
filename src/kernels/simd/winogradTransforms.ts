/**
 * @file The transforms of Winograd's convolution, four channels at a time: sums of pixels, or of products, with small
 * constants. A tile is transformed along its rows, then along its columns.
 */
import { winogradOf } from "../../geometry/winograd.ts";
import { type Declare, when } from "../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { add, div, item, mul, rem, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import { activate, type FusedActivation } from "./activate.ts";
import { launchFunc } from "./emitter.ts";
import { advance, forEach, range, upTo } from "./loops.ts";
import { eachVector, storeLanes } from "./vectors.ts";

interface Tiled {
  readonly m: 2 | 4;
  readonly TH: number;
  readonly TW: number;
  readonly T: number;
}

interface Input extends Tiled {
  readonly C: number;
  readonly frameRows: number;
  readonly rowBytes: number;
  /** Of V in scratch. */
  readonly vAt: number;
}

/** V[p, t, c] of tiles in rows `from` up to `to`, from images in their frame. */
export function inputFunction({ m, TH, TW, T, C, frameRows, rowBytes, vAt }: Input): Func {
  const { Bt } = winogradOf(m === 2 ? "winograd2" : "winograd4");
  const size = m + 2;
  const pixelBytes = C * FLOAT_BYTES;
  return launchFunc("pixels", ["x", "scratch"], ({ x, scratch, from, to }, declare) => {
    const [tile, xAt, at, v] = declare.i32("tile", "xAt", "at", "v");
    const d = square(declare, "d", size);
    return upTo(from, to, [
      local.set(xAt, item(item(x, div(from, TH), frameRows * rowBytes), rem(from, TH), m * rowBytes)),
      local.set(v, item(add(scratch, vAt), from, TW * pixelBytes)),
      forEach(tile, 0, TW, [
        eachVector(C, declare, (c, lanes) => [
          local.set(at, add(xAt, c)),
          d.map((row, i) => row.map((one, j) => local.set(one, v128.load(at, i * rowBytes + j * pixelBytes)))),
          columnsOf(d).map((column) => replace(declare, column, Bt)),
          local.set(at, add(v, c)),
          d.map((row, i) =>
            combinations(row, Bt).map((sum, j) => storeLanes(at, sum, lanes, (i * size + j) * T * pixelBytes)),
          ),
        ]),
        advance(xAt, m * pixelBytes),
        advance(v, pixelBytes),
      ]),
    ]);
  });
}

interface Output extends Tiled {
  readonly OH: number;
  readonly OW: number;
  readonly O: number;
  readonly activation: FusedActivation;
  /** Of M in scratch. */
  readonly mAt: number;
}

/** Outputs of tiles in rows `from` up to `to`. `w` points at the bias. */
export function outputFunction({ m, TH, TW, T, OH, OW, O, activation, mAt }: Output): Func {
  const { At } = winogradOf(m === 2 ? "winograd2" : "winograd4");
  const size = m + 2;
  const pixelBytes = O * FLOAT_BYTES;
  return launchFunc("outputs", ["scratch", "y", "w"], ({ scratch, y, w, from, to }, declare) => {
    const [tile, yAt, at, sums, rows] = declare.i32("tile", "yAt", "at", "sums", "rows");
    const d = square(declare, "m", size);
    const [result] = declare.v128("y");
    /** Outputs of one tile, of which `columns` are on the image. */
    const one = (columns: number): Statements => [
      eachVector(O, declare, (c, lanes) => [
        local.set(at, add(sums, c)),
        d.map((row, i) => row.map((sum, j) => local.set(sum, v128.load(at, (i * size + j) * T * pixelBytes)))),
        columnsOf(d).map((column) => replace(declare, column, At)),
        local.set(at, add(yAt, c)),
        range(m, (i) =>
          when(i32.gt_u(rows, i), [
            combinations(d[i], At)
              .slice(0, columns)
              .map((sum, j) => [
                local.set(result, f32x4.add(sum, v128.load(add(w, c)))),
                activate(activation, result),
                storeLanes(at, result, lanes, (i * OW + j) * pixelBytes),
              ]),
          ]),
        ),
      ]),
      advance(yAt, m * pixelBytes),
      advance(sums, pixelBytes),
    ];
    const whole = Math.floor(OW / m);
    return upTo(from, to, [
      local.set(rows, sub(OH, mul(rem(from, TH), m))),
      local.set(yAt, item(y, add(mul(div(from, TH), OH), mul(rem(from, TH), m)), OW * pixelBytes)),
      local.set(sums, item(add(scratch, mAt), from, TW * pixelBytes)),
      forEach(tile, 0, whole, one(m)),
      whole < TW ? one(OW - whole * m) : [],
    ]);
  });
}

type Square = readonly (readonly Local<"v128">[])[];

function square(declare: Declare, name: string, size: number): Square {
  return range(size, (i) => declare.v128(...range(size, (j) => `${name}${i}${j}`)));
}

function columnsOf(d: Square): Square {
  return d.map((_, j) => d.map((row) => row[j]));
}

/** values = L · values; if L has fewer rows than there are values, the first ones are replaced. */
function replace(declare: Declare, values: readonly Local<"v128">[], L: readonly (readonly number[])[]): Statements {
  const sums = declare.v128(...L.map((_, i) => `sum${i}`));
  return [
    combinations(values, L).map((sum, i) => local.set(sums[i], sum)),
    sums.map((sum, i) => local.set(values[i], sum)),
  ];
}

/**
 * Σ k  L[i][k] · values[k] for each row i; terms with factor 0 are left out; those with 1 or -1 are added or
 * subtracted.
 */
function combinations(values: readonly Local<"v128">[], L: readonly (readonly number[])[]): readonly Expr<"v128">[] {
  return L.map((row) => {
    const terms = row.flatMap((factor, k) => (factor === 0 ? [] : [{ factor, value: values[k] }]));
    // A sum begins with something that is added.
    const first = terms.findIndex(({ factor }) => factor > 0);
    const [begin] = terms.splice(Math.max(first, 0), 1);
    const scaled = (factor: number, value: Local<"v128">): Expr<"v128"> =>
      factor === 1 ? value : f32x4.mul(value, f32x4.splat(factor));
    return terms.reduce<Expr<"v128">>(
      (sum, { factor, value }) =>
        factor < 0 ? f32x4.sub(sum, scaled(-factor, value)) : f32x4.add(sum, scaled(factor, value)),
      scaled(begin.factor, begin.value),
    );
  });
}
