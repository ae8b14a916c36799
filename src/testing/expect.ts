/** @file Judging somebody's answer, and saying what is wrong with it: which output, which window, which products. */

import type { Tensor } from "../tensor/tensor.ts";
import { resolveActual } from "./actual.ts";
import { describeGeometry, formatNumber, rangeOf } from "./describe.ts";
import { mistakesThatFit } from "./mistakes.ts";
import { type ConvOracle, indexOf, placeIn } from "./oracle.ts";
import { type Place, type Product, productsOf } from "./sums.ts";

/** An answer to be judged: a tensor of the oracle's shape, or its numbers in the same order. */
export type Answer = Tensor | ArrayLike<number>;

/** Products listed in a message; the rest is counted. */
const MOST_PRODUCTS = 12;

export interface Judgement {
  /** Whether every output is within its bound. */
  readonly isClose: boolean;
  /** What is wrong; empty if nothing is. */
  readonly message: string;
}

/**
 * Compares an answer with an oracle.
 *
 * @param answer what your kernel gave, in the layout of the oracle
 * @throws ShapeError if it is no tensor and no list of numbers
 */
export function judgeConv(answer: Answer, oracle: ConvOracle): Judgement {
  const actual = resolveActual(answer, oracle.shape);
  if (typeof actual === "string") return { isClose: false, message: `${oracle.op}: ${actual} ${where(oracle)}` };
  const { values, bounds, shape, layout, geometry } = oracle;
  const wrong: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!isWithin(actual[i], values[i], bounds[i])) wrong.push(i);
  }
  if (wrong.length === 0) return { isClose: true, message: "" };

  const excess = (i: number): number => {
    const far = Math.abs(actual[i] - values[i]) / bounds[i];
    return Number.isNaN(far) ? Number.POSITIVE_INFINITY : far;
  };
  const worst = wrong.reduce((most, i) => (excess(i) > excess(most) ? i : most));
  const placed = new Float64Array(values.length);
  values.forEach((_, i) => {
    placed[indexOf(geometry, placeIn(layout, shape, i))] = actual[i];
  });
  const fits = mistakesThatFit(placed, oracle.problem);
  return {
    isClose: false,
    message: [
      `${oracle.op}: ${wrong.length} of ${values.length} outputs are outside of the bound of float32 ${where(oracle)}`,
      ...pattern(
        wrong.map((i) => placeIn(layout, shape, i)),
        oracle,
      ),
      ...explain(worst, actual[worst], oracle),
      ...fits.map((name) => `every output fits a kernel with ${name}`),
    ].join("\n"),
  };
}

/**
 * Throws unless every output of an answer is as close to the oracle as float32 must be, whatever the order of its sums.
 *
 * @param answer what your kernel gave: a tensor of the oracle's shape, or the numbers in that order
 * @throws Error named "AssertionError" that says which output is furthest off, its window, its products, where the wrong outputs
 *   lie, and which usual mistake explains all of them, if one does
 */
export function expectConvClose(answer: Answer, oracle: ConvOracle): void {
  const { isClose, message } = judgeConv(answer, oracle);
  if (isClose) return;
  const error = new Error(message);
  error.name = "AssertionError";
  throw error;
}

/** Infinity and NaN have to be the same; numbers may be as far off as the bound. */
function isWithin(actual: number, value: number, bound: number): boolean {
  if (!Number.isFinite(value) || !Number.isFinite(bound)) return Object.is(actual + 0, Math.fround(value) + 0);
  if (Math.abs(Math.fround(value)) === Number.POSITIVE_INFINITY) return actual * Math.sign(value) > 3.4e38;
  return Math.abs(actual - value) <= bound;
}

function where({ problem: { g, w }, shape, layout, op }: ConvOracle): string {
  return describeGeometry(g, op, layout, shape, w.shape);
}

/** What the places of wrong outputs have in common, where they have something. */
function pattern(places: readonly Place[], { geometry: { N, OH, OW, O } }: ConvOracle): string[] {
  const extents = [N, OH, OW, O];
  const common = ["n", "oh", "ow", "o"].flatMap((name, axis) => {
    const found = [...new Set(places.map((place) => place[axis]))].sort((a, b) => a - b);
    return found.length < extents[axis] && found.length <= 4 ? [`${name} = ${found.join(", ")}`] : [];
  });
  return common.length === 0 ? [] : [`all of them have ${common.join(" and ")}`];
}

function explain(index: number, actual: number, { shape, layout, values, bounds, problem }: ConvOracle): string[] {
  const place = placeIn(layout, shape, index);
  const [, oh, ow, o] = place;
  const { g, bias, activation } = problem;
  const products = productsOf(problem, place);
  const onPicture = products.filter(({ isPadding }) => !isPadding);
  const largest = [...onPicture].sort((a, b) => Math.abs(b.x * b.w) - Math.abs(a.x * a.w)).slice(0, MOST_PRODUCTS);
  const listed = onPicture.length <= MOST_PRODUCTS ? onPicture : largest;
  const b = bias === null ? 0 : bias.at(o);
  const sum = onPicture.reduce((total, { x, w }) => total + x * w, b);
  const rows = rangeOf(oh * g.strideH - g.padTop, g.KH, g.dilationH, g.H);
  const columns = rangeOf(ow * g.strideW - g.padLeft, g.KW, g.dilationW, g.W);
  const rest = onPicture.length - listed.length;
  return [
    `the furthest off is [n, oh, ow, o] = [${place.join(", ")}]: ${formatNumber(actual)}, needs ${formatNumber(values[index])} ± ${bounds[index].toExponential(1)}`,
    `its window: rows ${rows}; columns ${columns}`,
    ...(bias === null ? [] : [`  b[${o}] = ${formatNumber(b)}`]),
    ...listed.map((product) => `  ${line(product)}`),
    ...(rest > 0 ? [`  and ${rest} smaller products`] : []),
    `  sum ${formatNumber(sum)}${activation === "none" ? "" : `, after ${activation} ${formatNumber(values[index])}`}`,
  ];
}

function line({ pixel, tap, x, w }: Product): string {
  return `x[${pixel.join(", ")}] · w[${tap.join(", ")}] = ${formatNumber(x)} · ${formatNumber(w)} = ${formatNumber(x * w)}`;
}
