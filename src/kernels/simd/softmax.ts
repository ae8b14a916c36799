/**
 * @file Softmax along the last axis, in float64 and rounded once:
 *
 *   y[i] = e^(x[i] - m) / Σ j e^(x[j] - m)        m = max j x[j]
 *
 * The sum runs over even j and odd j apart, in order; then the two are added.
 */
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { func } from "../../wasm/control.ts";
import { f32x4, f64x2, i8x16, i32, local, v128 } from "../../wasm/instructions.ts";
import { FLOAT_BYTES, storeLanes, upTo } from "./emit.ts";
import { exp } from "./exp.ts";
import { type EmittedKernel, NO_CONSTANTS } from "./kernel.ts";

/** A line of n numbers is n/2 pairs; of the last pair of an odd line only the first counts. */
const PAIR = 2;
const PAIR_BYTES = PAIR * FLOAT_BYTES;

export function softmax(shape: Shape): EmittedKernel {
  const n = shape.length === 0 ? 1 : shape[shape.length - 1];
  const lines = sizeOf(shape) / n;
  const pairs = Math.ceil(n / PAIR);
  const whole = Math.floor(n / PAIR) * PAIR_BYTES;
  const powersBytes = pairs * PAIR * Float64Array.BYTES_PER_ELEMENT;
  const params = { x: "i32", y: "i32", powers: "i32", from: "i32", to: "i32" } as const;
  const entry = func("softmax", params, ({ x, y, powers, from, to }, declare) => {
    const [largest, max, v, k, r, sum] = ["largest", "max", "v", "k", "r", "sum"].map((name) => declare("v128", name));
    const [xAt, yAt, pAt, at] = ["xAt", "yAt", "pAt", "at"].map((name) => declare("i32", name));
    const pAtPair = i32.add(pAt, i32.shl(at, 1)); // a pair of float64 is twice as long as one of float32
    const power = (isWhole: boolean) => [
      local.set(v, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(i32.add(xAt, at))), max)),
      exp(v, k, r),
      isWhole ? [] : [local.set(v, i8x16.shuffle(v, f64x2.splat(0), [0, 1, 4, 5]))],
      v128.store(pAtPair, v),
      local.set(sum, f64x2.add(sum, v)),
    ];
    const share = (lanes: number) =>
      storeLanes(i32.add(yAt, at), f32x4.demote_f64x2_zero(f64x2.div(v128.load(pAtPair), sum)), lanes);
    const eachPair = (body: (isWhole: boolean) => ReturnType<typeof upTo>) => [
      local.set(at, i32.const(0)),
      upTo(at, whole, body(true), PAIR_BYTES),
      n % PAIR === 1 ? body(false) : [],
    ];
    return upTo(from, to, [
      local.set(xAt, i32.add(x, i32.mul(from, n * FLOAT_BYTES))),
      local.set(yAt, i32.add(y, i32.mul(from, n * FLOAT_BYTES))),
      local.set(pAt, i32.add(powers, i32.mul(from, powersBytes))),
      local.set(largest, f32x4.splat(Number.NEGATIVE_INFINITY)),
      local.set(at, i32.const(0)),
      upTo(
        at,
        n * FLOAT_BYTES,
        [local.set(largest, f32x4.max(largest, v128.load32_splat(i32.add(xAt, at))))],
        FLOAT_BYTES,
      ),
      local.set(max, f64x2.promote_low_f32x4(largest)),
      local.set(sum, f64x2.splat(0)),
      eachPair(power),
      local.set(sum, f64x2.add(sum, i8x16.shuffle(sum, sum, [2, 3, 0, 1]))),
      eachPair((isWhole) => share(isWhole ? 2 : 1)),
    ]);
  });
  return {
    launches: [{ func: entry, operands: [0, "output", "scratch"], units: lines }],
    constants: NO_CONSTANTS,
    scratchBytes: lines * powersBytes,
  };
}
