/** @file The report of `separable compare`. */
import type { Savings } from "../../analysis/savings.ts";
import {
  areTwins,
  arrivals,
  arrived,
  counts,
  fastest,
  parameters,
  roofRatio,
  roundsOf,
  type TierTimes,
  totals,
  wholes,
} from "./compareTables.ts";
import type { Bar, Chart } from "../report/charts.ts";
import { machineName } from "../report/deliver.ts";
import { noiseWarning } from "../report/noise.ts";
import { measuredWords, ONE_ROUND, type Part, type Report } from "../report/report.ts";
import { ratio } from "../terminal/terminal.ts";

/** @param weights whose they are */
export function compareReport(counted: Savings, times: readonly TierTimes[], weights: string): Report {
  return {
    title: titleOf(counted),
    parts: [...countedParts(counted), { table: parameters(counted) }, ...timedParts(counted, times, weights)],
  };
}

export function titleOf(counted: Savings): string {
  const beside = areTwins(counted) ? "its twin of standard convolutions" : counted.second.graph.name;
  return `${counted.first.graph.name} beside ${beside}`;
}

/** The parts that need no timing. */
export function countedParts(counted: Savings): readonly Part[] {
  const isComparable = counted.blocks.some(({ promised }) => promised !== null);
  const note = isComparable ? [] : [{ text: nothingInCommon(counted) }];
  return [{ table: totals(counted) }, ...note, { table: counts(counted) }];
}

function nothingInCommon({ first, second, blocks }: Savings): string {
  const described = (name: string, side: 0 | 1): string => {
    const forms = blocks.flatMap((block) => block.forms[side] ?? []);
    const counted = [...new Set(forms)].map((form) => `${forms.filter((one) => one === form).length} ${form}`);
    return `${name} has ${counted.join(", ") || "no layer with multiply-accumulates"}`;
  };
  return `No block of one network has a counterpart in the other: ${described(first.graph.name, 0)}; ${described(second.graph.name, 1)}.`;
}

/** The measured parts. */
export function timedParts(counted: Savings, times: readonly TierTimes[], weights: string): readonly Part[] {
  const notes = [
    areTwins(counted)
      ? "promised: standard MACs / separable MACs = 1 / (1/O + 1/k²) for O outputs and a k×k kernel;"
      : "promised: MACs of the second network / MACs of the first;",
    "roofline: the ratio of the times that this machine's ceilings predict; arrived: the ratio of the times measured",
    ...(times.some((t) => roundsOf(t) === 1) ? [ONE_ROUND] : []),
    `medians, in turns, ${weights}, ${machineName()}`,
    ...noiseWarning(times.flatMap(({ first: a, second: b }) => [a.timing, b.timing])),
  ];
  return [
    { table: arrivals(counted, times) },
    { table: wholes(counted, times) },
    { text: notes.join("\n") },
    { chart: arrivalChart(counted, times) },
  ];
}

function arrivalChart({ blocks }: Savings, times: readonly TierTimes[]): Chart {
  const bar = (value: number | null, rounds: number): Bar => {
    return { value: value ?? 0, text: value === null ? "" : measuredWords(ratio(value), rounds) };
  };
  return {
    kind: "bars",
    file: "promised-and-arrived",
    title: "Promised and arrived",
    caption: "How many times cheaper each block is: by its multiply-adds, by the roofline, and in time on each tier.",
    series: ["promised", `roofline, ${fastest(times).tier}`, ...times.map(({ tier }) => `arrived, ${tier}`)],
    groups: blocks
      .map((block, i) => ({ block, i }))
      .filter(({ block }) => block.promised !== null)
      .map(({ block, i }) => ({
        label: block.second.length === 1 ? block.second[0].name : block.name,
        bars: [
          bar(block.promised, 0),
          bar(roofRatio(fastest(times).blocks[i]), 0),
          ...times.map((t) => bar(arrived(t.blocks[i]), roundsOf(t))),
        ],
      })),
  };
}
