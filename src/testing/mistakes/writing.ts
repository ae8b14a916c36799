/** @file Accumulators that are not reset, and outputs that are not written. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { indexOf, type Position } from "../problem.ts";
import { LANES } from "./channels.ts";
import type { Mistake, Prediction, Subject } from "./kernel.ts";

/** Loops over the axes of the output, outermost first: 0 images, 1 rows, 2 columns, 3 channels. */
const LOOPS: readonly (readonly [number, number, number, number])[] = [
  [0, 1, 2, 3],
  [0, 3, 1, 2],
  [3, 0, 1, 2],
];

/** Totals of an accumulator since it was reset, each [N, OH, OW, O]. */
interface Running {
  readonly sums: Float64Array;
  readonly magnitudes: Float64Array;
  readonly energies: Float64Array;
}

/**
 * Accumulates over the innermost `depth` loops without a reset.
 *
 * @param withBias whether the accumulator includes the biases
 */
function runTogether(
  { sums: right, problem }: Subject,
  loops: (typeof LOOPS)[number],
  depth: number,
  withBias: boolean,
): Running {
  const { g, bias } = problem;
  const extents = [g.N, g.OH, g.OW, g.O];
  const strides = [g.OH * g.OW * g.O, g.OW * g.O, g.O, 1];
  const [E0, E1, E2, E3] = loops.map((axis) => extents[axis]);
  const [S0, S1, S2, S3] = loops.map((axis) => strides[axis]);
  const K = g.KH * g.KW * (g.C / g.G);
  const array = (): Float64Array => new Float64Array(right.sums.length);
  const [sums, magnitudes, energies] = [array(), array(), array()];
  let [sum, magnitude, energy] = [0, 0, 0];
  for (let i = 0; i < E0; i++) {
    if (depth === 3) [sum, magnitude, energy] = [0, 0, 0];
    for (let j = 0; j < E1; j++) {
      if (depth === 2) [sum, magnitude, energy] = [0, 0, 0];
      for (let k = 0; k < E2; k++) {
        if (depth === 1) [sum, magnitude, energy] = [0, 0, 0];
        for (let l = 0; l < E3; l++) {
          const y = i * S0 + j * S1 + k * S2 + l * S3;
          sum += right.sums[y] - (bias === null || withBias ? 0 : bias[y % g.O]);
          magnitude += right.magnitudes[y];
          energy += right.norms[y] ** 2 + K * sum * sum;
          sums[y] = sum;
          magnitudes[y] = magnitude;
          energies[y] = energy;
        }
      }
    }
  }
  return { sums, magnitudes, energies };
}

/** Kernels that add the bias to the accumulator, or at the end. */
function* notReset(subject: Subject): Generator<Prediction> {
  const { problem } = subject;
  const { g, bias } = problem;
  for (const loops of LOOPS) {
    for (const depth of [1, 2, 3, 4]) {
      for (const withBias of bias === null ? [false] : [false, true]) {
        const { sums, magnitudes, energies } = runTogether(subject, loops, depth, withBias);
        yield (position) => {
          const i = indexOf(g, position);
          const [, , , o] = position;
          const value = subject.finish(sums[i], bias === null || withBias ? 0 : bias[o], o);
          return { value, bound: subject.tolerance({ magnitude: magnitudes[i], energy: energies[i] }, value) };
        };
      }
    }
  }
}

/** Whether a kernel leaves an output unwritten. */
type Unwritten = (position: Position, g: Conv2dGeometry) => boolean;

const beyond = (index: number, extent: number, lanes: number): boolean => index >= Math.floor(extent / lanes) * lanes;

/** Outputs after the last whole vector, for each way to traverse the output. */
const TAILS: readonly ((lanes: number) => Unwritten)[] = [
  (lanes) =>
    ([, , , o], { O }) =>
      beyond(o, O, lanes),
  (lanes) =>
    ([, , ow], { OW }) =>
      beyond(ow, OW, lanes),
  (lanes) =>
    ([, oh, ow], { OH, OW }) =>
      beyond(oh * OW + ow, OH * OW, lanes),
  (lanes) => (position, g) => beyond(indexOf(g, position), g.N * g.OH * g.OW * g.O, lanes),
  (lanes) => (position, g) => beyond(planarIndexOf(g, position), g.N * g.OH * g.OW * g.O, lanes),
];

/** Index into [N, O, OH, OW]. */
function planarIndexOf({ OH, OW, O }: Conv2dGeometry, [n, oh, ow, o]: Position): number {
  return ((n * O + o) * OH + oh) * OW + ow;
}

/** Correct outputs, except for unwritten ones: 0, as in a fresh array, or NaN. */
function unwritten(subject: Subject, isUnwritten: Unwritten): Prediction {
  const { sums, unit, answer } = subject;
  const { g } = subject.problem;
  return (position) => {
    const i = indexOf(g, position);
    if (isUnwritten(position, g)) return { value: Number.isNaN(answer[i]) ? Number.NaN : 0, bound: 0 };
    const terms = { magnitude: sums.magnitudes[i], energy: (sums.spreads[i] / unit) ** 2 };
    const value = subject.finish(sums.sums[i], 0, position[3]);
    return { value, bound: subject.tolerance(terms, value) };
  };
}

export const WRITING_MISTAKES: readonly Mistake[] = [
  { name: "accumulator not reset", predictions: notReset },
  {
    name: "tail lanes not written",
    predictions: (subject) => TAILS.flatMap((tail) => LANES.map((lanes) => unwritten(subject, tail(lanes)))),
  },
  {
    name: "last row, column, channel or image not written",
    predictions: (subject) =>
      [0, 1, 2, 3].map((axis) =>
        unwritten(subject, (position, { N, OH, OW, O }) => position[axis] === [N, OH, OW, O][axis] - 1),
      ),
  },
];
