/**
 * Kernels of integers that make one mistake each, written apart from src/testing/mistakes: the loop nest of faults.ts
 * over operands less their zero points, and three requantisations after the C sources.
 */
import type { Conv2dGeometry } from "../../src/geometry/conv2d.ts";
import { Tensor } from "../../src/index.ts";
import type { QuantizedTensor, Rounding } from "../../src/ops/quantized/index.ts";
import type { ConvCase, QuantizedConvOperandValues } from "../../src/testing/index.ts";
import { type Fault, filled, finishing, type Job, run, windowsOf } from "./faults.ts";

const { fround } = Math;

/** What a kernel of integers is given, apart from a job with operands less their zero points. */
export interface QuantizedJob extends Job {
  readonly zx: number;
  readonly zw: number;
  readonly zy: number;
  readonly sx: number;
  /** One for each output. */
  readonly sw: readonly number[];
  readonly sy: number;
  readonly rounding: Rounding;
  readonly isSigned: boolean;
  /** Of the activation. */
  readonly min: number;
  readonly max: number;
}

export function quantizedJobOf(
  { op }: ConvCase,
  { input, filter, options }: QuantizedConvOperandValues,
  g: Conv2dGeometry,
): QuantizedJob {
  const { activation = "none", output, rounding = "float-half-even", bias } = options;
  const groups = op === "depthwiseConv2d" ? g.C : (options.groups ?? 1);
  const isSigned = input.type === "int8";
  const zw = [filter.zeroPoint].flat()[0];
  const scales = [filter.scale].flat();
  const M = g.O / g.C;
  const perOutput = (o: number): number =>
    scales.length === 1 ? scales[0] : scales[op === "depthwiseConv2d" && filter.axis === 2 ? Math.floor(o / M) : o];
  const [low, high] = isSigned ? [-128, 127] : [0, 255];
  const { scale: sy, zeroPoint: zy = 0 } = output;
  const job = {
    x: less(input, input.zeroPoint as number, input.shape),
    w: less(filter, zw, [g.KH, g.KW, g.C / groups, g.O]),
    bias: bias ? Array.from(bias as Int32Array) : Array<number>(g.O).fill(0),
    hasBias: Boolean(bias),
    activation,
    ...windowsOf(op, g, groups),
    zx: input.zeroPoint as number,
    zw,
    zy,
    sx: input.scale as number,
    sw: Array.from({ length: g.O }, (_, o) => perOutput(o)),
    sy: fround(sy),
    rounding,
    isSigned,
    min: activation === "none" ? low : Math.max(low, zy),
    max: activation === "relu6" ? Math.min(high, zy + Math.round(6 / fround(sy))) : high,
  } as const;
  return withEnding(job, (sum, o) => clamp(rounded(job, sum, o) + zy, job.min, job.max));
}

const less = ({ data }: QuantizedTensor, zeroPoint: number, shape: readonly number[]): Tensor =>
  new Tensor(
    Float32Array.from(data, (q) => q - zeroPoint),
    shape,
  );

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
const withEnding = (job: Omit<QuantizedJob, "ending">, ending: Job["ending"]): QuantizedJob => ({ ...job, ending });
const int8 = (q: number): number => Int8Array.of(q)[0];
const uint8 = (q: number): number => Uint8Array.of(q)[0];

type Levels = Pick<QuantizedJob, "sx" | "sw" | "sy" | "rounding" | "isSigned">;

/** round(sum · sx · sw / sy) by the job's rule, without limits. */
function rounded({ rounding, ...levels }: Levels, sum: number, o: number): number {
  if (rounding === "float-half-even") return halfEven(ofSingles(levels, sum, o));
  const { sx, sw, sy, isSigned } = levels;
  const [multiplier, shift] = quantizeMultiplier(isSigned ? (sx * sw[o]) / sy : fround(sx * sw[o]) / sy);
  return rounding === "tflite-double" ? twice(sum, multiplier, shift) : once(sum, multiplier, shift);
}

const ofSingles = ({ sx, sw, sy }: Omit<Levels, "rounding">, sum: number, o: number): number =>
  fround(fround(sum) * fround(fround(sx * sw[o]) / sy));

/** Adding 1.5 · 2^52 leaves no bit below 1. */
const halfEven = (x: number): number => x + 6755399441055744 - 6755399441055744;
const halfAway = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

/** QuantizeMultiplier, with frexp by bits. */
function quantizeMultiplier(real: number): [multiplier: number, shift: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, real);
  let shift = ((view.getUint16(0) >> 4) & 0x7ff) - 1022;
  view.setUint16(0, (view.getUint16(0) & 0x800f) | (1022 << 4));
  let fixed = halfAway(view.getFloat64(0) * 2147483648);
  if (fixed === 2147483648) {
    fixed /= 2;
    shift++;
  }
  return shift < -31 ? [0, 0] : [fixed, shift];
}

