/** @file The report of `separable sweep`. */
import type { Line } from "../../measure/line.ts";
import type { Timing } from "../../measure/timing.ts";
import type { PlaneChart } from "../report/charts.ts";
import { noiseWarning } from "../report/noise.ts";
import {
  type Cell,
  measuredCell,
  measuredTitle,
  measuredWords,
  ONE_ROUND,
  type Report,
  type ReportTable,
} from "../report/report.ts";
import { duration, integer, percent } from "../terminal/terminal.ts";

export interface SweepPoint {
  readonly name: string;
  readonly alpha: number;
  readonly resolution: string;
  readonly macs: number;
  /** Trainable. */
  readonly parameters: number;
  readonly ms: number;
  readonly quarter: number;
  readonly threeQuarters: number;
}

export interface SweepData {
  readonly backend: string;
  readonly threads: number;
  readonly points: readonly SweepPoint[];
  readonly timings: readonly Timing[];
  readonly rounds: number;
  readonly seed: number;
  readonly line: Line;
  readonly machine: string;
}

export function sweepReport(data: SweepData): Report {
  const { points, line, backend, threads, rounds, seed, machine, timings } = data;
  const lineAt = (macs: number): number => line.start + line.slope * macs;
  const resolutions = [...new Set(points.map(({ resolution }) => resolution))];
  const alphas = [...new Set(points.map(({ alpha }) => alpha))];
  const grid = (
    name: string,
    title: string,
    value: (point: SweepPoint) => Cell,
    show: (value: number) => string,
  ): ReportTable => ({
    name,
    title,
    columns: [{ title: "alpha", align: "left" }, ...resolutions.map((size) => ({ title: size, show }))],
    rows: alphas.map((alpha) => [
      String(alpha),
      ...resolutions.map((size) => value(points.find((p) => p.alpha === alpha && p.resolution === size) ?? points[0])),
    ]),
  });
  const formula = `ms = ${line.start.toFixed(3)} ${line.slope < 0 ? "-" : "+"} ${Math.abs(line.slope * 1e6).toFixed(5)} · million MACs`;
  return {
    title: `Widths and resolutions, ${backend} tier, ${threads === 1 ? "one thread" : `${threads} threads`}`,
    parts: [
      {
        table: {
          name: "networks",
          title: "",
          columns: [
            { title: "network" },
            { title: "MACs", show: integer },
            { title: "parameters", show: integer },
            { title: "measured", long: measuredTitle("measured, ms", rounds), show: duration },
            { title: "GFLOP/s", long: measuredTitle("GFLOP/s", rounds), show: (value) => value.toFixed(1) },
            { title: "on the line", long: measuredTitle("on the line, ms", rounds), rank: 1, show: duration },
            { title: "deviation", long: measuredTitle("deviation", rounds), show: (value) => percent(value, 1) },
          ],
          rows: points.map(({ name, macs, parameters, ms }) => [
            name,
            macs,
            parameters,
            measuredCell(ms, rounds),
            measuredCell((2 * macs) / ms / 1e6, rounds),
            measuredCell(lineAt(macs), rounds),
            measuredCell(ms / lineAt(macs) - 1, rounds),
          ]),
        },
      },
      {
        table: grid(
          "macs",
          "Million multiply-adds by width and resolution",
          ({ macs }) => macs / 1e6,
          (value) => value.toFixed(1),
        ),
      },
      {
        table: grid(
          "times",
          `Measured time by width and resolution${rounds === 1 ? ", one round" : ""}`,
          ({ ms }) => measuredCell(ms, rounds),
          duration,
        ),
      },
      {
        text: [
          ...noiseWarning(timings),
          ...(rounds === 1 ? [ONE_ROUND] : []),
          points.length > 2
            ? `${formula}; the largest deviation is ${percent(line.worst)}.`
            : `${formula}, which fits any two points exactly`,
          `medians of ${rounds} ${rounds === 1 ? "round" : "rounds"} in turns, parameters with scale and bias of batch norm, seed ${seed}, ${machine}`,
        ].join("\n"),
      },
      { chart: chart(data, "multiply-adds", "million multiply-adds", ({ macs }) => macs / 1e6, lineAt) },
      { chart: chart(data, "parameters", "million parameters", ({ parameters }) => parameters / 1e6) },
    ],
  };
}

/** Plots time over a counted quantity, with a colour for each width. */
function chart(
  { points, rounds }: SweepData,
  over: string,
  title: string,
  value: (point: SweepPoint) => number,
  lineAt?: (macs: number) => number,
): PlaneChart {
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
    series: [...new Set(points.map(({ alpha }) => alpha))].map((alpha) => ({
      name: `alpha ${alpha}`,
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
