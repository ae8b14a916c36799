/** @file An answer in real numbers as a subject: rounded sums, activations, tolerances. */
import { activate } from "../../kernels/naive/activation.ts";
import { areWhole, errorOfSum } from "../bound.ts";
import type { ConvOracle } from "../oracle.ts";
import { FORMATS } from "../precision.ts";
import type { Problem } from "../problem.ts";
import type { Sums } from "../sums.ts";
import type { Subject, Terms } from "./kernel.ts";

/** A λ that no convolution of up to 2^30 outputs exceeds: see bound.ts. */
const LAMBDA = 9;
/** The slope of hard-swish, the steepest of the activations. */
const STEEPEST = 1.5;

/** A real-valued subject. */
export interface RealSubject extends Subject<Problem> {
  readonly sums: Sums;
}

/** @param answer [N, OH, OW, O] */
export function realSubject(oracle: ConvOracle, answer: ArrayLike<number>): RealSubject {
  const { problem, sums, statistics } = oracle;
  const largestBias = Array.from(problem.bias ?? []).reduce((largest, b) => Math.max(largest, Math.abs(b)), 0);
  const about = { problem, isWhole: areWhole(problem), isIndependent: statistics !== null, largestBias };
  const amplification = problem.algorithm === "direct" ? 1 : amplificationOf(oracle);
  return {
    problem,
    finish: (sum, b) => activate(problem.activation, sum + b),
    tolerance: (terms, value) => amplification * toleranceOf(about, terms, value),
    sums,
    unit: FORMATS[problem.precision].sums.unit,
    answer,
  };
}

/** Largest ratio of the algorithm's bound to a direct kernel's; at least 1. */
function amplificationOf({ problem: { g, precision }, bounds, sums, indices }: ConvOracle): number {
  const direct = (i: number): number => errorOfSum(precision, g.KH * g.KW * (g.C / g.G), sums.magnitudes[i], 0);
  return bounds.reduce((largest, bound, i) => Math.max(largest, bound / direct(indices[i])), 1);
}

interface Exactness {
  readonly problem: Problem;
  /** Whether all operands are whole numbers. */
  readonly isWhole: boolean;
  /** Whether the statistical bound holds. */
  readonly isIndependent: boolean;
  /** The largest |b|. */
  readonly largestBias: number;
}

/**
 * Returns how far a kernel with these terms may be off: the proven bound, or twice the statistical one if that is
 * smaller, since the order of a mistaken kernel's sums is unknown.
 */
function toleranceOf(
  { problem, isWhole, isIndependent, largestBias: bias }: Exactness,
  { magnitude, energy }: Pick<Terms, "magnitude" | "energy">,
  value: number,
): number {
  const { g, activation, precision } = problem;
  const { operands, sums } = FORMATS[precision];
  const K = g.KH * g.KW * (g.C / g.G);
  const isSmooth = activation !== "none" && activation !== "relu" && activation !== "relu6";
  const roundings = 8 * sums.unit * (Math.abs(value) + (isSmooth ? 3 : 0));
  if (isWhole && (magnitude + 2 * bias) * sums.unit < 1) return roundings;
  const proof = errorOfSum(precision, K, magnitude + 2 * bias, 0);
  const likely = 2 * LAMBDA * sums.unit * Math.sqrt(energy + K * bias * bias);
  const ofOperands = operands === null ? 0 : 3 * operands.unit * magnitude;
  return STEEPEST * (ofOperands + (isIndependent ? Math.min(proof, likely) : proof)) + roundings;
}
