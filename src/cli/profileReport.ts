/** @file What `separable profile` says of a network. */
import { sum } from "../analysis/analyze.ts";
import type { Ceilings } from "../analysis/ceilings.ts";
import { BOUND_SHARE, type RooflineRow } from "../analysis/roofline.ts";
import { rooflineChart, shareChart } from "./profileCharts.ts";
import type { BarChart } from "./report/charts.ts";
import { machineName } from "./report/deliver.ts";
import { mismatchWarning, noiseWarning } from "./report/noise.ts";
import type { Report } from "./report/report.ts";
import { duration, integer, percent, size } from "./terminal.ts";

export interface Profile {
  readonly model: string;
  readonly backend: string;
  readonly threads: number;
  readonly batch: number;
  readonly seed: number;
  readonly rounds: number;
  readonly isNoisy: boolean;
  readonly peak: number;
  readonly wholeMs: number;
  readonly quarterMs: number;
  readonly threeQuartersMs: number;
  readonly layersMs: number;
  readonly roofMs: number;
  readonly layers: readonly RooflineRow[];
  readonly ceilings: Ceilings;
}

export function profileReport(data: Profile): Report {
  const { layers, layersMs, roofMs, wholeMs, batch } = data;
  const total = (value: (row: RooflineRow) => number): number => sum(layers, value);
  const ratio = (value: number): string => value.toFixed(1);
  const columns = [
    { title: "layer" },
    { title: "type", align: "left" as const },
    { title: "MACs", show: integer },
    { title: "weights", show: size },
    { title: "input", show: size },
    { title: "output", show: size },
    { title: "FLOPs/byte", show: ratio },
    { title: "compute", show: duration },
    { title: "warm bytes", show: duration },
    { title: "cold bytes", show: duration },
    { title: "measured", show: duration },
    { title: "of roof", show: (share: number) => percent(share, 0) },
    { title: "why", align: "left" as const },
  ];
  const rows = layers.map((row) => [
    row.name,
    row.kind,
    row.macs,
    row.weightBytes,
    row.inputBytes,
    row.outputBytes,
    row.intensity,
    row.computeMs,
    row.warmMs,
    row.coldMs,
    row.ms,
    row.share,
    row.reason,
  ]);
  const sums = [
    "all layers",
    "",
    total(({ macs }) => macs),
    total(({ weightBytes }) => weightBytes),
    total(({ inputBytes }) => inputBytes),
    total(({ outputBytes }) => outputBytes),
    null,
    total(({ computeMs }) => computeMs),
    total(({ warmMs }) => warmMs),
    total(({ coldMs }) => coldMs),
    layersMs,
    roofMs / layersMs,
    "",
  ];
  const kinds = [...new Set(layers.map(({ kind }) => kind))].map((kind) => {
    const own = layers.filter((row) => row.kind === kind);
    const [macs, ms, roof] = [sum(own, (row) => row.macs), sum(own, (row) => row.ms), sum(own, (row) => row.roofMs)];
    const [speed, share] = ms > 0 ? [(2 * macs) / ms / 1e6, roof / ms] : [0, 0]; // a coarse clock
    return [kind, own.length, macs / total((row) => row.macs), ms, ms / layersMs, speed, share] as const;
  });
  const share = (value: number): string => percent(value, 1);
  const spread = `${duration(data.quarterMs)} to ${duration(data.threeQuartersMs)}`;
  const pictures = batch === 1 ? "one picture" : `each of ${batch} pictures`;
  return {
    title: `${data.model} against the ceilings of this machine`,
    parts: [
      {
        text: `${data.backend} tier, ${data.threads === 1 ? "one thread" : `${data.threads} threads`}; peak ${data.peak.toFixed(1)} GFLOP/s, reading ${data.ceilings.reads[0].gbps.toFixed(0)} GB/s from near, ${data.ceilings.reads.at(-1)?.gbps.toFixed(0)} GB/s from afar`,
      },
      { table: { title: "Layer by layer, one picture", columns, rows: [...rows, [], sums] } },
      {
        table: {
          title: "By type of layer",
          columns: [
            { title: "type" },
            { title: "layers" },
            { title: "of all MACs", show: share },
            { title: "measured", show: duration },
            { title: "of all time", show: share },
            { title: "GFLOP/s", show: ratio },
            { title: "of roof", show: (value: number) => percent(value, 0) },
          ],
          rows: kinds,
        },
      },
      {
        text: [
          `The whole run, ${pictures}: ${duration(wholeMs)} (middle half ${spread}); its layers: ${percent(layersMs / wholeMs)} of it.`,
          "Compute: products and sums at the peak. Bytes: weights, input and output, each moved once, from the cache that holds them all (warm) or from where none does (cold). Roof: the larger of compute and warm.",
          `Why: compute or memory where that takes at least ${percent(BOUND_SHARE, 0)} of the time; overhead is everything else: loads into registers, addresses, edges of the picture, the start of the layer.`,
          `medians of ${data.rounds} runs, seed ${data.seed}, ${machineName()}`,
          ...noiseWarning([
            { ms: wholeMs, quarter: data.quarterMs, threeQuarters: data.threeQuartersMs, rounds: data.rounds },
          ]),
          ...mismatchWarning(layers, layersMs, wholeMs),
        ].join("\n"),
      },
      { chart: rooflineChart(layers, data.ceilings, data.peak) },
      { chart: shareChart(kinds.map(([kind, , macs, , time]) => ({ kind, macs, time }))) },
      { chart: timeChart(layers) },
    ],
  };
}

function timeChart(layers: readonly RooflineRow[]): BarChart {
  return {
    kind: "bars",
    file: "layers",
    title: "Time of each layer, and what its roof allows",
    caption: "Milliseconds for one picture.",
    series: ["measured", "roof"],
    groups: layers.map(({ name, ms, roofMs }) => ({
      label: name,
      bars: [ms, roofMs].map((value) => ({ value, text: duration(value) })),
    })),
  };
}
