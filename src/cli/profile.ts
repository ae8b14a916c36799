/** @file `separable profile`: every layer of a network against the ceilings of the machine. */
import { machineCeilings } from "../analysis/ceilings.ts";
import { peakOf, type RooflineRow, roofline } from "../analysis/roofline.ts";
import { isNoisy, timeInTurns, timeSessions } from "../analysis/timing.ts";
import { Session } from "../graph/session.ts";
import { randomWeights } from "../graph/weights.ts";
import { TIERS } from "../kernels/index.ts";
import { PRECISIONS } from "../kernels/simd/support.ts";
import { MOST_THREADS } from "../kernels/simd/team.ts";
import { MODEL_NAMES } from "../models/named.ts";
import { random, randomTensor } from "../tensor/random.ts";
import { asUsage, type Command, readArguments } from "./command.ts";
import { parseModel } from "./modelNames.ts";
import { noiseWarning, rooflineChart, shareChart } from "./profileCharts.ts";
import { checkDelivery, deliver, machineName, REPORT_HELP, REPORT_OPTIONS } from "./report/deliver.ts";
import type { Report } from "./report/report.ts";
import { duration, integer, percent, progress, size } from "./terminal.ts";

const HELP = `Usage: separable profile [MODEL] [--backend TIER] [--threads N] [--precision exact | fast] [--batch N] [--rounds N]
                         [--seed N] [--json | --csv | --markdown] [--html FILE] [--svg FOLDER] [--force]

Every layer of a network: multiply-adds (MACs), bytes, what the ceilings of this machine allow, what it takes, and what keeps it
from being faster: compute, memory or overhead. Default model: mobilenet_v1_1.0_224.

  --backend TIER  of kernels: ${TIERS.join(", ")}; default simd
  --threads N     of the simd tier, default 1
  --precision P   of the simd tier: ${PRECISIONS.join(" or ")}; default exact
  --batch N       pictures in a run, default 1; the layers are always those of one picture
  --rounds N      measured runs, default 25, fewer where they would take more than 20 seconds
  --seed N        of weights and picture, default 1
${REPORT_HELP}

${MODEL_NAMES}`;

const BUDGET_MS = 20_000;

export const profile: Command = {
  name: "profile",
  summary: "every layer of a network against the ceilings of the machine",
  help: HELP,
  run: async (args) => {
    const options = {
      backend: { type: "string" },
      threads: { type: "string" },
      precision: { type: "string" },
      batch: { type: "string" },
      rounds: { type: "string" },
      seed: { type: "string" },
      ...REPORT_OPTIONS,
    } as const;
    const given = readArguments("profile", args, options, 1);
    const model = parseModel("profile", given.positionals[0] ?? "mobilenet_v1");
    const backend = given.word("backend", "simd", TIERS);
    const threads = given.integer("threads", 1, 1, MOST_THREADS);
    const precision = given.word("precision", "exact", PRECISIONS);
    const batch = given.integer("batch", 1, 1, 1024);
    const rounds = given.integer("rounds", 25, 1);
    const seed = given.integer("seed", 1, 0);
    const graph = asUsage(() => model.graph());
    await checkDelivery("profile", given);

    progress("measuring the machine");
    const session = await Session.create(graph, randomWeights(graph, seed), { backend, threads, precision });
    const ceilings = await machineCeilings({ threads: session.threads });
    const [, ...extents] = graph.input.shape;
    const pictures = randomTensor([batch, ...extents], random(seed + 1));
    const onRound = (round: number, of: number): void =>
      progress(round === 0 ? "warming up" : `round ${round} of ${of}`);
    const warmup = backend === "naive" ? 0 : 8;
    const timing = { rounds, budget: BUDGET_MS / 2, warmup, onRound };
    const [layered] = await timeSessions([{ session, picture: pictures }], timing);
    const [whole] = await timeInTurns([{ run: () => session.run(pictures) }], timing);
    progress("");
    const peak = peakOf(ceilings, session);
    const rows = roofline(session.graph, layered.layers, ceilings, peak);
    session.dispose();

    const sum = rows.reduce((total, { ms }) => total + ms, 0);
    const roof = rows.reduce((total, { roofMs }) => total + roofMs, 0);
    const data = {
      model: graph.name,
      machine: machineName(),
      backend: session.backend,
      threads: session.threads,
      precision: session.precision,
      batch,
      seed,
      rounds: whole.rounds,
      isNoisy: isNoisy(whole),
      ceilings,
      peak,
      wholeMs: whole.ms / batch,
      quarterMs: whole.quarter / batch,
      threeQuartersMs: whole.threeQuarters / batch,
      layersMs: sum,
      roofMs: roof,
      layers: rows,
    };
    await deliver("profile", given, reportOf(data), data);
    return 0;
  },
};

type Profile = {
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
  readonly ceilings: Parameters<typeof rooflineChart>[1];
};

function reportOf(data: Profile): Report {
  const { layers, layersMs, roofMs, wholeMs, batch } = data;
  const total = (value: (row: RooflineRow) => number): number => layers.reduce((sum, row) => sum + value(row), 0);
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
    const of = (value: (row: RooflineRow) => number): number => own.reduce((sum, row) => sum + value(row), 0);
    const [macs, ms] = [of((row) => row.macs), of((row) => row.ms)];
    const mine = of((row) => row.roofMs) / ms;
    return [kind, own.length, macs / total((row) => row.macs), ms, ms / layersMs, (2 * macs) / ms / 1e6, mine] as const;
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
          `The whole run, ${pictures}: ${duration(wholeMs)} (middle half ${spread}); the layers add up to ${duration(layersMs)}, ${percent(layersMs / wholeMs)} of it.`,
          "compute: products and sums at the peak. bytes: weights, input and output, each moved once, from the cache that holds them",
          "all (warm) or from where none does (cold). Roof: the larger of compute and warm. Why: compute or memory where that",
          "takes at least 70 % of the time; overhead is everything else: loads into registers, addresses, edges, the start.",
          `medians of ${data.rounds} runs, seed ${data.seed}, ${machineName()}`,
          ...noiseWarning([
            { ms: wholeMs, quarter: data.quarterMs, threeQuarters: data.threeQuartersMs, rounds: data.rounds },
          ]),
        ].join("\n"),
      },
      { chart: rooflineChart(layers, data.ceilings, data.peak) },
      { chart: shareChart(kinds.map(([kind, , macs, , time]) => ({ kind, macs, time }))) },
      { chart: timeChart(layers) },
    ],
  };
}

function timeChart(layers: readonly RooflineRow[]) {
  return {
    kind: "bars" as const,
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
