/**
 * @file Mistaken kernels, as changes to a correct one, and their predicted outputs.
 *
 * Outputs are computed on demand: the first one rules out nearly every mistake.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { activate } from "../../kernels/naive/activation.ts";
import { errorOfSum } from "../bound.ts";
import { FORMATS } from "../precision.ts";
import type { Position, Problem } from "../problem.ts";
import type { Sums } from "../sums.ts";

/** A λ that no convolution of up to 2^30 outputs exceeds: see bound.ts. */
const LAMBDA = 9;
/** The slope of hard-swish, the steepest of the activations. */
const STEEPEST = 1.5;

/** The parts of a convolution that mistakes change. Indices are those of the correct kernel. */
export interface Kernel {
  readonly g: Conv2dGeometry;
  /** Index into x, [N, H, W, C], at which a pixel is read; NaN for memory outside x. */
  input(n: number, h: number, w: number, c: number): number;
  /** Index into w, [KH, KW, C / G, O], at which a weight is read; -1 if the kernel leaves it out. */
  filter(kh: number, kw: number, ic: number, o: number): number;
  /** The row (axis "h") or column ("w") that is read for `index`; null for a zero. */
  border(index: number, extent: number, axis: "h" | "w"): number | null;
  /** The input channel read as the ic-th of output o. */
  channel(ic: number, o: number): number;
  /** Turns the sum of products into the output; `b` is the correct bias. */
  finish(sum: number, b: number, position: Position): number;
  /** The output that the kernel writes to this position. */
  position(position: Position): Position;
}

/** The output of a mistaken kernel, and how far rounding may move it; null if it is unpredictable. */
export type Predicted = { readonly value: number; readonly bound: number } | null;

/** A kernel's output by position. */
export type Prediction = (position: Position) => Predicted;

/** A convolution whose answer is examined. */
export interface Subject {
  readonly problem: Problem;
  /** Whether all operands are whole numbers. */
  readonly isWhole: boolean;
  /** Whether the statistical bound holds. */
  readonly isIndependent: boolean;
  /** The right sums, [N, OH, OW, O]. */
  readonly sums: Sums;
  /** The largest |b|. */
  readonly largestBias: number;
  /** The answer, [N, OH, OW, O]. */
  readonly answer: ArrayLike<number>;
}

/** A mistake that kernels make, in one or more variants. */
export interface Mistake {
  readonly name: string;
  /** Predicts the outputs of kernels that make it; none where it is impossible. */
  predictions(subject: Subject): Iterable<Prediction>;
}

/** Defines a mistake by changes to parts of a correct kernel. */
export function mistake(
  name: string,
  changes: (right: Kernel, problem: Problem) => readonly Partial<Kernel>[],
): Mistake {
  return {
    name,
    *predictions(subject) {
      for (const change of changes(rightKernel(subject.problem), subject.problem)) yield predicts(subject, change);
    },
  };
}

export function rightKernel(problem: Problem): Kernel {
  const { g, activation } = problem;
  const { H, W, C, G, O, KW } = g;
  const [Cg, Og] = [C / G, O / G];
  return {
    g,
    input: (n, h, w, c) => ((n * H + h) * W + w) * C + c,
    filter: (kh, kw, ic, o) => ((kh * KW + kw) * Cg + ic) * O + o,
    border: (index, extent) => (index < 0 || index >= extent ? null : index),
    channel: (ic, o) => Math.floor(o / Og) * Cg + ic,
    finish: (sum, b) => activate(activation, sum + b),
    position: (position) => position,
  };
}

/** Predicts the outputs of the correct kernel with these changes. */
export function predicts(subject: Subject, changes: Partial<Kernel>): Prediction {
  const { problem } = subject;
  const kernel = { ...rightKernel(problem), ...changes };
  return (position) => {
    const from = kernel.position(position);
    const terms = termsOf(problem, kernel, from);
    if (Number.isNaN(terms.magnitude)) return null;
    const b = problem.bias === null ? 0 : problem.bias.at(from[3]);
    const value = kernel.finish(terms.sum, b, from);
    return { value, bound: toleranceOf(subject, terms, value) };
  };
}

interface Terms {
  /** Σ x · w */
  readonly sum: number;
  /** Σ |x · w| */
  readonly magnitude: number;
  /** Σ s_k² + Σ (x · w)², forwards or backwards, whichever is larger. */
  readonly energy: number;
}

function termsOf({ g: right, x, w }: Problem, kernel: Kernel, [n, oh, ow, o]: Position): Terms {
  const { g } = kernel;
  const { H, W, KH, KW } = g;
  const Cg = right.C / right.G;
  let sum = 0;
  let magnitude = 0;
  let partial = 0;
  let squares = 0;
  let count = 0;
  for (let kh = 0; kh < KH; kh++) {
    const ih = kernel.border(oh * g.strideH + kh * g.dilationH - g.padTop, H, "h");
    if (ih === null) continue;
    for (let kw = 0; kw < KW; kw++) {
      const iw = kernel.border(ow * g.strideW + kw * g.dilationW - g.padLeft, W, "w");
      if (iw === null) continue;
      for (let ic = 0; ic < Cg; ic++) {
        const at = kernel.filter(kh, kw, ic, o);
        if (at === -1) continue;
        const product = x.data[kernel.input(n, ih, iw, kernel.channel(ic, o))] * w.data[at];
        sum += product;
        magnitude += Math.abs(product);
        partial += sum;
        squares += sum * sum + product * product;
        count++;
      }
    }
  }
  return { sum, magnitude, energy: Math.max(squares, count * sum * sum - 2 * sum * partial + squares) };
}

/**
 * Returns how far a kernel with these terms may be off: the proven bound, or twice the statistical one if that is
 * smaller, since the order of a mistaken kernel's sums is unknown.
 */
export function toleranceOf(
  { problem, isWhole, isIndependent, largestBias: bias }: Subject,
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
