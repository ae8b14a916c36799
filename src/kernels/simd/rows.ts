/** @file Any number of rows of a panel, cut into tiles. */
import { call, func, integers, when } from "../../wasm/control.ts";
import type { Func, Local, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { div, type Int, mul, rem, sub } from "../../wasm/integer.ts";
import type { Accumulators } from "./engines.ts";
import { advance } from "./loops.ts";
import { type Tile, tile } from "./tile.ts";
import { vectorsFor } from "./vectors.ts";

/**
 * MR of the tiles that rows are cut into: as many as possible of the common height, the rest of the other. The two
 * differ by one, so they add up to any number that is not small; rows left over are done one by one.
 */
export function heightsOf(columns: number, [preferred, max]: Accumulators): readonly [common: number, other: number] {
  const NV = vectorsFor(columns);
  const common = Math.max(1, Math.floor(preferred / NV));
  return [common, (common + 1) * NV <= max ? common + 1 : Math.max(1, common - 1)];
}

/**
 * `rows(x, y, w, count)`: `count` rows of one panel. If the count is known in advance it is `rows(x, y, w)`: then so is
 * every number below, and no code to calculate them is emitted.
 */
export function rows(t: Tile, accumulators: Accumulators, known?: number): Func {
  const [common, other] = heightsOf(t.columns, accumulators);
  const names = ["x", "y", "w", "count"] as const;
  const params = integers(known === undefined ? names : names.slice(0, 3));
  return func(`rows${known ?? ""}x${t.columns}`, params, ({ x, y, w, ...p }, declare) => {
    const count: Int = known ?? p.count;
    const [vRest, vOthers, vTimes] = known === undefined ? declare.i32("rest", "others", "times") : [];
    const body: Statements[] = [];
    /** The value in a variable, if there is one. */
    const bound = (variable: Local<"i32"> | undefined, value: Int): Int => {
      if (!variable) return value;
      body.push([local.set(variable, value)]);
      return variable;
    };
    const tiles = (MR: number, times: Int): void => {
      if (times === 0) return;
      const some = [
        call(tile(MR, MR === common ? t : { ...t, prefetch: undefined }), x, y, w, times),
        advance(x, mul(times, MR * t.xRowBytes)),
        advance(y, mul(times, MR * t.yRowBytes)),
      ];
      body.push(typeof times === "number" ? some : [when(times, some)]);
    };
    const over = rem(count, common);
    let others = bound(vOthers, other > common ? over : rem(sub(common, over), common));
    // No tiles of the other height if they would have more rows than there are.
    if (vOthers) body.push([when(i32.gt_u(mul(others, other), count), [local.set(vOthers, 0)])]);
    else if ((others as number) * other > (count as number)) others = 0;
    const rest = bound(vRest, sub(count, mul(others, other)));
    tiles(common, bound(vTimes, div(rest, common)));
    tiles(other, others);
    if (other > 1) tiles(1, bound(vRest, rem(rest, common)));
    return body;
  });
}
