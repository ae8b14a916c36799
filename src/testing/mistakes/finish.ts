/** @file Mistakes with the finished sum: bias and activation. */
import { ACTIVATIONS, type Activation } from "../../geometry/activation.ts";
import { activate, hardSigmoid } from "../../kernels/naive/activation.ts";
import type { Position, Problem } from "../problem.ts";
import { type Kernel, type Mistake, mistake } from "./kernel.ts";

/** A mistake with the bias; impossible without one. */
const biased = (name: string, ...finishes: ((f: (s: number) => number) => Kernel["finish"])[]): Mistake =>
  mistake(name, (_, { bias, activation }) => {
    if (bias === null) return [];
    return finishes.map((finish) => ({ finish: finish((s) => activate(activation, s)) }));
  });

/** Wrong indices at which a kernel may read the bias, instead of at o; before reduction modulo O. */
const BIAS_INDICES: readonly ((position: Position, problem: Problem) => number)[] = [
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

const activated = (name: string, activation: Activation): Mistake =>
  mistake(name, (_, problem) => {
    return problem.activation === activation ? [] : [{ finish: (sum, b) => activate(activation, sum + b) }];
  });

export const FINISH_MISTAKES: readonly Mistake[] = [
  biased("bias left out", (f) => (sum) => f(sum)),
  biased("bias added twice", (f) => (sum, b) => f(sum + 2 * b)),
  biased("bias subtracted", (f) => (sum, b) => f(sum - b)),
  biased("bias added after the activation", (f) => (sum, b) => f(sum) + b),
  mistake("bias read at the wrong index", (_, problem) => {
    const { bias, activation, g } = problem;
    if (bias === null) return [];
    return BIAS_INDICES.map((index) => ({
      finish: (sum, _b, position) => activate(activation, sum + bias.at(index(position, problem) % g.O)),
    }));
  }),
  activated("activation left out", "none"),
  ...ACTIVATIONS.filter((name) => name !== "none").map((name) => activated(`activation ${name}`, name)),
  mistake("hard-sigmoid of slope 0.2, ONNX's default", (_, { activation }) => {
    const slopes: Partial<Record<Activation, Kernel["finish"]>> = {
      hardSigmoid: (sum, b) => hardSigmoid(sum + b, 0.2, 0.5),
      hardSwish: (sum, b) => (sum + b) * hardSigmoid(sum + b, 0.2, 0.5),
    };
    const finish = slopes[activation];
    return finish ? [{ finish }] : [];
  }),
  mistake("activation applied twice", (_, { activation }) => [
    { finish: (sum, b) => activate(activation, activate(activation, sum + b)) },
  ]),
];
