/** @file Mistakes with the bias of a finished sum; impossible without one. */
import type { Convolution, Position } from "../problem.ts";
import { type Kernel, type Mistake, mistake } from "./kernel.ts";

const biased = (name: string, finish: (right: Kernel["finish"]) => Kernel["finish"]): Mistake =>
  mistake(name, (right, { bias }) => (bias === null ? [] : [{ finish: finish(right.finish) }]));

/** Wrong indices, instead of o, at which a kernel may read a per-channel value; before reduction modulo O. */
export const WRONG_INDICES: readonly ((position: Position, problem: Convolution) => number)[] = [
  () => 0,
  ([n]) => n,
  ([, oh]) => oh,
  ([, , ow]) => ow,
  ([, oh, ow], { g }) => oh * g.OW + ow,
  ([, , , o]) => o + 1,
  ([, , , o], { g }) => o + g.O - 1,
  ([, , , o], { g }) => g.O - 1 - o,
  ([, , , o], { g }) => Math.floor(o / (g.O / g.G)),
  ([, , , o], { g }) => o % (g.O / g.G),
  ([, , , o], { g }) => o % g.C,
  ([, , , o], { g }) => (o % g.G) * (g.O / g.G) + Math.floor(o / g.G),
  ([, , , o], { g }) => (o % (g.O / g.G)) * g.G + Math.floor(o / (g.O / g.G)),
  ([n, oh, ow, o], { g }) => ((n * g.O + o) * g.OH + oh) * g.OW + ow, // offset of the output in nchw
  ([n, oh, ow, o], { g }) => ((n * g.OH + oh) * g.OW + ow) * g.O + o, // and in nhwc
];

export const BIAS_MISTAKES: readonly Mistake[] = [
  biased("bias left out", (right) => (sum, _b, position) => right(sum, 0, position)),
  biased("bias added twice", (right) => (sum, b, position) => right(sum, 2 * b, position)),
  biased("bias subtracted", (right) => (sum, b, position) => right(sum, -b, position)),
  mistake("bias read at the wrong index", (right, problem) => {
    const { bias, g } = problem;
    if (bias === null) return [];
    return WRONG_INDICES.map((index) => ({
      finish: (sum, _b, position) => right.finish(sum, bias[index(position, problem) % g.O], position),
    }));
  }),
];
