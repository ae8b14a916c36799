/** @file Outputs that wrap instead of saturating, and activation limits that are wrong or missing. */
import { outputRange, QUANTIZED_ACTIVATIONS, type QuantizedActivation } from "../../../geometry/quantizedActivation.ts";
import { type OutputRange, requantizers } from "../../../geometry/requantization.ts";
import { INTEGER_RANGES } from "../../../tensor/quantizedTensor.ts";
import { type QuantizedProblem, requantizationOf } from "../../quantized/problem.ts";
import type { Kernel, Mistake } from "../kernel.ts";
import { ending, finished, roundedBy, wrapped } from "./ending.ts";

/** The problem's own rounding rule with other limits. */
function within(problem: QuantizedProblem, range: OutputRange): Kernel["finish"] {
  const requantize = requantizers(requantizationOf(problem, problem.rounding, range));
  return (sum, b, [, , , o]) => requantize[o](sum + b);
}

const activated = (name: string, activation: QuantizedActivation): Mistake<QuantizedProblem> =>
  ending(name, (problem) =>
    problem.activation === activation ? [] : [within(problem, outputRange(problem.output, activation))],
  );

export const LIMIT_MISTAKES: readonly Mistake<QuantizedProblem>[] = [
  ending("saturation missing", (problem) => {
    const { type, zeroPoint, range } = problem.output;
    const rounded = roundedBy(problem);
    const limit = (q: number): number => Math.min(Math.max(q, range.min), range.max);
    return [
      (sum, b, [, , , o]) => wrapped(rounded(sum + b, o) + zeroPoint, type),
      (sum, b, [, , , o]) => limit(wrapped(rounded(sum + b, o) + zeroPoint, type)),
      (sum, b, [, , , o]) => wrapped(Math.max(rounded(sum + b, o) + zeroPoint, range.min), type),
      (sum, b, [, , , o]) => rounded(sum + b, o) + zeroPoint,
    ];
  }),
  ending("saturated before the zero point is added", (problem) => {
    const { type, zeroPoint } = problem.output;
    const rounded = roundedBy(problem);
    return (["int8", "uint8"] as const).flatMap((own) => {
      const [min, max] = INTEGER_RANGES[own];
      const saturated = (sum: number, o: number): number => Math.min(Math.max(rounded(sum, o), min), max);
      return [
        (sum, b, [, , , o]) => wrapped(saturated(sum + b, o) + zeroPoint, type),
        (sum, b, [, , , o]) => finished(problem, saturated(sum + b, o)),
      ];
    });
  }),
  activated("activation left out", "none"),
  ...QUANTIZED_ACTIVATIONS.filter((name) => name !== "none").map((name) => activated(`activation ${name}`, name)),
  ending("activation limits the integers, not what they stand for", (problem) => {
    const { activation, output } = problem;
    if (activation === "none") return [];
    const max = activation === "relu6" ? 6 : INTEGER_RANGES[output.type][1];
    return [within(problem, { ...output.range, min: 0, max })];
  }),
];
