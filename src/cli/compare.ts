/** @file `separable compare`: a network beside its twin of standard convolutions, counted and timed. */
import { type Measurement, measureInTurns } from "../analysis/measure.ts";
import { type BlockSaving, type Savings, savings } from "../analysis/savings.ts";
import { Session } from "../graph/session.ts";
import { randomWeights } from "../graph/weights.ts";
import { TIERS, type Tier } from "../kernels/index.ts";
import { MODEL_NAMES } from "../models/named.ts";
import { random, randomTensor } from "../tensor/random.ts";
import { asUsage, type Command, readArguments, UsageError } from "./command.ts";
import { parseModel } from "./modelNames.ts";
import { table } from "./table.ts";
import { duration, integer, percent, print, printJson, progress, ratio, style } from "./terminal.ts";

const HELP = `Usage: separable compare [MODEL] [--quick] [--backend TIER] [--seed N] [--json]

A depthwise-separable network beside the same network made of standard convolutions: parameters, multiply-accumulates
(MACs), and time, measured here and now: in turns, medians, seeded random weights. Default model: mobilenet_v1_1.0_224.

  --quick         one round instead of up to five
  --backend TIER  only this tier of kernels: ${TIERS.join(", ")}; default all
  --seed N        of weights and picture, default 1
  --json          the same as JSON

${MODEL_NAMES}`;

/** Rounds at most, and milliseconds for all of a tier's rounds. One round is always run. */
const ROUNDS = 5;
const BUDGET_MS = 15_000;

/** One tier's times for both networks. */
interface TierTimes {
  readonly tier: Tier;
  readonly separable: Measurement;
  readonly standard: Measurement;
}

export const compare: Command = {
  name: "compare",
  summary: "a separable network beside its standard twin: parameters, MACs, time",
  help: HELP,
  run: async (args) => {
    const options = {
      quick: { type: "boolean" },
      backend: { type: "string" },
      seed: { type: "string" },
      json: { type: "boolean" },
    } as const;
    const given = readArguments("compare", args, options, 1);
    const model = parseModel("compare", given.positionals[0] ?? "mobilenet_v1");
    if (model.isStandard) {
      throw new UsageError(`compare: ${given.positionals[0]} is the twin itself, needs the separable model`);
    }
    const backend = given.word("backend", "all", ["all", ...TIERS]);
    const seed = given.integer("seed", 1, 0);
    const tiers = backend === "all" ? TIERS : [backend];
    const counted = asUsage(() => savings(model.graph));
    if (!given.flag("json")) print(renderCounts(counted));
    const times = await measure(counted, tiers, given.flag("quick") ? 1 : ROUNDS, seed);
    if (given.flag("json")) printJson(asJson(counted, times, seed));
    else print(renderTimes(counted, times, seed));
    return 0;
  },
};

async function measure(
  counted: Savings,
  tiers: readonly Tier[],
  rounds: number,
  seed: number,
): Promise<readonly TierTimes[]> {
  const networks = [counted.separable.graph, counted.standard.graph].map((graph) => {
    return { graph, weights: randomWeights(graph, seed) };
  });
  const picture = randomTensor(counted.separable.graph.input.shape, random(seed + 1));
  const times: TierTimes[] = [];
  for (const tier of tiers) {
    const sessions: Session[] = [];
    for (const { graph, weights } of networks) sessions.push(await Session.create(graph, weights, { backend: tier }));
    const [separable, standard] = await measureInTurns(sessions, picture, {
      rounds,
      budget: BUDGET_MS,
      warmup: tier === "naive" ? 0 : 1, // a naive run takes seconds, long enough to warm up by itself
      onRound: (round, of) => progress(`measuring ${tier}: ${round === 0 ? "warming up" : `round ${round} of ${of}`}`),
    });
    for (const session of sessions) session.dispose();
    times.push({ tier, separable, standard });
  }
  progress("");
  return times;
}

