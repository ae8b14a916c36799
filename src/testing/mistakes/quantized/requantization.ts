/** @file Sums in too few bits, biases and ratios of the wrong scale, and rounding by another rule. */
import { ROUNDINGS } from "../../../geometry/requantization.ts";
import { roundHalfAway, roundHalfEven } from "../../../geometry/rounding.ts";
import type { QuantizedProblem } from "../../quantized/problem.ts";
import { WRONG_INDICES } from "../bias.ts";
import type { Kernel, Mistake } from "../kernel.ts";
import { ending, finished, type Rounded, realRatio, roundedBy } from "./ending.ts";

const halfUp = (x: number): number => Math.floor(x + 0.5);

/** Rounding by another rule than the problem's. */
const rounding = (name: string, ...variants: ((problem: QuantizedProblem) => Rounded)[]): Mistake<QuantizedProblem> =>
  ending(name, (problem) =>
    variants.map((variant) => {
      const rounded = variant(problem);
      return (sum, b, [, , , o]) => finished(problem, rounded(sum + b, o));
    }),
  );

/** f32(sum) · f32(ratio), rounded to float32, then to an integer. */
const ofSingles =
  (round: (x: number) => number) =>
  (problem: QuantizedProblem): Rounded =>
  (sum, o) =>
    round(Math.fround(Math.fround(sum) * Math.fround(realRatio(problem, o))));

/** The same in float64. */
const ofDoubles =
  (round: (x: number) => number) =>
  (problem: QuantizedProblem): Rounded =>
  (sum, o) =>
    round(sum * realRatio(problem, o));

/** Unit in the last place of a ratio with `bits` bits. */
const unitOf = (ratio: number, bits: number): number => 2 ** (Math.floor(Math.log2(ratio)) + 1 - bits);

/** Ratios as integers of `sizes` bits and a shift; impossible if they need no more bits. */
const ofBits = (name: string, ...sizes: readonly number[]): Mistake<QuantizedProblem> =>
  ending(name, (problem) => {
    const ratios = problem.filter.scales.map((_, o) => realRatio(problem, o));
    return sizes.flatMap((bits) => {
      const narrow = ratios.map((ratio) => unitOf(ratio, bits) * Math.round(ratio / unitOf(ratio, bits)));
      if (narrow.every((ratio, o) => ratio === ratios[o])) return [];
      return [halfUp, roundHalfAway, roundHalfEven].map((round): Kernel["finish"] => {
        return (sum, b, [, , , o]) => finished(problem, round((sum + b) * narrow[o]));
      });
    });
  });

const inBits = (value: number, bits: number): number => {
  const range = 2 ** bits;
  return ((((value + range / 2) % range) + range) % range) - range / 2;
};

/** One number for all output channels. */
const SHARED_RATIOS: readonly ((ratios: readonly number[]) => number)[] = [
  ([first]) => first,
  (ratios) => Math.max(...ratios),
  (ratios) => Math.min(...ratios),
  (ratios) => ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
];

/** A problem whose filter has other scales. */
const scaled = (problem: QuantizedProblem, scales: readonly number[]): Rounded =>
  roundedBy({ ...problem, filter: { ...problem.filter, scales } });

export const REQUANTIZATION_MISTAKES: readonly Mistake<QuantizedProblem>[] = [
  ending("sum wrapped to 16 bits", (_, right) => [
    (sum, b, position) => right(inBits(sum + b, 16), 0, position),
    (sum, b, position) => right(inBits(sum, 16), b, position),
  ]),
  ending("bias not scaled: added to the output", (problem, right) => {
    if (problem.bias === null) return [];
    const rounded = roundedBy(problem);
    const { min, max } = problem.output.range;
    return [
      (sum, b, [, , , o]) => finished(problem, rounded(sum, o) + b),
      (sum, b, position) => Math.min(Math.max(right(sum, 0, position) + b, min), max),
    ];
  }),
  ending("bias scaled twice", (problem, right) => {
    const { bias, input, filter } = problem;
    if (bias === null) return [];
    const real = (b: number, o: number): number => b * input.scale * filter.scales[o];
    return [Math.round, Math.trunc, Math.floor].flatMap((round) => [
      (sum, b, position) => right(sum, round(b * realRatio(problem, position[3])), position),
      (sum, b, position) => right(sum, round(real(b, position[3])), position),
    ]);
  }),
  ending("one scale for all output channels", (problem) => {
    const { scales } = problem.filter;
    return SHARED_RATIOS.map((shared) => {
      const rounded = scaled(
        problem,
        scales.map(() => shared(scales)),
      );
      return (sum, b, [, , , o]) => finished(problem, rounded(sum + b, o));
    });
  }),
  ending("scale read at the wrong index", (problem) => {
    const { scales } = problem.filter;
    const rounded = roundedBy(problem);
    const [, ...others] = WRONG_INDICES; // the first channel's scale for all has a name above
    return others.map((index) => (sum, b, position) => {
      return finished(problem, rounded(sum + b, index(position, problem) % scales.length));
    });
  }),
  ...ROUNDINGS.map((rule) => rounding(`rounded by ${rule}`, (problem) => roundedBy(problem, rule))),
  rounding("halves rounded away from zero, not to even", ofSingles(roundHalfAway), ofDoubles(roundHalfAway)),
  rounding("halves rounded up, not to even", ofSingles(halfUp), ofDoubles(halfUp)),
  rounding(
    "truncated, not rounded",
    ofSingles(Math.trunc),
    ofDoubles(Math.trunc),
    ofSingles(Math.floor),
    ofDoubles(Math.floor),
  ),
  ofBits("ratio of 8 bits", 8),
  ofBits("ratio of 15 or 16 bits", 15, 16),
  ending("zero point of the output added before rounding", (problem) => {
    const { zeroPoint } = problem.output;
    return [roundHalfEven, roundHalfAway, halfUp].map((round) => (sum, b, [, , , o]) => {
      const product = Math.fround(Math.fround(sum + b) * Math.fround(realRatio(problem, o)));
      return finished(problem, round(Math.fround(product + zeroPoint)) - zeroPoint);
    });
  }),
];
