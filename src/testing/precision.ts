/**
 * @file The number formats a kernel may compute in.
 *
 *   float32    24 bits of significand   u = 2^-24
 *   float16    11                       u = 2^-11   up to 65504
 *   bfloat16    8                       u = 2^-8
 *   tf32       11 for the operands, float32 for the sums: NVIDIA's tensor cores
 *
 * In float16 and bfloat16 the operands, every product and every sum may be rounded; kernels that sum in float32 are
 * more accurate than that.
 */
/** Number types of kernels that an oracle judges. */
export const PRECISIONS = ["float32", "float16", "bfloat16", "tf32"] as const;
/** Number type of the kernel under test. */
export type Precision = (typeof PRECISIONS)[number];

export interface NumberFormat {
  /** Unit roundoff: the largest relative error of one rounding. */
  readonly unit: number;
  /** Distance between the smallest numbers, where rounding errors are absolute. */
  readonly spacing: number;
  /** The largest finite number. */
  readonly largest: number;
  /** Rounds to the nearest number of the format, ties to even. */
  round(value: number): number;
}

const FLOAT32: NumberFormat = {
  unit: 2 ** -24,
  spacing: 2 ** -149,
  largest: (2 - 2 ** -23) * 2 ** 127,
  round: Math.fround,
};
const FLOAT16: NumberFormat = { unit: 2 ** -11, spacing: 2 ** -24, largest: 65504, round: roundToFloat16 };
const BFLOAT16: NumberFormat = {
  unit: 2 ** -8,
  spacing: 2 ** -133,
  largest: (2 - 2 ** -7) * 2 ** 127,
  round: (value) => dropBits(value, 16),
};
const TF32: NumberFormat = {
  unit: 2 ** -11,
  spacing: 2 ** -136,
  largest: (2 - 2 ** -10) * 2 ** 127,
  round: (value) => dropBits(value, 13),
};

/** The formats of operands and of sums; null for operands in float32, which need no rounding. */
export const FORMATS: Readonly<
  Record<Precision, { readonly operands: NumberFormat | null; readonly sums: NumberFormat }>
> = {
  float32: { operands: null, sums: FLOAT32 },
  float16: { operands: FLOAT16, sums: FLOAT16 },
  bfloat16: { operands: BFLOAT16, sums: BFLOAT16 },
  tf32: { operands: TF32, sums: FLOAT32 },
};

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Rounds to float32, then to one with `count` bits fewer, ties to even. */
function dropBits(value: number, count: number): number {
  float[0] = value;
  if (!Number.isFinite(float[0])) return float[0];
  const half = 2 ** (count - 1);
  const isOdd = (bits[0] >>> count) & 1;
  bits[0] = ((bits[0] + half - 1 + isOdd) >>> count) << count;
  return float[0];
}

function roundToFloat16(value: number): number {
  const rounded = dropBits(value, 13);
  const size = Math.abs(rounded);
  if (size > FLOAT16.largest) return rounded > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (size >= 2 ** -14) return rounded;
  const shift = 1.5 * 2 ** 28; // numbers near it are 2^-24 apart in float64
  return value + shift - shift;
}
