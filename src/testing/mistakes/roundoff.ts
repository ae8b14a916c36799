/**
 * @file Kernels that round more than they should, recognised by the size of their errors.
 *
 * An error divided by its scale is about 0.4 on average, in every output: u · √(Σ p_k²) is the scale of rounded
 * operands, u · √(Σ s_k² + Σ p_k²) that of rounded sums. Other mistakes leave some outputs unchanged, or cause far
 * larger errors.
 */
import { activate } from "../../kernels/naive/activation.ts";
import { errorOfSum } from "../bound.ts";
import { FORMATS, type Precision } from "../precision.ts";
import type { RealSubject } from "./realSubject.ts";

/** The slope of an activation below which an output reveals nothing about its sum. */
const FLAT = 0.05;

const COARSE: readonly Precision[] = ["float16", "bfloat16"];

interface Rounding {
  readonly name: (precision: Precision) => string;
  fits(subject: RealSubject, precision: Precision): boolean;
}

const ROUNDINGS: readonly Rounding[] = [
  {
    name: (precision) => `sums in ${precision}`,
    fits: (subject, precision) => {
      const { unit } = FORMATS[subject.problem.precision].sums;
      return areOfScale(subject, precision, (i) => subject.sums.spreads[i] / unit);
    },
  },
  {
    name: (precision) => `operands rounded to ${precision}`,
    fits: (subject, precision) => areOfScale(subject, precision, (i) => subject.sums.norms[i]),
  },
  { name: (precision) => `outputs rounded to ${precision}`, fits: areRounded },
];

export const ROUNDOFF_MISTAKES: readonly string[] = COARSE.flatMap((precision) =>
  ROUNDINGS.map(({ name }) => name(precision)),
);

/** Returns the names of the roundings that the errors resemble. */
export function roundoffsThatFit(subject: RealSubject): readonly string[] {
  const { unit } = FORMATS[subject.problem.precision].sums;
  return COARSE.filter((precision) => FORMATS[precision].sums.unit > unit).flatMap((precision) =>
    ROUNDINGS.filter(({ fits }) => fits(subject, precision)).map(({ name }) => name(precision)),
  );
}

/** Whether every output is representable in the precision, and no further off than rounding to it explains. */
function areRounded({ problem, sums, answer }: RealSubject, precision: Precision): boolean {
  const { activation, g } = problem;
  const { unit, spacing, round } = FORMATS[precision].sums;
  const K = g.KH * g.KW * (g.C / g.G);
  return sums.sums.every((sum, i) => {
    const value = activate(activation, sum);
    const before = 2 * errorOfSum(problem.precision, K, sums.magnitudes[i], sums.operandErrors[i]);
    return (
      round(answer[i]) === answer[i] && Math.abs(answer[i] - value) <= unit * Math.abs(value) + spacing / 2 + before
    );
  });
}

/** Whether errors look like roundings of this scale: none huge, few of them 0, their mean square in range. */
function areOfScale(subject: RealSubject, precision: Precision, scaleAt: (i: number) => number): boolean {
  const errors = errorsOf(subject, FORMATS[precision].sums.unit, scaleAt);
  const n = errors.length;
  if (n === 0 || !errors.every((error) => error < 4)) return false;
  if (errors.filter((error) => error > 0.002).length < 0.8 * n) return false;
  const meanSquare = errors.reduce((sum, error) => sum + error * error, 0) / n;
  // The 1 % and 99 % points of χ²/n (Wilson and Hilferty), for errors between 0.25 and 0.65 of their scale.
  const point = (z: number): number => Math.max(0, 1 - 2 / (9 * n) + z * Math.sqrt(2 / (9 * n))) ** 3;
  return meanSquare > 0.25 ** 2 * point(-2.33) && meanSquare < 0.65 ** 2 * point(2.33);
}

/** Errors before the activation, in units of u · scale; those that the activation hides are left out. */
function errorsOf(
  { problem: { activation }, sums: { sums, norms }, answer }: RealSubject,
  unit: number,
  scaleAt: (i: number) => number,
): readonly number[] {
  const errors: number[] = [];
  sums.forEach((sum, i) => {
    if (!(norms[i] > 0)) return;
    const step = 1e-3 * norms[i];
    const slope = Math.abs(activate(activation, sum + step) - activate(activation, sum - step)) / (2 * step);
    if (slope >= FLAT) errors.push(Math.abs(answer[i] - activate(activation, sum)) / (slope * unit * scaleAt(i)));
  });
  return errors;
}
