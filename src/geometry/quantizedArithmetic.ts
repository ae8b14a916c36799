/** @file Sums and products of two integer values, as data: the multipliers and shifts of each rule. */
import { ShapeError } from "../tensor/errors.ts";
import type { QuantizedLevels, QuantizedType } from "../tensor/quantizedTensor.ts";
import { type FixedPoint, fixedPoint, type OutputRange, type Requantization, type Rounding } from "./requantization.ts";
import { roundHalfEven } from "./rounding.ts";

/** (a - za) · sa ± (b - zb) · sb as an integer of the output. */
export interface QuantizedAddition {
  readonly types: readonly [a: QuantizedType, b: QuantizedType];
  readonly zeroPoints: readonly [a: number, b: number];
  readonly rule: AdditionByOneShift | AdditionByThreeRoundings;
  readonly output: OutputRange;
}

/** limit( ((bias + a · ma + b · mb) >> shift) + zy ) */
export interface AdditionByOneShift {
  readonly kind: "one-shift";
  readonly multipliers: readonly [ma: number, mb: number];
  readonly bias: number;
  readonly shift: number;
}

/** limit( round( ( round((a - za) · 2^20 · ra) ± round((b - zb) · 2^20 · rb) ) · r ) + zy ) */
export interface AdditionByThreeRoundings {
  readonly kind: "three-roundings";
  readonly rounding: Exclude<Rounding, "float-half-even">;
  readonly sign: 1 | -1;
  readonly ratios: readonly [ra: FixedPoint, rb: FixedPoint, r: FixedPoint];
}

/** Within these ratios of scales, which are XNNPACK's, no product of either rule exceeds 32 bits. */
const [MIN_RATIO, MAX_RATIO] = [2 ** -10, 2 ** 8];

/**
 * Two rules, one for each library; they differ in about one value in 200,000.
 *
 * @throws ShapeError for scales so far apart that products would exceed 32 bits
 */
export function quantizedAddition(
  op: "add" | "sub",
  rounding: Rounding,
  a: QuantizedLevels,
  b: QuantizedLevels,
  scale: number,
  output: OutputRange,
): QuantizedAddition {
  const sign = op === "add" ? 1 : -1;
  for (const [name, operand] of Object.entries({ a, b })) {
    const ratio = operand.scale / scale;
    if (ratio < MAX_RATIO && (rounding !== "float-half-even" || ratio >= MIN_RATIO)) continue;
    throw new ShapeError(`${op}: ${name}.scale / output.scale is ${ratio}, needs from 2^-10 to below 2^8`);
  }
  const rule =
    rounding === "float-half-even" ? byOneShift(sign, a, b, scale) : byThreeRoundings(rounding, sign, a, b, scale);
  return { types: [a.type, b.type], zeroPoints: [a.zeroPoint, b.zeroPoint], rule, output };
}

/**
 * The larger multiplier has 21 bits, and the bias includes half a step:
 *
 *   ma = round(2^shift · sa / s)        mb = ± round(2^shift · sb / s)        bias = 2^(shift - 1) - ma · za - mb · zb
 *
 * Source: google/XNNPACK src/microparams-init.c, xnn_init_qs8_add_minmax_scalar_params.
 */
function byOneShift(sign: 1 | -1, a: QuantizedLevels, b: QuantizedLevels, scale: number): AdditionByOneShift {
  const [ra, rb] = [Math.fround(a.scale / scale), Math.fround(b.scale / scale)];
  const shift = 20 - Math.floor(Math.log2(Math.max(ra, rb)));
  const ma = roundHalfEven(ra * 2 ** shift);
  const mb = sign * roundHalfEven(rb * 2 ** shift);
  const bias = 2 ** (shift - 1) - ma * a.zeroPoint - mb * b.zeroPoint;
  return { kind: "one-shift", multipliers: [ma, mb], bias, shift };
}

/**
 * Rescales both operands to twice the larger scale s, 20 bits to the left, then their sum to the output's scale:
 *
 *   ra = sa / 2s        rb = sb / 2s        r = 2s / (2^20 · sy)
 *
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h and add.cc.
 */
function byThreeRoundings(
  rounding: Exclude<Rounding, "float-half-even">,
  sign: 1 | -1,
  a: QuantizedLevels,
  b: QuantizedLevels,
  scale: number,
): AdditionByThreeRoundings {
  const twice = 2 * Math.max(a.scale, b.scale);
  const [ra, rb, r] = [a.scale / twice, b.scale / twice, twice / (2 ** 20 * scale)].map(fixedPoint);
  return { kind: "three-roundings", rounding, sign, ratios: [ra, rb, r] };
}

/** requantise( (a - za) · (b - zb) ) */
export interface QuantizedProduct {
  readonly types: readonly [a: QuantizedType, b: QuantizedType];
  readonly zeroPoints: readonly [a: number, b: number];
  /** Has a single ratio. */
  readonly requantization: Requantization;
}

/**
 * Rescales by the ratio sa · sb / sy, which both rules compute in float32. Sources: tensorflow/lite/kernels/mul.cc;
 * google/XNNPACK src/microparams-init.c, xnn_init_qs8_mul_minmax_params.
 */
export function quantizedProduct(
  rounding: Rounding,
  a: QuantizedLevels,
  b: QuantizedLevels,
  scale: number,
  output: OutputRange,
): QuantizedProduct {
  const ratio = Math.fround(Math.fround(a.scale * b.scale) / scale);
  return {
    types: [a.type, b.type],
    zeroPoints: [a.zeroPoint, b.zeroPoint],
    requantization: { rounding, ratios: [ratio], output },
  };
}
