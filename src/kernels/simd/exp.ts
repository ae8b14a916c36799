/**
 * @file e^x for two float64 lanes, accurate to a unit or two in float64's last place and therefore, rounded once,
 * nearly always the nearest float32. It uses only additions, products and bit operations, so every engine returns the
 * same bits.
 *
 *   e^x = 2^k · e^r        k = round(x / ln 2),  r = x - k·ln 2,  |r| ≤ ln 2 / 2
 *   e^r = 1 + r + r²/2! + … + r¹³/13!                     Taylor's series, by Horner's rule; the rest is below 2^-57
 *
 * Adding 1.5 · 2^52 rounds to an integer and leaves it in the lowest bits; shifted into the exponent's place, it
 * multiplies by 2^k. ln 2 is split in two, the first part short enough that k times it is exact (Cody and Waite).
 */
import type { Expr, Local, Statements } from "../../wasm/expression.ts";
import { f64x2, i64x2, local } from "../../wasm/instructions.ts";

export const ROUND: number = 1.5 * 2 ** 52;
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;
/** 1/13!, …, 1/2!, 1, 1 */
export const TAYLOR: readonly number[] = Array.from({ length: 14 }, (_, i) => {
  let factorial = 1;
  for (let n = 2; n <= 13 - i; n++) factorial *= n;
  return 1 / factorial;
});
/** Beyond these, e^x is 0 or ∞ in float32, and 2^k would leave float64. */
export const MIN = -700;
export const MAX = 700;

/** x = e^x. `k` and `r` are used on the way. */
export function exp(x: Local<"v128">, k: Local<"v128">, r: Local<"v128">): Statements {
  return [reduced(x, k, r), local.set(x, i64x2.add(horner(r, TAYLOR), i64x2.shl(k, 52)))];
}

/**
 * x = e^x - 1, exact near 0 too, where it is about x.
 *
 *   e^x - 1 = 2^k · (e^r - 1) + (2^k - 1)
 */
export function expm1(x: Local<"v128">, k: Local<"v128">, r: Local<"v128">): Statements {
  const c = f64x2.splat;
  const withoutOne = f64x2.mul(horner(r, TAYLOR.slice(0, -1)), r);
  return [
    reduced(x, k, r),
    local.set(k, i64x2.add(c(1), i64x2.shl(k, 52))), // 2^k
    local.set(x, f64x2.add(f64x2.mul(k, withoutOne), f64x2.sub(k, c(1)))),
  ];
}

/** k and r of x, which is limited to what 2^k can hold. */
function reduced(x: Local<"v128">, k: Local<"v128">, r: Local<"v128">): Statements {
  const c = f64x2.splat;
  return [
    local.set(x, f64x2.min(f64x2.max(x, c(MIN)), c(MAX))),
    local.set(k, f64x2.add(f64x2.mul(x, c(Math.LOG2E)), c(ROUND))),
    local.set(r, f64x2.sub(k, c(ROUND))),
    local.set(r, f64x2.sub(f64x2.sub(x, f64x2.mul(r, c(LN2_HIGH))), f64x2.mul(r, c(LN2_LOW)))),
  ];
}

/** The polynomial of r with these coefficients, the highest power first. */
function horner(r: Local<"v128">, [first, ...rest]: readonly number[]): Expr<"v128"> {
  return rest.reduce<Expr<"v128">>(
    (sum, coefficient) => f64x2.add(f64x2.mul(sum, r), f64x2.splat(coefficient)),
    f64x2.splat(first),
  );
}
