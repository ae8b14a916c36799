/**
 * @file Converts int32 accumulators to the integers of an output, four at a time, by each rule; the formulas are those
 * of geometry/requantization.ts.
 *
 * The parameters of each four columns follow their filter: the bias, and what the rule multiplies by.
 */
import {
  fixedPointOf,
  type OutputRange,
  type Ratio,
  type Requantization,
  type Rounding,
} from "../../../geometry/requantization.ts";
import type { Expr, Local, Statements } from "../../../wasm/expression.ts";
import { f32x4, f64x2, i8x16, i64x2, local, v128 } from "../../../wasm/instructions.ts";
import { and, i16x8, i32x4, int8s, int64s, reals, store8_lane, store16_lane } from "../../../wasm/integerVectors.ts";
import { LANES, VECTOR_BYTES } from "../../../wasm/sizes.ts";
import type { Packed } from "../../contract/kernels.ts";
import type { Ending } from "../ending.ts";
import { range } from "../loops.ts";

type V = Local<"v128">;
type Address = Local<"i32">;

/** What the code of a requantisation depends on; ratios and biases are its parameters. */
export type Rule = Pick<Requantization, "rounding" | "output">;

/** Bytes of the parameters of four columns. */
export function parameterBytes(rounding: Rounding): number {
  return VECTOR_BYTES * (rounding === "float-half-even" ? 2 : 8);
}

/** The ending of a tile whose accumulators start with the bias: y = requantise(acc). */
export function requantized(rule: Rule): Ending {
  return {
    note: `y = requantise(acc), ${rule.rounding}`,
    addsBias: true,
    biasBytes: parameterBytes(rule.rounding),
    finish: (acc, v, pw) => requantize(rule, acc, pw, v * parameterBytes(rule.rounding)),
    store: (y, row, columns, offset) => storeIntegers(rule.output, y, row, columns, offset),
  };
}

/** acc as integers of the output, which {@link storeIntegers} limits. @param at of the parameters */
export function requantize({ rounding, output }: Rule, acc: V, at: Address, offset: number): Statements {
  const finish = rounding === "float-half-even" ? inFloat32 : inInt64[rounding];
  return finish(acc, at, offset + VECTOR_BYTES, output);
}

/**
 * 1.5 · 2^23 and its bits: added to a number below 2^22, it leaves that number, rounded half to even, in the lowest
 * bits.
 */
const [ROUNDS, ROUNDS_BITS] = [12582912, 0x4b400000];

/**
 * y = round( max(f32(acc) · ratio, low) ) + zy, half to even
 *
 * A product of 2^22 or more leaves more in those bits, and is limited like any other that is too large. A negative one
 * of that size would not be, hence the maximum.
 */
function inFloat32(acc: V, at: Address, offset: number, { min, zeroPoint }: OutputRange): Statements {
  const scaled = f32x4.mul(reals.convert_i32x4_s(acc), v128.load(at, offset));
  return [
    local.set(acc, f32x4.pmax(scaled, f32x4.splat(min - zeroPoint))),
    local.set(acc, nearestEven(acc, zeroPoint)),
  ];
}

/** round(v) + zeroPoint of float32 as int32, half to even. */
export function nearestEven(v: V, zeroPoint: number): Expr<"v128"> {
  return i32x4.sub(f32x4.add(v, f32x4.splat(ROUNDS)), i32x4.splat(ROUNDS_BITS - zeroPoint));
}

/**
 * Either rule of TensorFlow Lite, with a multiplier m of 31 bits and powers of two f and c:
 *
 *   q = (acc · m · f + c) >> 32        y = round(q / 2^e) + zy
 *
 * tflite-double: f = 2^(1 + left), c = 2^31, and the quotient half away from 0.
 * tflite-single: the two shifts are one, so c has half a step of their sum, and the quotient is rounded down.
 */
function fixedPointEnding(round: (v: Expr<"v128">) => Expr<"v128">) {
  return (acc: V, at: Address, offset: number, { zeroPoint }: OutputRange): Statements => {
    const vector = (i: number): Expr<"v128"> => v128.load(at, offset + i * VECTOR_BYTES);
    const product = (low: Expr<"v128">, half: 0 | 1): Expr<"v128"> =>
      i64x2.add(int64s.mul(low, vector(1 + half)), vector(3 + half));
    const [low, high] = [int64s.extmul_low_i32x4_s(acc, vector(0)), int64s.extmul_high_i32x4_s(acc, vector(0))];
    return [
      local.set(acc, i8x16.shuffle(product(low, 0), product(high, 1), [1, 3, 5, 7])),
      local.set(
        acc,
        inFloat64(acc, reals.convert_low_i32x4_s, (v, half) => round(f64x2.mul(v, vector(5 + half)))),
      ),
      local.set(acc, i32x4.add(acc, i32x4.splat(zeroPoint))),
    ];
  };
}

/** Converts four numbers through float64, two at a time, to int32, truncated. @param widen the lower two to float64 */
export function inFloat64(
  v: V,
  widen: (v: Expr<"v128">) => Expr<"v128">,
  f: (v: Expr<"v128">, half: 0 | 1) => Expr<"v128">,
): Expr<"v128"> {
  const upper = i8x16.shuffle(v, v, [2, 3, 2, 3]);
  const [low, high] = [f(widen(v), 0), f(widen(upper), 1)].map(i32x4.trunc_sat_f64x2_s_zero);
  return i8x16.shuffle(low, high, [0, 1, 4, 5]);
}

