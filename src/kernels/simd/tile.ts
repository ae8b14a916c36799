/**
 * @file The micro-kernel of every matrix product here: a tile of MR rows × NR columns of y, accumulated in registers.
 *
 *   acc[r, v] = acc[r, v] + x[r, k] · w[k, v]        r = 0 … MR-1,  v = 0 … NR/4-1,  k in order
 *
 * Each step of k loads NR/4 vectors of w and, for each row, one number of x into all lanes. Which MR and NR suit
 * depends on the engine (docs/08-simd.md has the figures): with more accumulators than its compiler can keep in the 16
 * vector registers, or two steps of k in one iteration of the loop, a tile runs at half speed.
 *
 * Three values define a tile: an {@link Arithmetic} is the operation of each step of k, a {@link Walk} the way x is
 * read along k, and an {@link Ending} decides what happens to the accumulators.
 */
import { comment, func, integers, loop } from "../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../wasm/expression.ts";
import { i32, local, v128 } from "../../wasm/instructions.ts";
import { add } from "../../wasm/integer.ts";
import { VECTOR_BYTES } from "../../wasm/sizes.ts";
import type { Arithmetic } from "./arithmetic.ts";
import type { Ending } from "./ending.ts";
import { advance, countDown, range, repeat } from "./loops.ts";
import { touchNext } from "./prefetch.ts";
import { vectorsFor } from "./vectors.ts";

/**
 * How x is read along k. Without `each`: `count` numbers, one every `stepBytes`. With it: `count` inner walks, their
 * starts `stepBytes` apart. Counts are at least 1.
 */
export interface Walk {
  readonly count: number;
  readonly stepBytes: number;
  readonly each?: Walk;
}

export interface Tile {
  readonly arithmetic: Arithmetic;
  readonly walk: Walk;
  readonly ending: Ending;
  /** Whether the accumulators resume what an earlier slice of k parked in y; else they start at zero. */
  readonly resumes: boolean;
  /** NR. The lanes of the last vector after them are not stored. */
  readonly columns: number;
  /** From one row of x to the next, and of y. */
  readonly xRowBytes: number;
  readonly yRowBytes: number;
  /** From one k to the next in w. Default: a row of a panel, after the last of which comes the bias. */
  readonly wStepBytes?: number;
  /** Cache lines that each tile touches, tile after tile, starting `fromBytes` after w: what is needed next. */
  readonly prefetch?: { readonly fromBytes: number; readonly lines: number } | undefined;
}

/** Max steps of the outer loop of a two-loop walk for it to be unrolled. */
const MAX_UNROLLED = 4;

/**
 * `tile(x, y, w, count)`: `count` tiles of MR rows, at least one, one below the other in x and y; all read the same w.
 */
export function tile(MR: number, t: Tile): Func {
  const { arithmetic, walk, ending, resumes, columns, xRowBytes, yRowBytes, prefetch } = t;
  const NV = vectorsFor(columns);
  const { wStepBytes = NV * arithmetic.wBytes } = t;
  // Whether the first span has its own code, which may differ from that of the others.
  const isUnrolled = !walk.each?.each && (!walk.each || walk.count <= MAX_UNROLLED);
  // acc = x · w instead of 0 + x · w: the same except for the sign of a zero, which the bias removes, since it is never
  // -0 (panels.ts). A loop runs at least once, so the span must have another k for it.
  const startsWithProduct = !resumes && ending.addsBias && isUnrolled && innermost(walk).count > 1;
  const { biasBytes } = ending;
  const from = biasBytes === undefined ? "" : "b + ";

  return func(`tile${MR}x${columns}`, integers(["x", "y", "w", "count"]), ({ x, y, w, count }, declare) => {
    const acc = range(MR, (r) => range(NV, (v) => declare("v128", `acc${r}${v}`)));
    const wk = range(NV, (v) => declare("v128", `w${v}`));
    const xk = declare("v128", "xk");
    const line = prefetch && declare("i32", "line");
    const [px, pw, end] = declare.i32("px", "pw", "end");

    /** What an accumulator starts with. */
    const start = (v: number): Expr<"v128"> =>
      biasBytes === undefined ? arithmetic.zero : v128.load(w, steps(walk) * wStepBytes + v * biasBytes);
    const eachAcc = (make: (acc: V, v: number, offset: number) => Statements): Statements =>
      acc.map((row, r) => row.map((a, v) => make(a, v, r * yRowBytes + v * VECTOR_BYTES)));

    /** One k, for all rows and columns. */
    const step = (xStepBytes: number, next: (acc: V, x: V, w: V, v: number) => Expr<"v128">): Statements => [
      wk.map((wv, v) => local.set(wv, arithmetic.load(pw, v * arithmetic.wBytes))),
      acc.map((row, r) => [
        local.set(xk, v128.load32_splat(px, r * xRowBytes)),
        row.map((a, v) => local.set(a, next(a, xk, wk[v], v))),
      ]),
      advance(px, xStepBytes),
      advance(pw, wStepBytes),
    ];
    const first = (_: V, xv: V, wv: V, v: number): Expr<"v128"> =>
      biasBytes === undefined ? arithmetic.product(xv, wv) : arithmetic.multiplyAdd(start(v), xv, wv);
    /** The innermost loop: k whose x are equally spaced. */
    const span = (k: Walk, isFirst: boolean): Statements => [
      local.set(end, add(pw, k.count * wStepBytes)),
      isFirst && startsWithProduct ? step(k.stepBytes, first) : [],
      loop("k", (again) => [
        comment(`acc[r, v] = acc[r, v] + x[r, k] · w[k, v] for ${MR} r and ${NV} v`),
        step(k.stepBytes, arithmetic.multiplyAdd),
        again(i32.lt_u(pw, end)),
      ]),
    ];
    /** The loops around it, outermost first. */
    const walked = (k: Walk, isFirst: boolean): Statements => {
      const { each } = k;
      if (!each) return span(k, isFirst);
      const next = advance(px, k.stepBytes - each.count * each.stepBytes); // less what the inner loop has advanced
      if (isUnrolled) return range(k.count, (i) => [walked(each, isFirst && i === 0), next]);
      return repeat(declare("i32", "outer"), k.count, [walked(each, false), next]);
    };

    return [
      line ? local.set(line, add(w, prefetch.fromBytes)) : [],
      countDown(count, [
        line ? touchNext(line, prefetch.lines) : [],
        comment(`acc = ${resumes ? "y" : startsWithProduct ? `${from}x · w` : biasBytes === undefined ? "0" : "b"}`),
        startsWithProduct ? [] : eachAcc((a, v, offset) => [local.set(a, resumes ? v128.load(y, offset) : start(v))]),
        local.set(px, x),
        local.set(pw, w),
        walked(walk, true),
        comment(ending.note),
        eachAcc((a, v) => ending.finish(a, v, pw)),
        // Stores last, neighbours next to each other: an engine that joins vectors to wider ones begins with those.
        acc.map((row, r) => ending.store(y, row, columns, r * yRowBytes)),
        advance(x, MR * xRowBytes),
        advance(y, MR * yRowBytes),
      ]),
    ];
  });
}

type V = Local<"v128">;

/** Steps of k in total. */
function steps({ count, each }: Walk): number {
  return count * (each ? steps(each) : 1);
}

function innermost(walk: Walk): Walk {
  return walk.each ? innermost(walk.each) : walk;
}