function renderCounts({ separable, standard, promised }: Savings): string {
  const [a, b] = [separable.analysis.total, standard.analysis.total];
  const row = (name: string, x: number, y: number): string[] => [name, integer(x), integer(y), ratio(y / x)];
  const counts = table(
    [{ title: "", align: "left" }, { title: "separable" }, { title: "standard" }, { title: "ratio" }],
    [
      ["multiply-accumulates (MACs)", integer(a.macs), integer(b.macs), ratio(promised)],
      row("parameters, trainable", a.parameters.trainable, b.parameters.trainable),
      row("parameters, without batch norm", a.parameters.withoutBatchNorm, b.parameters.withoutBatchNorm),
      row("bytes of weights", a.weightBytes, b.weightBytes),
    ],
  );
  return [style("bold", `${separable.graph.name} beside its twin of standard convolutions`), "", counts, ""].join("\n");
}

function renderTimes(counted: Savings, times: readonly TierTimes[], seed: number): string {
  const fastest = times[times.length - 1];
  const layers = table(
    [
      { title: "block", align: "left" },
      { title: "output" },
      { title: "separable MACs" },
      { title: "standard MACs" },
      { title: "promised" },
      { title: "separable" },
      { title: "standard" },
      { title: "arrived" },
    ],
    counted.blocks.map((block) => blockRow(block, fastest)),
  );
  const totals = table(
    [
      { title: "tier", align: "left" },
      { title: "rounds" },
      { title: "separable" },
      { title: "standard" },
      { title: "arrived" },
      { title: `of ${ratio(counted.promised)}` },
    ],
    times.map(({ tier, separable, standard }) => [
      tier,
      String(separable.rounds),
      duration(separable.ms),
      duration(standard.ms),
      ratio(standard.ms / separable.ms),
      percent(standard.ms / separable.ms / counted.promised, 0),
    ]),
  );
  return [
    style("bold", `Block by block, times by the ${fastest.tier} tier`),
    "",
    layers,
    "",
    "promised: standard MACs / separable MACs = 1 / (1/N + 1/k²) for N outputs and a k×k kernel; arrived: the same in time",
    "",
    style("bold", "Promised and arrived: the whole network, one picture, measured on this machine"),
    "",
    totals,
    "",
    `medians, in turns, seed ${seed}, Node ${process.version}`,
  ].join("\n");
}

function blockTimes(block: BlockSaving, { separable, standard }: TierTimes): [separable: number, standard: number] {
  const own = block.separable.reduce((sum, layer) => sum + (separable.layers.get(layer.name) ?? 0), 0);
  return [own, standard.layers.get(block.standard.name) ?? 0];
}

function blockRow(block: BlockSaving, times: TierTimes): string[] {
  const [separable, standard] = blockTimes(block, times);
  const isSame = block.separable.length === 1;
  return [
    block.separable.map((layer) => layer.name).join(" + "),
    block.standard.outputShape.slice(1).join("×"),
    integer(block.separableMacs),
    integer(block.standardMacs),
    isSame ? "the same" : ratio(block.promised),
    duration(separable),
    duration(standard),
    isSame ? "" : ratio(standard / separable),
  ];
}

function asJson(counted: Savings, times: readonly TierTimes[], seed: number): object {
  return {
    separable: { name: counted.separable.graph.name, ...counted.separable.analysis.total },
    standard: { name: counted.standard.graph.name, ...counted.standard.analysis.total },
    promised: counted.promised,
    tiers: times.map((t) => ({
      tier: t.tier,
      rounds: t.separable.rounds,
      separableMs: t.separable.ms,
      standardMs: t.standard.ms,
      arrived: t.standard.ms / t.separable.ms,
      blocks: counted.blocks.map((block) => {
        const [separableMs, standardMs] = blockTimes(block, t);
        const { name, separableMacs, standardMacs, promised } = block;
        return {
          name,
          separableMacs,
          standardMacs,
          promised,
          separableMs,
          standardMs,
          arrived: standardMs / separableMs,
        };
      }),
    })),
    seed,
    node: process.version,
  };
}
