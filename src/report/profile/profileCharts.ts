/** @file Charts of measured layers: the roofline, and each layer type's share of work and time. */
import type { Ceilings } from "../../measure/ceilings.ts";
import type { RooflineRow } from "../../measure/roofline.ts";
import type { BarChart, PlaneChart } from "../forms/chart.ts";
import { duration, percent } from "../forms/numbers.ts";
import { measuredWords } from "../report.ts";
import type { KindProfile } from "./profileTables.ts";

/** Types of layers in words. */
const TYPES: Readonly<Record<string, string>> = {
  conv: "standard convolution",
  depthwise: "depthwise convolution",
  pointwise: "pointwise convolution",
  dense: "dense layer",
  pool: "pooling",
};

/** Plots GFLOP/s over FLOPs per byte: a dot per layer that multiplies, under the roofs of near and far memory. */
export function rooflineChart(
  layers: readonly RooflineRow[],
  { reads }: Ceilings,
  peak: number,
  rounds: number,
): PlaneChart {
  const own = layers.filter(({ macs }) => macs > 0);
  const max = Math.max(...own.map(({ intensity }) => intensity)) * 2;
  const min = Math.min(...own.map(({ intensity }) => intensity)) / 6; // room for the labels along the slopes
  const roofs = [reads[0], reads[reads.length - 1]].map(({ gbps }, i) => ({
    name: `${i === 0 ? "from the nearest cache" : "from memory"}: ${gbps.toFixed(0)} GB/s, at most ${peak.toFixed(1)} GFLOP/s`,
    points: [min, Math.min(Math.max(peak / gbps, min), max), max].map((x) => ({
      x,
      y: Math.min(peak, gbps * x),
      name: "",
    })),
    labels: [
      `${i === 0 ? "nearest cache" : "memory"}, ${gbps.toFixed(0)} GB/s`,
      i === 0 ? "" : `products and sums, ${peak.toFixed(0)} GFLOP/s`,
    ],
  }));
  return {
    kind: "plane",
    file: "roofline",
    title: "Roofline",
    caption:
      "Each dot is a layer: its speed over its work per byte. The lines are what the machine allows: " +
      "flat where products and sums are the limit, sloped where bytes are, from the nearest cache (left) and from memory.",
    x: { title: "FLOPs per byte of weights, input and output", isLogarithmic: true },
    y: { title: "GFLOP/s", isLogarithmic: true },
    series: [...new Set(own.map(({ kind }) => kind))].map((kind) => ({
      name: TYPES[kind] ?? kind,
      points: own
        .filter((row) => row.kind === kind)
        .map(({ name, intensity, macs, ms, share }) => ({
          x: intensity,
          y: (2 * macs) / ms / 1e6,
          name: `${name}: ${measuredWords(duration(ms), rounds)}, ${measuredWords(percent(share, 0), rounds)} of its roof`,
        })),
    })),
    lines: roofs,
  };
}

/** Each layer type's share of the multiply-adds and of the time. */
export function shareChart(kinds: readonly KindProfile[], rounds: number): BarChart {
  return {
    kind: "bars",
    file: "work-and-time",
    title: "Work and time by type of layer",
    caption: "Shares of all multiply-adds, and of the time of all layers.",
    series: ["of the multiply-adds", "of the time"],
    groups: kinds.map(({ kind, macs, time }) => ({
      label: TYPES[kind] ?? kind,
      bars: [
        { value: macs, text: percent(macs) },
        { value: time, text: measuredWords(percent(time), rounds) },
      ],
    })),
  };
}

/** The measured time of each layer, and the time that its roof allows. */
export function timeChart(layers: readonly RooflineRow[], rounds: number): BarChart {
  return {
    kind: "bars",
    file: "layers",
    title: "Time of each layer, and what its roof allows",
    caption: "Milliseconds for one image.",
    series: ["measured", "roof"],
    groups: layers.map(({ name, ms, roofMs }) => ({
      label: name,
      bars: [
        { value: ms, text: measuredWords(duration(ms), rounds) },
        { value: roofMs, text: duration(roofMs) },
      ],
    })),
  };
}
