/**
 * @file The micro-kernel of every matrix product here: a tile of R rows × V vectors of the output, summed in registers.
 *
 *   y[r, n] = f( ( Σ k  x[r, k] · w[k, n] ) + b[n] )        r = 0 … R-1,  n = 0 … 4·V-1,  k in order
 *
 * Each step of k loads V vectors of w and, for each row, one number of x into all lanes, and adds R·V products:
 *
 *   s[r, v] = s[r, v] + x[r, k] · w[k, v]                    one rounding for the product, one for the sum
 *
 * Which R suits depends on the engine (docs/07-simd.md has the figures): with more sums than its compiler can keep in
 * the 16 vector registers, or two steps of k in one round of the loop, a tile runs at half speed.
 */
import { call, comment, func, loop, when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import {
  activate,
  advance,
  countDown,
  FLOAT_BYTES,
  type FusedActivation,
  LANES,
  lastLanes,
  readLines,
  repeat,
  storeLanes,
  VECTOR_BYTES,
  vectorsFor,
} from "./emit.ts";

/** How the K numbers of a row of x lie in memory: runs at one distance, in nested steps, the outermost first. */
export interface Runs {
  readonly outer: readonly { readonly count: number; readonly stepBytes: number }[];
  /** Numbers in a run. */
  readonly length: number;
}

export interface TileOptions {
  readonly runs: Runs;
  /** From one row of x to the next, and of y. */
  readonly xStepBytes: number;
  readonly yStepBytes: number;
  /** From one k to the next in a run of x, and in w. Default: neighbours in x; in w the columns of a panel. */
  readonly xRunBytes?: number;
  readonly wRunBytes?: number;
  /** Columns of the tile; the lanes of its V vectors behind them are not stored. */
  readonly columns: number;
  /** What the sums begin with: nothing, or those of earlier k that lie in y. */
  readonly begin: "zero" | "sums";
  /** What becomes of them: bias and activation, or sums for later k, left in y. */
  readonly end: "output" | "sums";
  readonly activation: FusedActivation;
  /** Product and sum in one rounding, `relaxed_madd`. */
  readonly relaxed: boolean;
  readonly sums: Sums;
  /**
   * Cache lines that each tile of the common height reads, the first one so far behind w: what is needed next. Default
   * none.
   */
  readonly ahead?: { readonly fromBytes: number; readonly lines: number } | undefined;
}

/** How many sums a tile should have, and how many it may have, so that they stay in registers. */
export type Sums = readonly [wanted: number, max: number];

/**
 * Rows of the tiles that a number of rows is cut into: as many as can be of the first height, the rest of the second.
 * The two differ by one, so that they make any number that is not small; what they do not make is done row by row.
 */
export function heightsOf(columns: number, [wanted, max]: Sums): readonly [common: number, other: number] {
  const vectors = vectorsFor(columns);
  const common = Math.max(1, Math.floor(wanted / vectors));
  return [common, (common + 1) * vectors <= max ? common + 1 : Math.max(1, common - 1)];
}

function tilesFor(
  count: number,
  [common, other]: ReturnType<typeof heightsOf>,
): readonly { readonly rows: number; readonly tiles: number }[] {
  const over = count % common;
  const wanted = other > common ? over : (common - over) % common;
  const others = wanted * other > count ? 0 : wanted;
  const rest = count - others * other;
  const tiles = [
    { rows: common, tiles: Math.floor(rest / common) },
    { rows: other, tiles: others },
    { rows: 1, tiles: rest % common },
  ];
  return tiles.filter((some) => some.tiles > 0);
}

/** A function `rows(x, y, w)` that computes so many rows of one panel. */
export function fixedRows(name: string, count: number, options: TileOptions): Func {
  return func(name, { x: "i32", y: "i32", w: "i32" }, ({ x, y, w }) =>
    tilesFor(count, heightsOf(options.columns, options.sums)).map(({ rows, tiles }) => [
      call(tile(`${name}_${rows}`, rows, options), x, y, w, tiles),
      ...advance(x, tiles * rows * options.xStepBytes),
      ...advance(y, tiles * rows * options.yStepBytes),
    ]),
  );
}

/**
 * A function `rows(x, y, w, count)` that computes any number of rows of one panel, cut as {@link tilesFor} cuts them.
 */
export function anyRows(name: string, options: TileOptions): Func {
  return func(name, { x: "i32", y: "i32", w: "i32", count: "i32" }, ({ x, y, w, count }, declare) => {
    const [common, other] = heightsOf(options.columns, options.sums);
    const [rest, others, tiles] = [declare("i32", "rest"), declare("i32", "others"), declare("i32", "tiles")];
    const some = (rows: number, tilesWanted: typeof count): Statements => [
      when(tilesWanted, [
        call(tile(`${name}_${rows}`, rows, options), x, y, w, tilesWanted),
        ...advance(x, i32.mul(tilesWanted, rows * options.xStepBytes)),
        ...advance(y, i32.mul(tilesWanted, rows * options.yStepBytes)),
      ]),
    ];
    const over = i32.rem_u(count, common);
    return [
      local.set(others, other > common ? over : i32.rem_u(i32.sub(common, over), common)),
      when(i32.gt_u(i32.mul(others, other), count), [local.set(others, i32.const(0))]),
      local.set(rest, i32.sub(count, i32.mul(others, other))),
      local.set(tiles, i32.div_u(rest, common)),
      ...some(common, tiles),
      ...some(other, others),
      other > 1 ? [local.set(rest, i32.rem_u(rest, common)), ...some(1, rest)] : [],
    ];
  });
}

/** Runs up to which they are written out, one after the other: the first one then begins with a product. */
const MAX_WRITTEN_OUT = 4;

/** `tile(x, y, w, count)`: `count` tiles, one below the other. */
export function tile(name: string, rows: number, options: TileOptions): Func {
  const { runs, xStepBytes, yStepBytes, columns, begin, end: finishing, activation, relaxed } = options;
  const vectors = vectorsFor(columns);
  const { xRunBytes = FLOAT_BYTES, wRunBytes = vectors * VECTOR_BYTES } = options;
  const params = { x: "i32", y: "i32", w: "i32", count: "i32" } as const;
  return func(name, params, ({ x, y, w, count }, declare) => {
    const sums = grid(rows, vectors, (r, v) => declare("v128", `s${r}${v}`));
    const ws = Array.from({ length: vectors }, (_, v) => declare("v128", `w${v}`));
    const value = declare("v128", "x0");
    const ahead = rows === heightsOf(columns, options.sums)[0] ? options.ahead : undefined;
    const line = ahead && declare("i32", "line");
    const [px, pw, end] = [declare("i32", "px"), declare("i32", "pw"), declare("i32", "end")];
    const [outermost] = runs.outer;
    const isFew = runs.outer.length < 2 && (outermost?.count ?? 1) <= MAX_WRITTEN_OUT;
    const counters = (isFew ? [] : runs.outer).map((_, i) => declare("i32", `run${i}`));

    const madd = (s: (typeof ws)[number], v: number) =>
      relaxed ? f32x4.relaxed_madd(value, ws[v], s) : f32x4.add(s, f32x4.mul(value, ws[v]));
    const step = (product: typeof madd): Statements => [
      ws.map((into, v) => local.set(into, v128.load(pw, v * VECTOR_BYTES))),
      sums.map((row, r) => [
        local.set(value, v128.load32_splat(px, r * xStepBytes)),
        row.map((s, v) => local.set(s, product(s, v))),
      ]),
      ...advance(px, xRunBytes),
      ...advance(pw, wRunBytes),
    ];
    // The first product is the sum so far: 0 + x · w, but for the sign of a zero, which the bias takes away.
    const first = step((_, v) => f32x4.mul(value, ws[v]));
    const run = (isFirst: boolean): Statements => [
      local.set(end, i32.add(pw, runs.length * wRunBytes)),
      isFirst ? first : [],
      loop("k", (again) => [
        comment(
          `s[r, v] = s[r, v] + x[r, k] · w[k, v] for ${counted(rows, "row")} r and ${counted(vectors, "vector")} v`,
        ),
        ...step(madd),
        again(i32.lt_u(pw, end)),
      ]),
    ];
    const beginsWithProduct = begin === "zero" && finishing === "output" && isFew && runs.length > 1;
    // From the end of one run to the start of the next; a step of an outer loop has what its inner loops moved taken
    // back.
    let movedBytes = runs.length * xRunBytes;
    let body = run(beginsWithProduct);
    if (isFew && outermost) {
      const next = advance(px, outermost.stepBytes - movedBytes);
      body = Array.from({ length: outermost.count }, (_, i) => [run(beginsWithProduct && i === 0), next]);
    } else {
      runs.outer
        .map((outer, i) => ({ ...outer, counter: counters[i] }))
        .reverse()
        .forEach(({ count: times, stepBytes, counter }) => {
          body = repeat(counter, times, [...body, ...advance(px, stepBytes - movedBytes)]);
          movedBytes = times * stepBytes;
        });
    }
    const start = [
      comment(begin === "zero" ? "a tile of sums, all 0" : "a tile of sums, as far as earlier k have brought them"),
      sums.map((row, r) =>
        row.map((s, v) =>
          local.set(s, begin === "zero" ? f32x4.splat(0) : v128.load(y, r * yStepBytes + v * VECTOR_BYTES)),
        ),
      ),
    ];
    const biased = sums.map((row) =>
      row.map((s, v) => [local.set(s, f32x4.add(s, v128.load(pw, v * VECTOR_BYTES))), activate(activation, s)]),
    );
    // Stores last, neighbours next to each other: an engine that joins vectors to wider ones begins with those.
    const stores = sums.map((row, r) =>
      row.map((s, v) =>
        storeLanes(y, s, v === vectors - 1 ? lastLanes(columns) : LANES, r * yStepBytes + v * VECTOR_BYTES),
      ),
    );
    return [
      line ? local.set(line, i32.add(w, ahead.fromBytes)) : [],
      countDown(count, [
        line ? readLines(line, ahead.lines) : [],
        beginsWithProduct ? comment("a tile of sums, each of which begins with its first product") : start,
        local.set(px, x),
        local.set(pw, w),
        ...body,
        comment(finishing === "sums" ? "the sums wait in y for the next k" : `y = f(s + b), f = ${activation}`),
        finishing === "sums" ? [] : biased,
        stores,
        ...advance(x, rows * xStepBytes),
        ...advance(y, rows * yStepBytes),
      ]),
    ];
  });
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

function grid<T>(rows: number, columns: number, make: (r: number, c: number) => T): T[][] {
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => make(r, c)));
}
