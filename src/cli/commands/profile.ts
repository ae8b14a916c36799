/** @file `separable profile`: every layer of a network against the ceilings of the machine. */
import { sum } from "../../analysis/analyze.ts";
import { PRECISIONS } from "../../kernels/simd/engines.ts";
import { CHOICES, TIERS } from "../../kernels/tiers.ts";
import { machineCeilings } from "../../measure/ceilings.ts";
import { peakOf, roofline } from "../../measure/roofline.ts";
import { isNoisy, timeInTurns, timeSessions } from "../../measure/timing.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork, weightsWords } from "../input/network.ts";
import { seededRun } from "../input/seeded.ts";
import { integer, word } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { DEFAULT_MODEL, described, FILE, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver, machineName } from "../report/deliver.ts";
import { profileReport } from "../reports/profileReport.ts";
import { progress, showRounds } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

const BUDGET_MS = 20_000;

export const profile: Command = command({
  name: "profile",
  summary: "every layer of a network against the ceilings of the machine",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Every layer of a network: multiply-adds (MACs), bytes, what the ceilings of this machine allow, what it takes, and what keeps it
from being faster: compute, memory or overhead. Default model: mobilenet_v1_1.0_224.`,
  options: {
    backend: word("TIER", TIERS, "simd", `of kernels: ${TIERS.join(", ")}; default simd`),
    threads: THREADS,
    precision: word("P", PRECISIONS, "exact", `of the simd tier: ${PRECISIONS.join(" or ")}; default exact`),
    batch: integer("N", [1, 1024], 1, "images per run, default 1; layers are always timed on one image"),
    rounds: integer("N", [1], 25, "measured runs, default 25, fewer if they would take more than 20 seconds"),
    seed: described(SEED, "of the image, and of the weights where MODEL has none; default 1"),
    ...FILE,
    ...chartOptions(["layers", "types"]),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    const { backend, threads, precision, batch, rounds, seed } = given.options;
    if (!CHOICES[backend].emits && (threads > 1 || precision === "fast")) {
      throw new UsageError(`profile: --threads and --precision are for the simd tier, not for ${backend}`);
    }
    await checkDelivery("profile", given);
    const network = await typedNetwork("profile", given.operands[0] ?? DEFAULT_MODEL, given.options);
    const { graph } = network;

    progress("measuring the machine");
    const { session, inputs } = await seededRun(network, seed, { backend, threads, precision }, batch);
    try {
      const ceilings = await machineCeilings({ threads: session.threads });
      const { warmup } = CHOICES[backend];
      const timing = { rounds, budget: BUDGET_MS / 2, warmup, onRound: showRounds() };
      const [layered] = await timeSessions([{ session, inputs }], timing);
      const [whole] = await timeInTurns([{ run: () => session.runAll(inputs) }], timing);
      progress("");
      const peak = peakOf(ceilings, session);
      const rows = roofline(session.graph, layered.layers, ceilings, peak);
      const data = {
        model: graph.name,
        machine: machineName(),
        backend: session.backend,
        threads: session.threads,
        precision: session.precision,
        batch,
        seed,
        weights: weightsWords([network], seed),
        rounds: whole.rounds,
        layerRounds: layered.rounds,
        isNoisy: isNoisy(whole),
        ceilings,
        peak,
        wholeMs: whole.ms / batch,
        quarterMs: whole.quarter / batch,
        threeQuartersMs: whole.threeQuarters / batch,
        layersMs: sum(rows, ({ ms }) => ms),
        roofMs: sum(rows, ({ roofMs }) => roofMs),
        layers: rows,
      };
      await deliver("profile", given, profileReport(data), data);
    } finally {
      session.dispose();
    }
    return 0;
  },
});
