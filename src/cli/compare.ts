/** @file `separable compare`: two networks, or one and its twin of standard convolutions, counted and timed. */
import { sum } from "../analysis/analyze.ts";
import { type Ceilings, machineCeilings } from "../analysis/ceilings.ts";
import { peakOf, roofline } from "../analysis/roofline.ts";
import { type Savings, savings } from "../analysis/savings.ts";
import { type SessionTiming, timeSessions } from "../analysis/timing.ts";
import type { Session } from "../graph/session.ts";
import { TIERS, type Tier } from "../kernels/index.ts";
import { MODEL_NAMES } from "../models/named.ts";
import { asUsage, type Command, readArguments, UsageError } from "./command.ts";
import { type BlockTimes, compareData, compareReport, type Side, type TierTimes } from "./compareReport.ts";
import { parseModel } from "./modelNames.ts";
import { checkDelivery, deliver, REPORT_HELP, REPORT_OPTIONS } from "./report/deliver.ts";
import { type SeededRun, seededRun, threadsOf } from "./seeded.ts";
import { progress, showRounds } from "./terminal.ts";

const HELP = `Usage: separable compare [MODEL [OTHER]] [--quick] [--backend TIER] [--threads N] [--seed N]
                         [--json | --csv | --markdown] [--html FILE] [--svg FOLDER] [--force]

A network beside another one, or beside its twin made of standard convolutions: parameters, multiply-accumulates (MACs), bytes,
and time, measured here and now: in turns, medians, seeded random weights. Default model: mobilenet_v1_1.0_224.

  --quick         one round instead of up to fifteen
  --backend TIER  only this tier of kernels: ${TIERS.join(", ")}; default all
  --threads N     of the simd tier, default 1
  --seed N        of weights and picture, default 1
${REPORT_HELP}

${MODEL_NAMES}`;

/** Rounds at most, and milliseconds for all of a tier's rounds. One round is always run. */
const ROUNDS = 15;
const BUDGET_MS = 6_000;

export const compare: Command = {
  name: "compare",
  summary: "a network beside its standard twin or another one: parameters, MACs, time",
  help: HELP,
  run: async (args) => {
    const options = {
      quick: { type: "boolean" },
      backend: { type: "string" },
      threads: { type: "string" },
      seed: { type: "string" },
      ...REPORT_OPTIONS,
    } as const;
    const given = readArguments("compare", args, options, 2);
    const model = parseModel("compare", given.positionals[0] ?? "mobilenet_v1");
    const other = given.positionals[1];
    if (other === undefined && model.twin !== "has one") {
      const [name] = given.positionals;
      throw new UsageError(
        model.twin === "is one"
          ? `compare: ${name} is the twin itself, needs the separable model or a second one`
          : `compare: ${name} has no twin of standard convolutions, needs a second model: compare mobilenet_v1 ${name}`,
      );
    }
    const backend = given.word("backend", "all", ["all", ...TIERS]);
    const threads = threadsOf("compare", given, backend);
    const seed = given.integer("seed", 1, 0);
    const tiers = backend === "all" ? TIERS : [backend];
    const graph = asUsage(() => model.graph());
    const twin = () => model.graph({ convolution: "standard" });
    const counted = savings(graph, asUsage(other === undefined ? twin : () => parseModel("compare", other).graph()));
    await checkDelivery("compare", given);
    progress("measuring the machine");
    const alone = await machineCeilings();
    const ceilingsOf = new Map([[1, alone]]);
    if (threads > 1) ceilingsOf.set(threads, await machineCeilings({ threads }));
    const rounds = given.flag("quick") ? 1 : ROUNDS;
    const times: TierTimes[] = [];
    for (const tier of tiers)
      times.push(await measure(counted, tier, threads, rounds, seed, (n) => ceilingsOf.get(n) ?? alone));
    progress("");
    await deliver("compare", given, compareReport(counted, times, seed), compareData(counted, times, seed));
    return 0;
  },
};

async function measure(
  counted: Savings,
  tier: Tier,
  threads: number,
  rounds: number,
  seed: number,
  ceilingsOf: (threads: number) => Ceilings,
): Promise<TierTimes> {
  const runs: SeededRun[] = [];
  try {
    for (const { graph } of [counted.first, counted.second]) {
      runs.push(await seededRun(graph, seed, { backend: tier, threads }));
    }
    const timings = await timeSessions(runs, {
      rounds,
      budget: BUDGET_MS,
      warmup: tier === "naive" ? 0 : tier === "simd" ? 4 : 1, // a naive run takes seconds, long enough to warm up by itself
      onRound: showRounds(`measuring ${tier}: `),
    });
    const [first, second] = runs.map(({ session }, i) => sideOf(session, timings[i], ceilingsOf(session.threads)));
    const blocks = counted.blocks.map((block): BlockTimes => {
      const ms = (layers: typeof block.first, of: ReadonlyMap<string, number>): number =>
        sum(layers, ({ name }) => of.get(name) ?? 0);
      return {
        firstMs: ms(block.first, first.timing.layers),
        secondMs: ms(block.second, second.timing.layers),
        firstRoofMs: ms(block.first, first.roofs),
        secondRoofMs: ms(block.second, second.roofs),
      };
    });
    return { tier, first, second, blocks };
  } finally {
    for (const { session } of runs) session.dispose();
  }
}

function sideOf(session: Session, timing: SessionTiming, ceilings: Ceilings): Side {
  const rows = roofline(session.graph, timing.layers, ceilings, peakOf(ceilings, session));
  const roofs = new Map(rows.map(({ name, roofMs }) => [name, roofMs]));
  return { timing, roofs, roofMs: sum(rows, ({ roofMs }) => roofMs) };
}
