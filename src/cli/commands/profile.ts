/** @file `separable profile`: every layer of a network against the ceilings of the machine. */
import { PRECISIONS } from "../../kernels/simd/engines.ts";
import { CHOICES, TIERS } from "../../kernels/tiers.ts";
import { profileNetwork } from "../../report/profile/profile.ts";
import { profileReport } from "../../report/profile/profileReport.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork } from "../input/network.ts";
import { integer, word } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { DEFAULT_MODEL, described, FILE, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";
import { progress, showProgress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

export const profile: Command = command({
  name: "profile",
  summary: "compare every layer of a network with the ceilings of the machine",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Lists for every layer of a network: multiply-adds (MACs), bytes, the time that the ceilings of this machine allow, the measured
time, and what limits it: compute, memory or overhead. Default model: mobilenet_v1_1.0_224.`,
  options: {
    backend: word("TIER", TIERS, "simd", `of kernels: ${TIERS.join(", ")}; default simd`),
    threads: THREADS,
    precision: word("P", PRECISIONS, "exact", `of the simd tier: ${PRECISIONS.join(" or ")}; default exact`),
    batch: integer("N", [1, 1024], 1, "images per run, default 1; layers are always timed on one image"),
    rounds: integer(
      "N",
      [1],
      undefined,
      "measured runs; default 25, or as many as fit half a second, in at most 20 seconds",
    ),
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
    progress("measuring the machine");
    const data = await profileNetwork(network, {
      backend,
      threads,
      precision,
      batch,
      rounds,
      seed,
      onProgress: showProgress,
    });
    progress("");
    await deliver("profile", given, profileReport(data), data);
    return 0;
  },
});
