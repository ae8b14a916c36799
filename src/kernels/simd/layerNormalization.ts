/**
 * @file Layer normalisation, in float64 and rounded once, two numbers at a time: those at even and at odd indices are
 * summed separately, then added.
 */
import type { Expr, Local, Statements } from "../../wasm/expression.ts";
import { f32x4, f64x2, i8x16, i32, local, v128 } from "../../wasm/instructions.ts";
import { add, item } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { launchFunc, packedArrays } from "./emitter.ts";
import { forEach, upTo } from "./loops.ts";
import { storeLanes } from "./vectors.ts";

const PAIR = 2;
const PAIR_BYTES = PAIR * FLOAT_BYTES;

/** Rows of n numbers. Weights: perhaps scale and bias, n numbers each. */
export function layerNormalization(rows: number, n: number, epsilon: number): EmittedKernel {
  const rowBytes = n * FLOAT_BYTES;
  const whole = Math.floor(n / PAIR) * PAIR_BYTES;
  const padded = Math.ceil(n / PAIR) * PAIR;
  const parameterBytes = padded * Float64Array.BYTES_PER_ELEMENT;
  const func = launchFunc("layerNorm", ["x", "y", "p"], ({ x, y, p, from, to }, declare) => {
    const [v, sum, mean, deviation] = declare.v128("v", "sum", "mean", "deviation");
    const [xAt, yAt, at] = declare.i32("xAt", "yAt", "at");
    const c = f64x2.splat;
    const load = f64x2.promote_low_f32x4(v128.load64_zero(add(xAt, at)));
    const firstOnly = (pair: Expr<"v128">): Expr<"v128"> => i8x16.shuffle(pair, c(0), [0, 1, 4, 5]);
    const eachPair = (body: (isWhole: boolean) => Statements): Statements => [
      forEach(at, 0, whole, body(true), PAIR_BYTES),
      n % PAIR === 1 ? body(false) : [],
    ];
    /** target = Σ of the row / n, in both lanes. */
    const average = (target: Local<"v128">, term: Expr<"v128">): Statements => [
      local.set(sum, c(0)),
      eachPair((isWhole) => [local.set(v, load), local.set(sum, f64x2.add(sum, isWhole ? term : firstOnly(term)))]),
      local.set(target, f64x2.div(f64x2.add(sum, i8x16.shuffle(sum, sum, [2, 3, 0, 1])), c(n))),
    ];
    const centred = f64x2.sub(v, mean);
    const parameter = (i: number) => v128.load(add(p, i32.shl(at, 1)), i * parameterBytes);
    return upTo(from, to, [
      local.set(xAt, item(x, from, rowBytes)),
      local.set(yAt, item(y, from, rowBytes)),
      average(mean, v),
      average(deviation, f64x2.mul(centred, centred)),
      local.set(deviation, f64x2.sqrt(f64x2.add(deviation, c(epsilon)))),
      eachPair((isWhole) => [
        local.set(v, load),
        local.set(v, f64x2.add(f64x2.mul(f64x2.div(centred, deviation), parameter(0)), parameter(1))),
        storeLanes(add(yAt, at), f32x4.demote_f64x2_zero(v), isWhole ? 2 : 1),
      ]),
    ]);
  });
  const parameters = (numbers: Float32Array | null, otherwise: number): Float64Array => {
    const row = new Float64Array(padded);
    for (let j = 0; j < n; j++) row[j] = numbers === null ? otherwise : numbers[j];
    return row;
  };
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "packed"], units: rows }],
    packed: packedArrays(2 * parameterBytes, ({ scale, bias }) => [
      parameters(scale?.toFloat32Array() ?? null, 1),
      parameters(bias?.toFloat32Array() ?? null, 0),
    ]),
  };
}
