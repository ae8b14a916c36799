/** @file The report of `separable profile`. */
import { shareOf } from "../../analysis/analyze.ts";
import { BOUND_SHARE } from "../../measure/roofline.ts";
import { duration, percent } from "../forms/numbers.ts";
import { mismatchWarning, noiseWarning } from "../noise.ts";
import { originOf } from "../origin.ts";
import { measuredWords, ONE_ROUND, type Report, reportOf } from "../report.ts";
import type { NetworkProfile } from "./profile.ts";
import { rooflineChart, shareChart, timeChart } from "./profileCharts.ts";
import { kindsOf, layersTable, typesTable } from "./profileTables.ts";

/**
 * Returns the tables and charts of a profile, including the roofline.
 *
 * @param data from `profileNetwork`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example
 * const report = profileReport(await profileNetwork({ graph: fashionNet() }, { rounds: 1 }));
 * report.title; // "fashion_1.0_28 against the ceilings of this machine"
 */
export function profileReport(data: NetworkProfile): Report {
  return reportOf("profileReport", "profileNetwork", data, () => report(data));
}

function report(data: NetworkProfile): Report {
  const { backend, threads, peak, ceilings, layers, layerRounds } = data;
  const [near, far] = [ceilings.reads[0], ceilings.reads[ceilings.reads.length - 1]].map(({ gbps }) => gbps.toFixed(0));
  const kinds = kindsOf(data);
  return {
    title: `${data.model} against the ceilings of this machine`,
    origin: originOf("profile", data),
    parts: [
      {
        text: `${backend} tier, ${threads === 1 ? "one thread" : `${threads} threads`}; peak ${peak.toFixed(1)} GFLOP/s, reading ${near} GB/s from near, ${far} GB/s from afar`,
      },
      { table: layersTable(data) },
      { table: typesTable(kinds, layerRounds) },
      { text: notesOf(data).join("\n") },
      { chart: rooflineChart(layers, ceilings, peak, layerRounds) },
      { chart: shareChart(kinds, layerRounds) },
      { chart: timeChart(layers, layerRounds) },
    ],
  };
}

function notesOf(data: NetworkProfile): readonly string[] {
  const {
    layers,
    layerRounds,
    layersMs,
    wholeMs: ms,
    quarterMs: quarter,
    threeQuartersMs: threeQuarters,
    batch,
    rounds,
  } = data;
  const spread = rounds === 1 ? "one round" : `middle half ${duration(quarter)} to ${duration(threeQuarters)}`;
  const images = batch === 1 ? "one image" : `each of ${batch} images`;
  return [
    `The whole run, ${images}: ${measuredWords(duration(ms), rounds)} (${spread}); its layers: ${percent(shareOf(layersMs, ms))} of it.`,
    "Compute: products and sums at the peak. Bytes: weights, input and output, each moved once, from the cache that holds them all (warm) or from where none does (cold). Roof: the larger of compute and warm.",
    `Why: compute or memory where that takes at least ${percent(BOUND_SHARE, 0)} of the time; overhead is everything else: loads into registers, addresses, edges of the image, the start of the layer.`,
    ...(Math.min(rounds, layerRounds) === 1 ? [ONE_ROUND] : []),
    `medians of ${rounds} ${rounds === 1 ? "run" : "runs"}, ${data.weights}, ${data.machine}`,
    ...noiseWarning([["the whole run", { ms, quarter, threeQuarters, rounds }]]),
    ...mismatchWarning(layers, layersMs, ms),
  ];
}
