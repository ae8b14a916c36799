/** @file `separable compare`: counts and times two networks, or one and its twin. */
import type { Graph } from "../../graph/graph.ts";
import { defaultLayers } from "../../graph/separable/layers.ts";
import { separablePairs } from "../../graph/separable/pairs.ts";
import { toSeparable } from "../../graph/separable/toSeparable.ts";
import { toStandard } from "../../graph/separable/toStandard.ts";
import { ALGORITHM_CHOICES, withAlgorithm } from "../../graph/withAlgorithm.ts";
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
  summary: "compare a network with its twin or another one: parameters, MACs, time",
  usage: "[MODEL [OTHER]]",
  maxOperands: 2,
  about: `Compares a network with another one or with its twin: the standard twin of a separable network, or the separable twin of a
standard one, which is then listed first. Reports parameters, multiply-accumulates (MACs), bytes and measured time: medians
of runs in turns, with seeded random weights if a network has none. Default model: mobilenet_v1_1.0_224.`,
  options: {
    quick: flag("one round of each tier instead of fifteen or more"),
    backend: word("TIER", ["all", ...TIERS], "all", `only this tier of kernels: ${TIERS.join(", ")}; default all`),
    standard: word(
      "ALGORITHM",
      ALGORITHM_CHOICES,
      "direct",
      `how the second network computes its standard convolutions: ${ALGORITHM_CHOICES.join(", ")};
default direct`,
    ),
    threads: THREADS,
    seed: described(SEED, "of the image, and of the weights where a network has none; default 1"),
    ...FILE,
    ...chartOptions(["blocks", "totals", "macs", "parameters", "networks"]),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    const { backend, threads, seed, quick, standard } = given.options;
    checkThreads("compare", threads, backend);
    const backends = backend === "all" ? TIERS : [backend];
    await checkDelivery("compare", given);
    const [typed = DEFAULT_MODEL, other] = given.operands;
    const network = await typedNetwork("compare", typed, given.options);
    const pair: readonly [TypedNetwork, TypedNetwork] =
      other === undefined ? withTwin(typed, network) : [network, await typedNetwork("compare", other, given.options)];
    const [first, second] = pair;
    const rival = standard === "direct" ? second : { ...second, graph: withAlgorithm(second.graph, standard) };
    const data = await compareNetworks(first, rival, {
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

/** A network and its twin, the separable one first: of standard convolutions if it is separable, else separable. */
function withTwin(typed: string, network: TypedNetwork): readonly [TypedNetwork, TypedNetwork] {
  const { graph } = network;
  const twin = (made: Graph): TypedNetwork => ({ source: made.name, graph: made, weights: null, model: null });
  if (separablePairs(graph).length > 0) return [network, twin(toStandard(graph))];
  if (defaultLayers(graph).size > 0) return [twin(toSeparable(graph)), network];
  throw new UsageError(
    `compare: ${typed} has neither separable blocks nor standard convolutions that could be made separable, needs a second model: compare ${typed} OTHER`,
  );
}
