/**
 * @file The complementary error function for two float64 lanes, with a relative error of about 1e-11: enough for
 * float32.
 *
 *   erfc(z) = t · e^(-z² + p(t)),  t = 2 / (2 + z),  z ≥ 0;  erfc(-z) = 2 - erfc(z)
 *
 * p is a sum of Chebyshev polynomials of 4t - 2, added by Clenshaw's recurrence. Source of its coefficients: W. Press
 * et al., "Numerical Recipes", third edition, section 6.2.2.
 */
import type { Declare } from "../../wasm/control.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { f64x2, local, v128 } from "../../wasm/instructions.ts";
import { exp } from "./exp.ts";

const CHEBYSHEV: readonly number[] = [
  -1.3026537197817094, 0.6419697923564902, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4,
  3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6, 1.5626441722e-8,
  -8.5238095915e-8, 6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10, 9.6467911e-11,
];

/** x = erfc(x) */
export function erfc(x: Local<"v128">, declare: Declare): Statements {
  const [z, t, d, dd, next] = declare.v128("z", "t", "d", "dd", "next");
  const c = f64x2.splat;
  const u = f64x2.sub(f64x2.mul(c(4), t), c(2));
  const [first, ...rest] = CHEBYSHEV;
  return [
    local.set(z, f64x2.max(x, f64x2.sub(c(0), x))),
    local.set(t, f64x2.div(c(2), f64x2.add(c(2), z))),
    local.set(d, c(0)),
    local.set(dd, c(0)),
    rest
      .toReversed()
      .map((coefficient) => [
        local.set(next, f64x2.add(f64x2.sub(f64x2.mul(u, d), dd), c(coefficient))),
        local.set(dd, d),
        local.set(d, next),
      ]),
    local.set(next, f64x2.sub(f64x2.mul(c(0.5), f64x2.add(c(first), f64x2.mul(u, d))), dd)),
    local.set(z, f64x2.sub(next, f64x2.mul(z, z))),
    exp(z, d, dd),
    local.set(z, f64x2.mul(t, z)),
    local.set(x, v128.bitselect(z, f64x2.sub(c(2), z), f64x2.ge(x, c(0)))),
  ];
}
