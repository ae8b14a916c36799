/** @file `separable compare`: counts and times two networks, or one and its twin of standard convolutions. */

import { savings } from "../../analysis/savings.ts";
import { TIERS } from "../../kernels/tiers.ts";
import { type Ceilings, machineCeilings } from "../../measure/ceilings.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { asUsage, type Command, readArguments, UsageError } from "../command.ts";
import { parseModel } from "../input/modelNames.ts";
import { threadsOf } from "../input/seeded.ts";
import { CHART_OPTIONS, chartHelp, checkDelivery, deliver } from "../report/deliver.ts";
import { compareData } from "../reports/compareData.ts";
import { BUDGET_MS, measureTier, ROUNDS } from "../reports/compareMeasure.ts";
import { compareReport } from "../reports/compareReport.ts";
import type { TierTimes } from "../reports/compareTables.ts";
import { progress } from "../terminal/terminal.ts";

/** Names of its tables; the first is what `--csv` prints. */
const TABLES = ["blocks", "totals", "macs", "parameters", "networks"];

const HELP = `Usage: separable compare [MODEL [OTHER]] [--quick] [--backend TIER] [--threads N] [--seed N]
                         [--json | --csv | --markdown] [--html FILE] [--svg FOLDER] [--force]

A network beside another one, or beside its twin made of standard convolutions: parameters, multiply-accumulates (MACs), bytes,
and time, measured here and now: in turns, medians, seeded random weights. Default model: mobilenet_v1_1.0_224.

  --quick         one round instead of up to fifteen
  --backend TIER  only this tier of kernels: ${TIERS.join(", ")}; default all
  --threads N     of the simd tier, default 1
  --seed N        of weights and image, default 1
${chartHelp(TABLES)}

${MODEL_NAMES}`;

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
      ...CHART_OPTIONS,
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
    await checkDelivery("compare", given, TABLES);
    progress("measuring the machine");
    const alone = await machineCeilings();
    const ceilingsOf = new Map([[1, alone]]);
    if (threads > 1) ceilingsOf.set(threads, await machineCeilings({ threads }));
    const rounds = given.flag("quick") ? 1 : ROUNDS;
    const times: TierTimes[] = [];
    const ceilings = (n: number): Ceilings => ceilingsOf.get(n) ?? alone;
    for (const tier of tiers) {
      times.push(await measureTier(counted, tier, { threads, rounds, budget: BUDGET_MS, seed, ceilings }));
    }
    progress("");
    await deliver("compare", given, TABLES, compareReport(counted, times, seed), compareData(counted, times, seed));
    return 0;
  },
};