/** MultiplyByQuantizedMultiplier: SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT. */
function twice(x: number, multiplier: number, shift: number): number {
  if (Number.isNaN(x)) return x; // beyond the input
  const ab = BigInt(x) * BigInt(2 ** Math.max(shift, 0)) * BigInt(multiplier);
  const nudge = ab >= 0n ? 1n << 30n : 1n - (1n << 30n);
  const high = (ab + nudge) / (1n << 31n); // truncates
  const exponent = BigInt(Math.max(-shift, 0));
  const mask = (1n << exponent) - 1n;
  const threshold = (mask >> 1n) + (high < 0n ? 1n : 0n);
  return Number((high >> exponent) + ((high & mask) > threshold ? 1n : 0n));
}

/** The same, compiled with TFLITE_SINGLE_ROUNDING. */
function once(x: number, multiplier: number, shift: number): number {
  if (Number.isNaN(x)) return x;
  const total = BigInt(31 - shift);
  return Number((BigInt(x) * BigInt(multiplier) + (1n << (total - 1n))) >> total);
}

/** The image in a frame of numbers, and no padding left to do. */
function framed(job: QuantizedJob, outside: number): QuantizedJob {
  const { x, before, after } = job;
  const [N, H, W, C] = x.shape;
  const frame = filled([N, H + before[0] + after[0], W + before[1] + after[1], C], (n, h, w, c) => {
    const [ih, iw] = [h - before[0], w - before[1]];
    return ih < 0 || ih >= H || iw < 0 || iw >= W ? outside : x.at(n, ih, iw, c);
  });
  return { ...job, x: frame, before: [0, 0] };
}

const mapped = (t: Tensor, change: (value: number) => number): Tensor =>
  new Tensor(t.toFloat32Array().map(change), t.shape);

/** Another ending: from the sum with its bias to an output. */
const ending = (job: QuantizedJob, end: (sum: number, o: number) => number): number[] => run({ ...job, ending: end });
const limited = (job: QuantizedJob, value: number): number => clamp(value + job.zy, job.min, job.max);
const typeOf = ({ isSigned }: QuantizedJob): ((q: number) => number) => (isSigned ? int8 : uint8);
const otherType = ({ isSigned }: QuantizedJob): ((q: number) => number) => (isSigned ? uint8 : int8);

/** Outputs by another rule, unless it is the job's. */
const byRule = (rounding: Rounding): Fault<QuantizedJob> => [
  `rounded by ${rounding}`,
  (job) =>
    job.rounding === rounding ? null : ending(job, (s, o) => limited(job, rounded({ ...job, rounding }, s, o))),
];

