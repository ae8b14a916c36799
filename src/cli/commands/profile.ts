/** @file `separable profile`: every layer of a network against the ceilings of the machine. */
import { sum } from "../../analysis/analyze.ts";
import { PRECISIONS } from "../../kernels/simd/engines.ts";
import { TIERS } from "../../kernels/tiers.ts";
import { machineCeilings } from "../../measure/ceilings.ts";
import { peakOf, roofline } from "../../measure/roofline.ts";
import { isNoisy, timeInTurns, timeSessions } from "../../measure/timing.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { MAX_THREADS } from "../../runtime/threads.ts";
import { asUsage, type Command, readArguments, UsageError } from "../command.ts";
import { parseModel } from "../input/modelNames.ts";
import { seededRun } from "../input/seeded.ts";
import { CHART_OPTIONS, chartHelp, checkDelivery, deliver, machineName } from "../report/deliver.ts";
import { profileReport } from "../reports/profileReport.ts";
import { progress, showRounds } from "../terminal/terminal.ts";

/** Names of its tables; the first is what `--csv` prints. */
const TABLES = ["layers", "types"];

const HELP = `Usage: separable profile [MODEL] [--backend TIER] [--threads N] [--precision exact | fast] [--batch N] [--rounds N]
                         [--seed N] [--json | --csv | --markdown] [--html FILE] [--svg FOLDER] [--force]

Every layer of a network: multiply-adds (MACs), bytes, what the ceilings of this machine allow, what it takes, and what keeps it
from being faster: compute, memory or overhead. Default model: mobilenet_v1_1.0_224.

  --backend TIER  of kernels: ${TIERS.join(", ")}; default simd
  --threads N     of the simd tier, default 1
  --precision P   of the simd tier: ${PRECISIONS.join(" or ")}; default exact
  --batch N       images in a run, default 1; the layers are always those of one image
  --rounds N      measured runs, default 25, fewer where they would take more than 20 seconds
  --seed N        of weights and image, default 1
${chartHelp(TABLES)}

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
      ...CHART_OPTIONS,
    } as const;
    const given = readArguments("profile", args, options, 1);
    const model = parseModel("profile", given.positionals[0] ?? "mobilenet_v1");
    const backend = given.word("backend", "simd", TIERS);
    const threads = given.integer("threads", 1, 1, MAX_THREADS);
    const precision = given.word("precision", "exact", PRECISIONS);
    const batch = given.integer("batch", 1, 1, 1024);
    const rounds = given.integer("rounds", 25, 1);
    const seed = given.integer("seed", 1, 0);
    const graph = asUsage(() => model.graph());
    if (backend !== "simd" && (threads > 1 || precision === "fast")) {
      throw new UsageError(`profile: --threads and --precision are for the simd tier, not for ${backend}`);
    }
    await checkDelivery("profile", given, TABLES);

    progress("measuring the machine");
    const { session, image } = await seededRun(graph, seed, { backend, threads, precision }, batch);
    try {
      const ceilings = await machineCeilings({ threads: session.threads });
      const warmup = backend === "naive" ? 1 : 8; // a naive run takes seconds
      const timing = { rounds, budget: BUDGET_MS / 2, warmup, onRound: showRounds() };
      const [layered] = await timeSessions([{ session, image }], timing);
      const [whole] = await timeInTurns([{ run: () => session.run(image) }], timing);
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
      await deliver("profile", given, TABLES, profileReport(data), data);
    } finally {
      session.dispose();
    }
    return 0;
  },
};
