/** @file A verdict on integers in sentences: which outputs, by how many steps, from which products, sum and ratio. */
import { fixedPointOf } from "../../geometry/requantization.ts";
import { formatNumber } from "../describe.ts";
import type { Judgement } from "../judgement.ts";
import { furthestOff, pattern, products, where } from "../message.ts";
import type { QuantizedConvOracle } from "./oracle.ts";
import { requantizationOf } from "./problem.ts";

/** The message of a verdict; empty for an exact answer. @param furthest the most steps by which an output is off */
export function messageOf(
  oracle: QuantizedConvOracle,
  { wrong, worst, mistakes }: Omit<Judgement, "message">,
  furthest: number,
): string {
  if (wrong.length === 0 || worst === null) return "";
  const { op, output, problem, accumulators, indices } = oracle;
  const by = furthest === 1 ? ", by one" : Number.isFinite(furthest) ? `, by up to ${formatNumber(furthest)}` : "";
  const sum = accumulators[worst.index];
  return [
    `${op}: ${wrong.length} of ${output.data.length} outputs are wrong${by} ${where(oracle)}`,
    ...pattern(wrong, oracle),
    furthestOff(worst, `${worst.expected}; below, x and w are less their zero points`),
    ...products(problem, worst.position),
    `  sum ${sum} · ${ratioOf(oracle, indices[worst.index] % oracle.geometry.O)}, ${endingOf(oracle)}: ${worst.expected}`,
    ...mistakes.map(({ name }) => `every output fits this mistake: ${name}`),
  ].join("\n");
}

/** The ratio of a channel, in the form that its rule multiplies by. */
function ratioOf({ problem }: QuantizedConvOracle, o: number): string {
  const { ratios, rounding } = requantizationOf(problem, problem.rounding);
  if (rounding === "float-half-even") return String(ratios[o]);
  const { multiplier, shift } = fixedPointOf(ratios[o]);
  return `${multiplier} · 2^(${shift} - 31)`;
}

function endingOf({ problem: { output, rounding } }: QuantizedConvOracle): string {
  const { zeroPoint, min, max } = output.range;
  return `rounded by ${rounding}, plus the zero point ${zeroPoint}, from ${min} to ${max}`;
}
