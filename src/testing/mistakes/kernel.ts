/**
 * @file Mistaken kernels, as changes to a correct one, and their predicted outputs.
 *
 * Outputs are computed on demand: the first one rules out nearly every mistake.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Convolution, Position } from "../problem.ts";
import type { Sums } from "../sums.ts";

/** The parts of a convolution that mistakes change. Indices are those of the correct kernel. */
export interface Kernel {
  readonly g: Conv2dGeometry;
  /** The numbers of x, [N, H, W, C]. */
  readonly x: ArrayLike<number>;
  /** The numbers of w, [KH, KW, C / G, O]. */
  readonly w: ArrayLike<number>;
  /** The value read outside the image. */
  readonly outside: number;
  /** Index into x at which a pixel is read; NaN for memory outside x. */
  input(n: number, h: number, w: number, c: number): number;
  /** Index into w at which a weight is read; -1 if the kernel leaves it out. */
  filter(kh: number, kw: number, ic: number, o: number): number;
  /** The row (axis "h") or column ("w") that is read for `index`; null outside the image. */
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

/** A convolution, in real numbers or integers, whose answer is examined. */
export interface Subject<P extends Convolution = Convolution> {
  readonly problem: P;
  /** Returns the output of a correct kernel for a sum of products and the bias of output channel o. */
  finish(sum: number, b: number, o: number): number;
  /** How far rounding may move an output of a mistaken kernel. */
  tolerance(terms: Pick<Terms, "magnitude" | "energy">, value: number): number;
  /** The correct sums, [N, OH, OW, O]; for integers, everything but the sums themselves is 0. */
  readonly sums: Pick<Sums, "sums" | "magnitudes" | "norms" | "spreads">;
  /** Unit roundoff that `spreads` contain as a factor. */
  readonly unit: number;
  /** The answer, [N, OH, OW, O]. */
  readonly answer: ArrayLike<number>;
}

/** A mistake that kernels make, in one or more variants. */
export interface Mistake<P extends Convolution = Convolution> {
  readonly name: string;
  /** Predicts the outputs of kernels that make it; none where it is impossible. */
  predictions(subject: Subject<P>): Iterable<Prediction>;
}

/** Defines a mistake by changes to parts of a correct kernel. */
export function mistake<P extends Convolution = Convolution>(
  name: string,
  changes: (right: Kernel, problem: P) => readonly Partial<Kernel>[],
): Mistake<P> {
  return {
    name,
    *predictions(subject) {
      for (const change of changes(rightKernel(subject), subject.problem)) yield predicts(subject, change);
    },
  };
}

export function rightKernel({ problem: { g, x, w }, finish }: Subject): Kernel {
  const { H, W, C, G, O, KW } = g;
  const [Cg, Og] = [C / G, O / G];
  return {
    g,
    x: x.data,
    w: w.data,
    outside: 0,
    input: (n, h, w, c) => ((n * H + h) * W + w) * C + c,
    filter: (kh, kw, ic, o) => ((kh * KW + kw) * Cg + ic) * O + o,
    border: (index, extent) => (index < 0 || index >= extent ? null : index),
    channel: (ic, o) => Math.floor(o / Og) * Cg + ic,
    finish: (sum, b, [, , , o]) => finish(sum, b, o),
    position: (position) => position,
  };
}

/** Predicts the outputs of the correct kernel with these changes. */
export function predicts(subject: Subject, changes: Partial<Kernel>): Prediction {
  const { problem } = subject;
  const kernel = { ...rightKernel(subject), ...changes };
  return (position) => {
    const from = kernel.position(position);
    const terms = termsOf(problem, kernel, from);
    if (Number.isNaN(terms.magnitude)) return null;
    const b = problem.bias === null ? 0 : problem.bias[from[3]];
    const value = kernel.finish(terms.sum, b, from);
    return { value, bound: subject.tolerance(terms, value) };
  };
}

/** The products of an output. */
export interface Terms {
  /** Σ x · w */
  readonly sum: number;
  /** Σ |x · w| */
  readonly magnitude: number;
  /** Σ s_k² + Σ (x · w)², forwards or backwards, whichever is larger. */
  readonly energy: number;
}

function termsOf({ g: right }: Convolution, kernel: Kernel, [n, oh, ow, o]: Position): Terms {
  const { g, x, w, outside } = kernel;
  const { H, W, KH, KW } = g;
  const Cg = right.C / right.G;
  let sum = 0;
  let magnitude = 0;
  let partial = 0;
  let squares = 0;
  let count = 0;
  for (let kh = 0; kh < KH; kh++) {
    const ih = kernel.border(oh * g.strideH + kh * g.dilationH - g.padTop, H, "h");
    if (ih === null && outside === 0) continue;
    for (let kw = 0; kw < KW; kw++) {
      const iw = kernel.border(ow * g.strideW + kw * g.dilationW - g.padLeft, W, "w");
      if (iw === null && outside === 0) continue;
      for (let ic = 0; ic < Cg; ic++) {
        const at = kernel.filter(kh, kw, ic, o);
        if (at === -1) continue;
        const pixel = ih === null || iw === null ? outside : x[kernel.input(n, ih, iw, kernel.channel(ic, o))];
        const product = pixel * w[at];
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
