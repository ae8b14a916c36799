/** @file The report of `separable profile`. */
import { sum } from "../../analysis/analyze.ts";
import { BOUND_SHARE, type RooflineRow } from "../../measure/roofline.ts";
import { duration, integer, percent, size } from "../forms/numbers.ts";
import { mismatchWarning, noiseWarning } from "../noise.ts";
import { originOf } from "../origin.ts";
import { type Cell, measuredCell, measuredTitle, measuredWords, ONE_ROUND, type Report, reportOf } from "../report.ts";
import type { NetworkProfile } from "./profile.ts";
import { rooflineChart, shareChart, timeChart } from "./profileCharts.ts";

/**
 * The tables and charts of a profile, the roofline among them.
 *
 * @param data from `profileNetwork`, or its JSON
 * @throws ShapeError for anything else
 *
 * @example
 * const report = profileReport(await profileNetwork({ graph: fashionNet() }, { rounds: 1 }));
 * report.title; // "fashion_1.0_28 against the ceilings of this machine"
 */
export function profileReport(data: NetworkProfile): Report {
  return reportOf("profileReport", "profileNetwork", data, () => report(data));
}

function report(data: NetworkProfile): Report {
  const { layers, layerRounds, layersMs, roofMs, wholeMs, batch } = data;
  const total = (value: (row: RooflineRow) => number): number => sum(layers, value);
  const ratio = (value: number): string => value.toFixed(1);
  const columns = [
    { title: "layer" },
    { title: "type", align: "left" as const },
    { title: "MACs", show: integer },
    { title: "weights", long: "weights, bytes", rank: 2, show: size },
    { title: "input", long: "input, bytes", rank: 3, show: size },
    { title: "output", long: "output, bytes", rank: 3, show: size },
    { title: "FLOPs/byte", rank: 5, show: ratio },
    { title: "compute", long: "compute, ms", rank: 1, show: duration },
    { title: "warm bytes", long: "warm bytes, ms", rank: 1, show: duration },
    { title: "cold bytes", long: "cold bytes, ms", rank: 4, show: duration },
    { title: "measured", long: measuredTitle("measured, ms", layerRounds), show: duration },
    { title: "of roof", long: measuredTitle("share of roof", layerRounds), show: (share: number) => percent(share, 0) },
    { title: "why", align: "left" as const },
  ];
  const once = (value: number): Cell => measuredCell(value, layerRounds);
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
    once(row.ms),
    once(row.share),
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
    once(layersMs),
    once(roofMs / layersMs),
    "",
  ];
  const kinds = [...new Set(layers.map(({ kind }) => kind))].map((kind) => {
    const own = layers.filter((row) => row.kind === kind);
    const [macs, ms, roof] = [sum(own, (row) => row.macs), sum(own, (row) => row.ms), sum(own, (row) => row.roofMs)];
    const [speed, share] = ms > 0 ? [(2 * macs) / ms / 1e6, roof / ms] : [0, 0]; // a coarse clock
    const all = total((row) => row.macs);
    return { kind, layers: own.length, macs: macs / all, ms, time: ms / layersMs, speed, share };
  });
  const share = (value: number): string => percent(value, 1);
  const half = `middle half ${duration(data.quarterMs)} to ${duration(data.threeQuartersMs)}`;
  const spread = data.rounds === 1 ? "one round" : half;
  const images = batch === 1 ? "one image" : `each of ${batch} images`;
  return {
    title: `${data.model} against the ceilings of this machine`,
    origin: originOf("profile", data),
    parts: [
      {
        text: `${data.backend} tier, ${data.threads === 1 ? "one thread" : `${data.threads} threads`}; peak ${data.peak.toFixed(1)} GFLOP/s, reading ${data.ceilings.reads[0].gbps.toFixed(0)} GB/s from near, ${data.ceilings.reads.at(-1)?.gbps.toFixed(0)} GB/s from afar`,
      },
      { table: { name: "layers", title: "Layer by layer, one image", columns, rows: [...rows, [], sums] } },
      {
        table: {
          name: "types",
          title: "By type of layer",
          columns: [
            { title: "type" },
            { title: "layers" },
            { title: "of all MACs", long: "share of all MACs", show: share },
            { title: "measured", long: measuredTitle("measured, ms", layerRounds), show: duration },
            { title: "of all time", long: measuredTitle("share of all time", layerRounds), show: share },
            { title: "GFLOP/s", long: measuredTitle("GFLOP/s", layerRounds), show: ratio },
            {
              title: "of roof",
              long: measuredTitle("share of roof", layerRounds),
              show: (value: number) => percent(value, 0),
            },
          ],
          rows: kinds.map(({ kind, layers: own, macs, ms, time, speed, share: ofRoof }) => {
            return [kind, own, macs, once(ms), once(time), once(speed), once(ofRoof)];
          }),
        },
      },
      {
        text: [
          `The whole run, ${images}: ${measuredWords(duration(wholeMs), data.rounds)} (${spread}); its layers: ${percent(layersMs / wholeMs)} of it.`,
          "Compute: products and sums at the peak. Bytes: weights, input and output, each moved once, from the cache that holds them all (warm) or from where none does (cold). Roof: the larger of compute and warm.",
          `Why: compute or memory where that takes at least ${percent(BOUND_SHARE, 0)} of the time; overhead is everything else: loads into registers, addresses, edges of the image, the start of the layer.`,
          ...(Math.min(data.rounds, layerRounds) === 1 ? [ONE_ROUND] : []),
          `medians of ${data.rounds} ${data.rounds === 1 ? "run" : "runs"}, ${data.weights}, ${data.machine}`,
          ...noiseWarning([
            { ms: wholeMs, quarter: data.quarterMs, threeQuarters: data.threeQuartersMs, rounds: data.rounds },
          ]),
          ...mismatchWarning(layers, layersMs, wholeMs),
        ].join("\n"),
      },
      { chart: rooflineChart(layers, data.ceilings, data.peak, layerRounds) },
      { chart: shareChart(kinds, layerRounds) },
      { chart: timeChart(layers, layerRounds) },
    ],
  };
}