/** v + 0.5 with the sign of v: truncated afterwards, it is the nearest integer, half away from 0. */
export function towardsNearest(v: Expr<"v128">): Expr<"v128"> {
  return f64x2.add(v, v128.or(f64x2.splat(0.5), and(v, f64x2.splat(-0))));
}

const inInt64 = {
  "tflite-double": fixedPointEnding(towardsNearest),
  "tflite-single": fixedPointEnding(reals.floor),
};

/** The parameters of four columns: their biases and ratios, 0 for missing columns. */
export function writeParameters(
  to: DataView,
  at: number,
  rounding: Rounding,
  biases: readonly number[],
  ratios: readonly Ratio[],
): void {
  for (let lane = 0; lane < LANES; lane++) {
    const ratio = ratios[lane] ?? 0;
    to.setInt32(at + 4 * lane, biases[lane] ?? 0, true);
    const parameters = at + VECTOR_BYTES;
    if (rounding === "float-half-even") {
      to.setFloat32(parameters + 4 * lane, ratio as number, true);
      continue;
    }
    const { multiplier, f, c, e } = factors(rounding, ratio);
    to.setInt32(parameters + 4 * lane, multiplier, true);
    [f, c].forEach((value, i) => {
      to.setBigInt64(parameters + VECTOR_BYTES * (1 + 2 * i) + 8 * lane, value, true);
    });
    to.setFloat64(parameters + VECTOR_BYTES * 5 + 8 * lane, 2 ** -e, true);
  }
}

function factors(rounding: Exclude<Rounding, "float-half-even">, ratio: Ratio) {
  const { multiplier, shift } = fixedPointOf(ratio);
  if (rounding === "tflite-double") {
    return { multiplier, f: 2n << BigInt(Math.max(shift, 0)), c: 1n << 31n, e: Math.max(-shift, 0) };
  }
  const bits = 31 - Math.min(shift, 30); // of the whole shift to the right
  const f = 1n << BigInt(Math.max(32 - bits, 0));
  return { multiplier, f, c: f << BigInt(bits - 1), e: Math.max(bits - 32, 0) };
}

/** Parameters of ratios that all columns share, without biases: one after the other. */
export function parameters(rounding: Rounding, ...ratios: readonly Ratio[]): Packed {
  const bytes = parameterBytes(rounding);
  return {
    bytes: ratios.length * bytes,
    write: (_weights, { memory, at }) => {
      const view = new DataView(memory.buffer);
      ratios.forEach((ratio, i) => {
        writeParameters(view, at + i * bytes, rounding, [], [ratio, ratio, ratio, ratio]);
      });
    },
  };
}

/** Narrows vectors of int32 to the output's eight bits, limits them, and stores the first `columns`. */
export function storeIntegers(
  limits: Range,
  y: Address,
  row: readonly V[],
  columns: number,
  offset: number = 0,
): Statements {
  const narrow = isUnsigned(limits) ? int8s.narrow_i16x8_u : int8s.narrow_i16x8_s;
  return range(Math.ceil(row.length / 4), (i) => {
    const four = row.slice(4 * i, 4 * i + 4);
    const pair = (at: number): Expr<"v128"> => i16x8.narrow_i32x4_s(four[at] ?? four[0], four[at + 1] ?? four[0]);
    const first = pair(0);
    const bytes = limitBytes(limits, narrow(first, four.length > 2 ? pair(2) : first));
    const count = Math.min(columns - 16 * i, 16);
    // The bytes are put into a vector that is no longer needed, since several stores may read them.
    return [local.set(four[0], bytes), storeBytes(y, four[0], count, offset + 16 * i)];
  });
}

type Range = Pick<OutputRange, "min" | "max">;

/** Whether the integers of a range are uint8; integers from 0 to 127 are both. */
function isUnsigned({ max }: Range): boolean {
  return max > 127;
}

/** min(max(v, min), max), sixteen at a time; nothing is emitted for the limits of the type. */
export function limitBytes(range: Range, v: Expr<"v128">): Expr<"v128"> {
  const { min, max } = range;
  const [minOf, maxOf, lowest, highest] = isUnsigned(range)
    ? [int8s.min_u, int8s.max_u, 0, 255]
    : [int8s.min_s, int8s.max_s, -128, 127];
  const below = max === highest ? v : minOf(v, int8s.splat(max));
  return min === lowest ? below : maxOf(below, int8s.splat(min));
}

/** Stores the first `count` bytes of a vector: those after them belong to another value. */
export function storeBytes(address: Address, value: Expr<"v128">, count: number, offset: number = 0): Statements {
  if (count === VECTOR_BYTES) return [v128.store(address, value, offset)];
  const stores = { 8: v128.store64_lane, 4: v128.store32_lane, 2: store16_lane, 1: store8_lane } as const;
  let at = 0;
  return ([8, 4, 2, 1] as const).flatMap((size) => {
    if ((count & size) === 0) return [];
    const lane = at / size;
    at += size;
    return [stores[size](address, value, lane, offset + at - size)];
  });
}
