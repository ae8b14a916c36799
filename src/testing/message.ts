/** @file A verdict in sentences: which outputs, which window, which products. */

import { describeGeometry, formatNumber, rangeOf } from "./describe.ts";
import type { Judgement, WorstOutput } from "./judgement.ts";
import type { ConvOracle } from "./oracle.ts";
import { type Convolution, type Position, type Product, positionOf, productsOf } from "./problem.ts";
import type { QuantizedConvOracle } from "./quantized/oracle.ts";

/** Maximum number of products listed in a message; the rest are counted. */
const MAX_PRODUCTS = 12;

/** The message for an answer that does not fit the oracle. */
export function misfitMessage(oracle: ConvOracle | QuantizedConvOracle, misfit: string): string {
  return `${oracle.op}: ${misfit} ${where(oracle)}`;
}

/** The message of a verdict; empty for an answer within its bounds, unless there are notes. */
export function messageOf(oracle: ConvOracle, judged: Omit<Judgement, "message">): string {
  const { verdict, wrong, suspicious, worst, mistakes, notes } = judged;
  if (verdict === "within" || worst === null) return notes.join("\n");
  const { op, precision, values } = oracle;
  const outside = verdict === "wrong" ? wrong : suspicious;
  const what =
    verdict === "wrong"
      ? `outside the bound of ${precision}`
      : `suspicious: inside the bound of ${precision}, but further off than a correct kernel is once in a million convolutions`;
  return [
    `${op}: ${outside.length} of ${values.length} outputs are ${what} ${where(oracle)}`,
    ...pattern(outside, oracle),
    ...explain(worst, verdict === "suspicious", oracle),
    ...mistakes.map(({ name }) => `every output fits this mistake: ${name}`),
    ...notes,
  ].join("\n");
}

/** The convolution in parentheses. */
export function where({ problem: { g, w }, shape, layout, op }: ConvOracle | QuantizedConvOracle): string {
  return describeGeometry(g, op, layout, shape, w.shape);
}

/** Describes what the positions of the wrong outputs have in common, if anything. */
export function pattern(
  outside: readonly number[],
  { geometry, indices }: Pick<ConvOracle, "geometry" | "indices">,
): string[] {
  const { N, OH, OW, O } = geometry;
  const positions = outside.map((i) => positionOf(geometry, indices[i]));
  const extents = [N, OH, OW, O];
  const common = ["n", "oh", "ow", "o"].flatMap((name, axis) => {
    const found = [...new Set(positions.map((position) => position[axis]))].sort((a, b) => a - b);
    return found.length < extents[axis] && found.length <= 4 ? [`${name} = ${found.join(", ")}`] : [];
  });
  return common.length === 0 ? [] : [`all of them have ${common.join(" and ")}`];
}

function explain(worst: WorstOutput, byStatistics: boolean, { problem }: ConvOracle): string[] {
  const { position, expected } = worst;
  const { bias, activation } = problem;
  const b = bias === null ? 0 : bias[position[3]];
  const sum = productsOf(problem, position).reduce((total, { x, w }) => total + x * w, b);
  const margin = byStatistics ? (worst.statistics ?? worst.bound) : worst.bound;
  return [
    furthestOff(worst, `${formatNumber(expected)} ± ${margin === 0 ? "0" : margin.toExponential(1)}`),
    ...products(problem, position),
    `  sum ${formatNumber(sum)}${activation === "none" ? "" : `, after ${activation} ${formatNumber(expected)}`}`,
  ];
}

/** Says which output is furthest off, and what it should be. */
export function furthestOff({ position, actual }: WorstOutput, needed: string): string {
  return `the furthest off is [n, oh, ow, o] = [${position.join(", ")}]: ${formatNumber(actual)}, needs ${needed}`;
}

/** Describes the window of an output, its bias, and its largest products. */
export function products(problem: Convolution, position: Position): string[] {
  const { g, bias } = problem;
  const [, oh, ow, o] = position;
  const onImage = productsOf(problem, position).filter(({ isPadding }) => !isPadding);
  const largest = [...onImage].sort((a, b) => Math.abs(b.x * b.w) - Math.abs(a.x * a.w)).slice(0, MAX_PRODUCTS);
  const listed = onImage.length <= MAX_PRODUCTS ? onImage : largest;
  const rest = onImage.length - listed.length;
  return [
    `its window: rows ${rangeOf(oh * g.strideH - g.padTop, g.KH, g.dilationH, g.H)}; columns ${rangeOf(ow * g.strideW - g.padLeft, g.KW, g.dilationW, g.W)}`,
    ...(bias === null ? [] : [`  b[${o}] = ${formatNumber(bias[o])}`]),
    ...listed.map((product) => `  ${line(product)}`),
    ...(rest > 0 ? [`  and ${rest} smaller products`] : []),
  ];
}

function line({ pixel, tap, x, w }: Product): string {
  return `x[${pixel.join(", ")}] · w[${tap.join(", ")}] = ${formatNumber(x)} · ${formatNumber(w)} = ${formatNumber(x * w)}`;
}