export const QUANTIZED_FAULTS: readonly Fault<QuantizedJob>[] = [
  ["zero point of the padding forgotten", (job) => run(framed(job, -job.zx))],
  ["zero point of the input forgotten", (job) => run(framed({ ...job, x: mapped(job.x, (v) => v + job.zx) }, 0))],
  [
    "zero point of the input forgotten",
    (job) => run({ ...framed({ ...job, x: mapped(job.x, (v) => v + job.zx) }, job.zx) }),
  ],
  ["zero point of the input added, not subtracted", (job) => run({ ...job, x: mapped(job.x, (v) => v + 2 * job.zx) })],
  [
    "zero point of the input subtracted from the weights",
    (job) => run({ ...job, w: mapped(job.w, (v) => v - job.zx) }),
  ],
  [
    "zero point of the input subtracted from the weights",
    (job) => run({ ...job, x: mapped(job.x, (v) => v + job.zx), w: mapped(job.w, (v) => v - job.zx) }),
  ],
  ["zero point of the weights forgotten", (job) => run({ ...job, w: mapped(job.w, (v) => v + job.zw) })],
  ["zero point of the output forgotten", (job) => ending(job, (s, o) => clamp(rounded(job, s, o), job.min, job.max))],
  [
    "zero point of the output subtracted",
    (job) => ending(job, (s, o) => clamp(rounded(job, s, o) - job.zy, job.min, job.max)),
  ],
  [
    "zero point of the output added to the sum",
    (job) => ending(job, (s, o) => clamp(rounded(job, s + job.zy, o), job.min, job.max)),
  ],
  ["sign of the input misread", (job) => run({ ...job, x: mapped(job.x, (v) => otherType(job)(v + job.zx) - job.zx) })],
  [
    "sign of the weights misread",
    (job) => run({ ...job, w: mapped(job.w, (v) => otherType(job)(v + job.zw) - job.zw) }),
  ],
  ["sign of the output misread", (job) => run(job).map(otherType(job))],
  ["sum wrapped to 16 bits", (job) => ending(job, (s, o) => job.ending(Int16Array.of(s)[0], o))],
  ["sum wrapped to 16 bits", (job) => finishing(job, (s, b, [, , , o]) => job.ending(Int16Array.of(s)[0] + b, o))],
  [
    "bias not scaled: added to the output",
    (job) => finishing(job, (s, b, [, , , o]) => limited(job, rounded(job, s, o) + b)),
  ],
  [
    "bias scaled twice",
    (job) => finishing(job, (s, b, [, , , o]) => job.ending(s + Math.round((b * job.sx * job.sw[o]) / job.sy), o)),
  ],
  [
    "bias scaled twice",
    (job) => finishing(job, (s, b, [, , , o]) => job.ending(s + Math.trunc(b * job.sx * job.sw[o]), o)),
  ],
  [
    "one scale for all output channels",
    (job) => ending(job, (s, o) => limited(job, rounded({ ...job, sw: job.sw.map(() => job.sw[0]) }, s, o))),
  ],
  [
    "one scale for all output channels",
    (job) => {
      const largest = Math.max(...job.sw);
      return ending(job, (s, o) => limited(job, rounded({ ...job, sw: job.sw.map(() => largest) }, s, o)));
    },
  ],
  [
    "scale read at the wrong index",
    (job) => ending(job, (s, o) => limited(job, rounded(job, s, (o + 1) % job.sw.length))),
  ],
  byRule("float-half-even"),
  byRule("tflite-double"),
  byRule("tflite-single"),
  [
    "halves rounded away from zero, not to even",
    (job) => ending(job, (s, o) => limited(job, halfAway(ofSingles(job, s, o)))),
  ],
  [
    "halves rounded up, not to even",
    (job) => ending(job, (s, o) => limited(job, Math.floor(ofSingles(job, s, o) + 0.5))),
  ],
  ["truncated, not rounded", (job) => ending(job, (s, o) => limited(job, ofSingles(job, s, o) | 0))],
  ["truncated, not rounded", (job) => ending(job, (s, o) => limited(job, Math.floor(ofSingles(job, s, o))))],
  ["ratio of 8 bits", (job) => narrowed(job, 8)],
  ["ratio of 15 or 16 bits", (job) => narrowed(job, 16)],
  [
    "zero point of the output added before rounding",
    (job) => ending(job, (s, o) => clamp(halfEven(fround(ofSingles(job, s, o) + job.zy)), job.min, job.max)),
  ],
  ["saturation missing", (job) => ending(job, (s, o) => typeOf(job)(rounded(job, s, o) + job.zy))],
  ["saturation missing", (job) => ending(job, (s, o) => typeOf(job)(Math.max(rounded(job, s, o) + job.zy, job.min)))],
  [
    "saturated before the zero point is added",
    (job) => ending(job, (s, o) => typeOf(job)(clamp(rounded(job, s, o), -128, 127) + job.zy)),
  ],
  [
    "activation left out",
    (job) => {
      const [low, high] = job.isSigned ? [-128, 127] : [0, 255];
      return job.activation === "none" ? null : run({ ...withLimits(job, low, high) });
    },
  ],
  [
    "activation relu",
    (job) => (job.activation === "relu" ? null : run(withLimits(job, job.zy, job.isSigned ? 127 : 255))),
  ],
  [
    "activation relu6",
    (job) => {
      const max = Math.min(job.isSigned ? 127 : 255, job.zy + Math.round(6 / job.sy));
      return job.activation === "relu6" ? null : run(withLimits(job, job.zy, max));
    },
  ],
  [
    "activation limits the integers, not what they stand for",
    (job) => {
      if (job.activation === "none") return null;
      return run(withLimits(job, 0, job.activation === "relu6" ? 6 : job.isSigned ? 127 : 255));
    },
  ],
];

/** Ratios as integers of some bits, (sum · m + half) >> shift; null where they are no others. */
function narrowed(job: QuantizedJob, bits: number): number[] | null {
  const ratios = job.sw.map((w) => (job.sx * w) / job.sy);
  const shifts = ratios.map((ratio) => bits - 1 - Math.floor(Math.log2(ratio)));
  const integers = ratios.map((ratio, o) => Math.round(ratio * 2 ** shifts[o]));
  if (ratios.every((ratio, o) => ratio === integers[o] / 2 ** shifts[o])) return null;
  return ending(job, (sum, o) => {
    const [m, shift] = [BigInt(integers[o]), BigInt(shifts[o])];
    return Number.isNaN(sum) ? sum : limited(job, Number((BigInt(sum) * m + (1n << (shift - 1n))) >> shift));
  });
}

const withLimits = (job: QuantizedJob, min: number, max: number): QuantizedJob => {
  return { ...job, ending: (sum, o) => clamp(rounded(job, sum, o) + job.zy, min, max) };
};
