/** @file `separable compare`: counts and times two networks, or one and its twin of standard convolutions. */

import { savings } from "../../analysis/savings.ts";
import { TIERS } from "../../kernels/tiers.ts";
import { type Ceilings, machineCeilings } from "../../measure/ceilings.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { type TypedNetwork, typedNetwork, weightsWords } from "../input/network.ts";
import { flag, word } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { checkThreads, DEFAULT_MODEL, described, FILE, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver } from "../report/deliver.ts";
import { compareData } from "../reports/compareData.ts";
import { BUDGET_MS, measureTier, ROUNDS } from "../reports/compareMeasure.ts";
import { compareReport } from "../reports/compareReport.ts";
import type { TierTimes } from "../reports/compareTables.ts";
import { progress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

export const compare: Command = command({
  name: "compare",
  summary: "a network beside its standard twin or another one: parameters, MACs, time",
  usage: "[MODEL [OTHER]]",
  maxOperands: 2,
  about: `Compares a network with another one, or with its twin of standard convolutions: parameters, multiply-accumulates (MACs), bytes,
and time, measured here and now: in turns, medians, seeded random weights. Default model: mobilenet_v1_1.0_224.`,
  options: {
    quick: flag("one round instead of up to fifteen"),
    backend: word("TIER", ["all", ...TIERS], "all", `only this tier of kernels: ${TIERS.join(", ")}; default all`),
    threads: THREADS,
    seed: described(SEED, "of the image, and of the weights where a network has none; default 1"),
    ...FILE,
    ...chartOptions(["blocks", "totals", "macs", "parameters", "networks"]),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    const { backend, threads, seed } = given.options;
    checkThreads("compare", threads, backend);
    const tiers = backend === "all" ? TIERS : [backend];
    await checkDelivery("compare", given);
    const [typed = DEFAULT_MODEL, other] = given.operands;
    const first = await typedNetwork("compare", typed, given.options);
    const second = other === undefined ? twinOf(typed, first) : await typedNetwork("compare", other, given.options);
    const counted = savings(first.graph, second.graph);
    progress("measuring the machine");
    const alone = await machineCeilings();
    const ceilingsOf = new Map([[1, alone]]);
    if (threads > 1) ceilingsOf.set(threads, await machineCeilings({ threads }));
    const rounds = given.options.quick ? 1 : ROUNDS;
    const times: TierTimes[] = [];
    const ceilings = (n: number): Ceilings => ceilingsOf.get(n) ?? alone;
    for (const tier of tiers) {
      times.push(
        await measureTier(counted, [first.weights, second.weights], tier, {
          threads,
          rounds,
          budget: BUDGET_MS,
          seed,
          ceilings,
        }),
      );
    }
    progress("");
    const about = weightsWords([first, second], seed);
    await deliver("compare", given, compareReport(counted, times, about), compareData(counted, times, seed, about));
    return 0;
  },
});

/** The twin of standard convolutions. @throws UsageError if there is none */
function twinOf(typed: string, { model }: TypedNetwork): TypedNetwork {
  if (model?.twin === "has one")
    return { source: typed, model, weights: null, graph: model.graph({ convolution: "standard" }) };
  throw new UsageError(
    model?.twin === "is one"
      ? `compare: ${typed} is the twin itself, needs the separable model or a second one`
      : `compare: ${typed} has no twin of standard convolutions, needs a second model: compare mobilenet_v1 ${typed}`,
  );
}
