/** @file The report of `separable sweep`. */
import { shareOf } from "../../analysis/analyze.ts";
import type { PlaneChart } from "../forms/chart.ts";
import { duration, integer, percent } from "../forms/numbers.ts";
import { noiseWarning } from "../noise.ts";
import { originOf } from "../origin.ts";
import {
  type Cell,
  measuredCell,
  measuredTitle,
  measuredWords,
  ONE_ROUND,
  type Part,
  type Report,
  type ReportTable,
  reportOf,
} from "../report.ts";
import type { Sweep, SweepPoint } from "./sweep.ts";

/**
 * Returns the tables and charts of a sweep, with the line of time over multiply-accumulates.
 *
 * @param data from `sweepNetworks`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example
 * const networks = [0.5, 1].map((alpha) => ({ graph: fashionNet({ alpha }), alpha }));
 * const report = sweepReport(await sweepNetworks(networks, { rounds: 1 }));
 * report.title; // "Widths and resolutions, simd tier, one thread"
 */
export function sweepReport(data: Sweep): Report {
  return reportOf("sweepReport", "sweepNetworks", data, () => report(data));
}

function report(data: Sweep): Report {
  const { points, backend, threads, rounds } = data;
  const millions = ({ macs }: SweepPoint): number => macs / 1e6;
  const tenths = (value: number): string => value.toFixed(1);
  const measured = `Measured time by width and resolution${rounds === 1 ? ", one round" : ""}`;
  const hasWidths = alphasOf(points).length > 1;
  const isWide = new Set(points.map(({ parameters }) => parameters)).size > 1;
  return {
    title: `${hasWidths ? "Widths and resolutions" : "Resolutions"}, ${backend} tier, ${threads === 1 ? "one thread" : `${threads} threads`}`,
    origin: originOf("sweep", data),
    parts: [
      { table: networksTable(data) },
      ...gridTable(points, "macs", "Million multiply-adds by width and resolution", millions, tenths),
      ...gridTable(points, "times", measured, ({ ms }) => measuredCell(ms, rounds), duration),
      { text: notesOf(data).join("\n") },
      { chart: chart(data, "multiply-adds", "million multiply-adds", millions, lineOf(data)) },
      ...(isWide
        ? [{ chart: chart(data, "parameters", "million parameters", ({ parameters }) => parameters / 1e6) }]
        : []),
    ],
  };
}

function alphasOf(points: readonly SweepPoint[]): readonly number[] {
  return [...new Set(points.map(({ alpha }) => alpha))];
}

/** Milliseconds on the line. */
function lineOf({ line: { start, slope } }: Sweep): (macs: number) => number {
  return (macs) => start + slope * macs;
}

function networksTable(data: Sweep): ReportTable {
  const { points, rounds } = data;
  const lineAt = lineOf(data);
  return {
    name: "networks",
    title: "",
    columns: [
      { title: "network" },
      { title: "MACs", show: integer },
      { title: "parameters", show: integer },
      { title: "measured", long: measuredTitle("measured", rounds), unit: "ms", show: duration },
      { title: "GFLOP/s", long: measuredTitle("GFLOP/s", rounds), show: (value) => value.toFixed(1) },
      { title: "on the line", long: measuredTitle("on the line", rounds), unit: "ms", rank: 1, show: duration },
      { title: "deviation", long: measuredTitle("deviation", rounds), show: (value) => percent(value, 1) },
    ],
    rows: points.map(({ name, macs, parameters, ms }) => [
      name,
      macs,
      parameters,
      measuredCell(ms, rounds),
      measuredCell(shareOf(2 * macs, ms) / 1e6, rounds),
      measuredCell(lineAt(macs), rounds),
      measuredCell(ms / lineAt(macs) - 1, rounds),
    ]),
  };
}

/** A table of widths by resolutions; none for a single width, or for networks that do not form a grid. */
function gridTable(
  points: readonly SweepPoint[],
  name: string,
  title: string,
  value: (point: SweepPoint) => Cell,
  show: (value: number) => string,
): readonly Part[] {
  const resolutions = [...new Set(points.map(({ resolution }) => resolution))];
  const alphas = alphasOf(points);
  if (alphas.length === 1) return [];
  const cells = new Map(points.map((point) => [`${point.alpha} ${point.resolution}`, value(point)]));
  if (points.length !== alphas.length * resolutions.length || cells.size < points.length) return [];
  const columns = [{ title: "alpha", align: "left" as const }, ...resolutions.map((size) => ({ title: size, show }))];
  const rows = alphas.map((alpha) => [
    String(alpha),
    ...resolutions.map((size) => cells.get(`${alpha} ${size}`) ?? null),
  ]);
  return [{ table: { name, title, columns, rows } }];
}

function notesOf({ points, line, rounds, weights, machine }: Sweep): readonly string[] {
  const slope = `${line.slope < 0 ? "-" : "+"} ${Math.abs(line.slope * 1e6).toFixed(5)}`;
  const formula = `ms = ${line.start.toFixed(3)} ${slope} · million MACs`;
  return [
    ...noiseWarning(points.map((point) => [point.name, point])),
    ...(rounds === 1 ? [ONE_ROUND] : []),
    points.length > 2
      ? `${formula}; the largest deviation is ${percent(line.worst)}.`
      : `${formula}, which fits any two points exactly`,
    `medians of ${rounds} ${rounds === 1 ? "round" : "rounds"} in turns, parameters with scale and bias of batch norm, ${weights}, ${machine}`,
  ];
}

/** Plots time over a counted quantity, with a colour for each width. */
function chart(
  { points, rounds }: Sweep,
  over: string,
  title: string,
  value: (point: SweepPoint) => number,
  lineAt?: (macs: number) => number,
): PlaneChart {
  const alphas = alphasOf(points);
  const ends = [...points].sort((a, b) => a.macs - b.macs);
  const line = lineAt && {
    name: "the line through them",
    points: ends.map((point) => ({ x: value(point), y: lineAt(point.macs), name: "" })),
  };
  return {
    kind: "plane",
    file: `time-against-${over === "parameters" ? "parameters" : "macs"}`,
    title: `Time over ${over}`,
    caption: lineAt
      ? "Every dot is a network; both axes are logarithmic. The line is straight on linear axes."
      : "The same networks: a lower resolution saves time but no parameters, so dots stand above one another.",
    x: { title, isLogarithmic: true },
    y: { title: "ms", isLogarithmic: true },
    series: alphas.map((alpha) => ({
      name: alphas.length > 1 ? `alpha ${alpha}` : "networks",
      points: points
        .filter((point) => point.alpha === alpha)
        .map((point) => ({
          x: value(point),
          y: point.ms,
          name: `${point.name}: ${measuredWords(duration(point.ms), rounds)}`,
        })),
    })),
    lines: line ? [line] : [],
  };
}
