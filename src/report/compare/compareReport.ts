/** @file The report of `separable compare`. */
import type { Bar, Chart } from "../forms/chart.ts";
import { ratio } from "../forms/numbers.ts";
import { noiseWarning } from "../noise.ts";
import { originOf } from "../origin.ts";
import { measuredWords, ONE_ROUND, type Part, type Report, reportOf } from "../report.ts";
import type { Comparison } from "./comparison.ts";
import { arrivals, counts, fastest, parameters, roundsOf, totals, wholes } from "./tables.ts";

/**
 * Returns the tables and charts of a comparison.
 *
 * @param data from `compareNetworks`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example
 * const [first, second] = [{ graph: fashionNet() }, { graph: fashionNet({ convolution: "standard" }) }];
 * const report = compareReport(await compareNetworks(first, second, { backends: [] }));
 * report.title; // "fashion_1.0_28 beside its twin of standard convolutions"
 */
export function compareReport(data: Comparison): Report {
  return reportOf("compareReport", "compareNetworks", data, () => ({
    title: titleOf(data),
    origin: originOf("compare", data),
    parts: [...countedParts(data), { table: parameters(data) }, ...(data.tiers.length > 0 ? timedParts(data) : [])],
  }));
}

function titleOf({ first, second, areTwins }: Comparison): string {
  if (areTwins && first.name === `${second.name}_separable`) return `${second.name} beside its separable version`;
  return `${first.name} beside ${areTwins ? "its twin of standard convolutions" : second.name}`;
}

/** The parts that need no timing. */
export function countedParts(data: Comparison): readonly Part[] {
  const isComparable = data.blocks.some(({ promised }) => promised !== null);
  const note = isComparable ? [] : [{ text: nothingInCommon(data) }];
  return [{ table: totals(data) }, ...note, { table: counts(data) }];
}

function nothingInCommon({ first, second, blocks }: Comparison): string {
  const described = (name: string, side: 0 | 1): string => {
    const forms = blocks.flatMap((block) => block.forms[side] ?? []);
    const counted = [...new Set(forms)].map((form) => `${forms.filter((one) => one === form).length} ${form}`);
    return `${name} has ${counted.join(", ") || "no layer with multiply-accumulates"}`;
  };
  return `No block of one network has a counterpart in the other: ${described(first.name, 0)}; ${described(second.name, 1)}.`;
}

/** The measured parts. */
export function timedParts(data: Comparison): readonly Part[] {
  const { areTwins, tiers, weights, machine } = data;
  const notes = [
    areTwins
      ? "promised: standard MACs / separable MACs, which is 1 / (1/O + 1/k²) for O outputs and a k×k kernel"
      : "promised: MACs of the second network / MACs of the first",
    ...(data.blocks.some(({ algorithm }) => algorithm !== "direct")
      ? ["by Winograd's method, what is promised are products, without its transforms"]
      : []),
    "roofline: the ratio of the times that this machine's ceilings predict; arrived: the ratio of the times measured",
    ...(tiers.some((t) => roundsOf(t) === 1) ? [ONE_ROUND] : []),
    `medians, in turns, ${weights}, ${machine}`,
    ...noiseWarning(
      tiers.flatMap(({ tier, first, second }) => [first, second].map((timing) => [tier, timing] as const)),
    ),
  ];
  return [
    { table: arrivals(data) },
    { table: wholes(data) },
    { text: notes.join("\n") },
    { chart: arrivalChart(data) },
  ];
}

function arrivalChart(data: Comparison): Chart {
  const bar = (value: number | null, rounds: number): Bar => {
    return { value: value ?? 0, text: value === null ? "" : measuredWords(ratio(value), rounds) };
  };
  return {
    kind: "bars",
    file: "promised-and-arrived",
    title: "Promised and arrived",
    caption: "How many times cheaper each block is: by its multiply-adds, by the roofline, and in time on each tier.",
    series: ["promised", `roofline, ${fastest(data).tier}`, ...data.tiers.map(({ tier }) => `arrived, ${tier}`)],
    groups: data.blocks
      .filter(({ promised }) => promised !== null)
      .map(({ name, promised, tiers }) => ({
        label: name,
        bars: [
          bar(promised, 0),
          bar(tiers[tiers.length - 1].roofline, 0),
          ...tiers.map(({ arrived }, i) => bar(arrived, roundsOf(data.tiers[i]))),
        ],
      })),
  };
}
