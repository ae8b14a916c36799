/**
 * @file The mistakes that kernels are usually made of. If every number of a wrong answer fits one of them, the message can
 * say which.
 */
import type { Conv2dGeometry } from "../geometry/conv2d.ts";
import { conv2dMacs } from "../geometry/cost.ts";
import { indicesAt } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { valuesAndBounds } from "./bound.ts";
import { indexOf } from "./oracle.ts";
import { type Problem, placeOf, sumsOf } from "./sums.ts";

/** Larger convolutions are judged without: each mistake costs as much as the oracle. */
const MOST_MACS = 2 ** 26;

interface Mistake {
  readonly name: string;
  /** The convolution that the mistaken kernel computes; null where it cannot be made. */
  problem(right: Problem): Problem | null;
  /** Where the mistaken kernel puts output channel o. */
  channel?(g: Conv2dGeometry, o: number): number;
}

const otherwise =
  (change: (g: Conv2dGeometry) => Partial<Conv2dGeometry>) =>
  (right: Problem): Problem => ({ ...right, g: { ...right.g, ...change(right.g) } });

const MISTAKES: readonly Mistake[] = [
  { name: "the bias left out", problem: (right) => (right.bias === null ? null : { ...right, bias: null }) },
  {
    name: "the activation left out",
    problem: (right) => (right.activation === "none" ? null : { ...right, activation: "none" }),
  },
  {
    name: "the kernel flipped, as mathematics defines a convolution; deep learning does not flip",
    problem: (right) => withFilter(right, ([kh, kw], { KH, KW }) => [KH - 1 - kh, KW - 1 - kw]),
  },
  {
    name: "rows and columns of the kernel swapped",
    problem: (right) => (right.g.KH === right.g.KW ? withFilter(right, ([kh, kw]) => [kw, kh]) : null),
  },
  {
    name: "padding of top and bottom, left and right swapped: the odd row at the other end",
    problem: otherwise(({ padTop, padBottom, padLeft, padRight }) => {
      return { padTop: padBottom, padBottom: padTop, padLeft: padRight, padRight: padLeft };
    }),
  },
  { name: "no padding at the top and left", problem: otherwise(() => ({ padTop: 0, padLeft: 0 })) },
  {
    name: "strides swapped: [w, h] for [h, w]",
    problem: otherwise(({ strideH, strideW }) => ({ strideH: strideW, strideW: strideH })),
  },
  {
    name: "the stride of rows used for columns too",
    problem: otherwise(({ strideH }) => ({ strideW: strideH })),
  },
  { name: "strides ignored where the window is placed", problem: otherwise(() => ({ strideH: 1, strideW: 1 })) },
  { name: "dilations ignored", problem: otherwise(() => ({ dilationH: 1, dilationW: 1 })) },
  {
    name: "dilations swapped: [w, h] for [h, w]",
    problem: otherwise(({ dilationH, dilationW }) => ({ dilationH: dilationW, dilationW: dilationH })),
  },
  {
    name: "every group reading the channels of the first one",
    problem: (right) => {
      const { g, x } = right;
      if (g.G === 1) return null;
      const first = Tensor.zeros(x.shape);
      for (let i = 0; i < first.size; i++) {
        const [n, h, w, c] = indicesAt(x.shape, i);
        first.data[i] = x.at(n, h, w, c % (g.C / g.G));
      }
      return { ...right, x: first };
    },
  },
  {
    name: "output channels ordered m · C + c instead of c · multiplier + m",
    problem: (right) => (right.g.G === right.g.C && right.g.O > right.g.C && right.g.C > 1 ? right : null),
    channel: ({ C, O }, o) => (o % C) * (O / C) + Math.floor(o / C),
  },
];

/** The filter with taps taken from elsewhere. */
function withFilter(
  right: Problem,
  from: (tap: readonly [number, number], g: Conv2dGeometry) => readonly [number, number],
): Problem {
  const { w, g } = right;
  const other = Tensor.zeros(w.shape);
  for (let i = 0; i < other.size; i++) {
    const [kh, kw, ic, o] = indicesAt(w.shape, i);
    const [h, v] = from([kh, kw], g);
    other.data[i] = w.at(h, v, ic, o);
  }
  return { ...right, w: other };
}

/**
 * Names of the mistakes that every number of an answer fits; none for a convolution beyond MOST_MACS.
 *
 * @param actual [N, OH, OW, O]
 */
export function mistakesThatFit(actual: ArrayLike<number>, right: Problem): readonly string[] {
  if (conv2dMacs(right.g) > MOST_MACS) return [];
  return MISTAKES.filter(({ problem, channel }) => {
    const wrong = problem(right);
    if (wrong === null) return false;
    const { values, bounds } = valuesAndBounds(wrong, sumsOf(wrong));
    const { g } = right;
    const from = (i: number): number => {
      if (!channel) return i;
      const [n, oh, ow, o] = placeOf(g, i);
      return indexOf(g, [n, oh, ow, channel(g, o)]);
    };
    return values.every((_, i) => Math.abs(actual[i] - values[from(i)]) <= bounds[from(i)]);
  }).map(({ name }) => name);
}
