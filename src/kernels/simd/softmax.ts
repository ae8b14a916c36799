/**
 * @file Softmax along the last axis, in float64 and rounded once:
 *
 *   y[i] = e^(x[i] - m) / Σ j e^(x[j] - m)        m = max j x[j]
 *
 * Even j and odd j are summed separately, in order; then the two sums are added.
 */
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Statements } from "../../wasm/expression.ts";
import { f32x4, f64x2, i8x16, i32, local, v128 } from "../../wasm/instructions.ts";
import { add, item } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { launchFunc } from "./emitter.ts";
import { exp } from "./exp.ts";
import { forEach, upTo } from "./loops.ts";
import { storeLanes } from "./vectors.ts";

/** A row of n numbers is n/2 pairs; of the last pair of an odd row only the first counts. */
const PAIR = 2;
const PAIR_BYTES = PAIR * FLOAT_BYTES;

export function softmax(shape: Shape): EmittedKernel {
  const n = shape.length === 0 ? 1 : shape[shape.length - 1];
  const rows = sizeOf(shape) / n;
  const rowBytes = n * FLOAT_BYTES;
  const whole = Math.floor(n / PAIR) * PAIR_BYTES;
  const powersBytes = Math.ceil(n / PAIR) * PAIR * Float64Array.BYTES_PER_ELEMENT;
  const func = launchFunc("softmax", ["x", "y", "powers"], ({ x, y, powers, from, to }, declare) => {
    const [largest, max, v, k, r, sum] = declare.v128("largest", "max", "v", "k", "r", "sum");
    const [xAt, yAt, pAt, at] = declare.i32("xAt", "yAt", "pAt", "at");
    const pAtPair = add(pAt, i32.shl(at, 1)); // a pair of float64 is twice as long as one of float32
    const power = (isWhole: boolean): Statements => [
      local.set(v, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(add(xAt, at))), max)),
      exp(v, k, r),
      isWhole ? [] : [local.set(v, i8x16.shuffle(v, f64x2.splat(0), [0, 1, 4, 5]))],
      v128.store(pAtPair, v),
      local.set(sum, f64x2.add(sum, v)),
    ];
    const quotient = (isWhole: boolean): Statements =>
      storeLanes(add(yAt, at), f32x4.demote_f64x2_zero(f64x2.div(v128.load(pAtPair), sum)), isWhole ? 2 : 1);
    const eachPair = (body: (isWhole: boolean) => Statements): Statements => [
      forEach(at, 0, whole, body(true), PAIR_BYTES),
      n % PAIR === 1 ? body(false) : [],
    ];
    return upTo(from, to, [
      local.set(xAt, item(x, from, rowBytes)),
      local.set(yAt, item(y, from, rowBytes)),
      local.set(pAt, item(powers, from, powersBytes)),
      local.set(largest, f32x4.splat(Number.NEGATIVE_INFINITY)),
      forEach(at, 0, rowBytes, [local.set(largest, f32x4.max(largest, v128.load32_splat(add(xAt, at))))], FLOAT_BYTES),
      local.set(max, f64x2.promote_low_f32x4(largest)),
      local.set(sum, f64x2.splat(0)),
      eachPair(power),
      local.set(sum, f64x2.add(sum, i8x16.shuffle(sum, sum, [2, 3, 0, 1]))),
      eachPair(quotient),
    ]);
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "scratch"], units: rows }],
    scratchBytes: rows * powersBytes,
  };
}
