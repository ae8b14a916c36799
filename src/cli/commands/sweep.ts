/** @file `separable sweep`: counts and times one family of networks over widths and resolutions, and fits a line. */
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { TIERS } from "../../kernels/tiers.ts";
import { clock } from "../../report/forms/numbers.ts";
import { sweepNetworks } from "../../report/sweep/sweep.ts";
import { sweepReport } from "../../report/sweep/sweepReport.ts";
import { type Command, command } from "../command.ts";
import { GRID, sweepGrid } from "../input/sweepGrid.ts";
import { flag, integer, word } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { checkThreads, DEFAULT_MODEL, described, FILE, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";
import { progress, showProgress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

/** Estimated milliseconds above which a sweep asks for confirmation. */
const LONG_MS = 60_000;

const OPTIONS = {
  ...GRID,
  backend: word("TIER", TIERS, "simd", `of kernels: ${TIERS.join(", ")}; default simd`),
  threads: THREADS,
  rounds: integer(
    "N",
    [1],
    undefined,
    "measured runs of each network, in turns; default 15, or as many as fit half a second",
  ),
  seed: described(SEED, "of images, and of weights where MODEL has none; default 1"),
  ...FILE,
  yes: flag("does not ask, even if it takes more than a minute"),
  ...chartOptions(["networks", "macs", "times"]),
};

export const sweep: Command = command({
  name: "sweep",
  summary: "time a family of networks over widths and resolutions, and fit a line",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Times the networks of one family at every width (alpha) and resolution: multiply-adds (MACs), parameters, measured time, and the
straight line of time over multiply-adds. MODEL: a family, which is a model without a size, e.g. mobilenet_v1 (default),
mobilenet_v1_standard, mobilenet_v2, mobilenet_v3_small, mobilenet_v4_conv_small, fashion; or a file, with --resolutions.`,
  options: OPTIONS,
  run: async (given) => {
    const grid = await sweepGrid(given.operands[0] ?? DEFAULT_MODEL, given.options);
    const { backend, threads, rounds, seed, yes: isSure } = given.options;
    checkThreads("sweep", threads, backend);
    await checkDelivery("sweep", given);
    const data = await sweepNetworks(grid, {
      backend,
      threads,
      rounds,
      seed,
      onProgress: showProgress,
      onEstimate: (ms, runs) => (isSure || ms < LONG_MS ? undefined : confirm(grid.length, runs, ms)),
    });
    progress("");
    await deliver("sweep", given, sweepReport(data), data);
    return 0;
  },
});

/** Asks for confirmation of a long sweep; off a terminal it requires `--yes`. */
async function confirm(networks: number, rounds: number, ms: number): Promise<void> {
  const length = `${networks} networks, ${rounds} runs of each, take about ${clock(ms / 1000)} (h:mm:ss or m:ss)`;
  if (!stdin.isTTY || !stdout.isTTY)
    throw new UsageError(`sweep: ${length}; needs --yes, or fewer --rounds or networks`);
  const asked = createInterface({ input: stdin, output: stdout });
  const answer = await asked.question(`${length}. Go on? [y/N] `);
  asked.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError("sweep: not begun");
}
