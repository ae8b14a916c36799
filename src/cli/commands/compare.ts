/** @file `separable compare`: counts and times two networks, or one and its twin of standard convolutions. */

import { TIERS } from "../../kernels/tiers.ts";
import { compareNetworks } from "../../report/compare/compare.ts";
import { compareReport } from "../../report/compare/compareReport.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { type TypedNetwork, typedNetwork } from "../input/network.ts";
import { flag, word } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { checkThreads, DEFAULT_MODEL, described, FILE, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";
import { progress, showProgress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

export const compare: Command = command({
  name: "compare",
  summary: "a network beside its standard twin or another one: parameters, MACs, time",
  usage: "[MODEL [OTHER]]",
  maxOperands: 2,
  about: `Compares a network with another one, or with its twin of standard convolutions: parameters, multiply-accumulates (MACs), bytes,
and time, measured here and now: in turns, medians, seeded random weights. Default model: mobilenet_v1_1.0_224.`,
  options: {
    quick: flag("one round of each tier instead of fifteen or more"),
    backend: word("TIER", ["all", ...TIERS], "all", `only this tier of kernels: ${TIERS.join(", ")}; default all`),
    threads: THREADS,
    seed: described(SEED, "of the image, and of the weights where a network has none; default 1"),
    ...FILE,
    ...chartOptions(["blocks", "totals", "macs", "parameters", "networks"]),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    const { backend, threads, seed, quick } = given.options;
    checkThreads("compare", threads, backend);
    const backends = backend === "all" ? TIERS : [backend];
    await checkDelivery("compare", given);
    const [typed = DEFAULT_MODEL, other] = given.operands;
    const first = await typedNetwork("compare", typed, given.options);
    const second = other === undefined ? twinOf(typed, first) : await typedNetwork("compare", other, given.options);
    const data = await compareNetworks(first, second, {
      backends,
      threads,
      seed,
      ...(quick && { rounds: 1 }),
      onProgress: showProgress,
    });
    progress("");
    await deliver("compare", given, compareReport(data), data);
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
