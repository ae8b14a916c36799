/** @file `separable sweep`: counts and times one family of networks over widths and resolutions, and fits a line. */
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { CHOICES, TIERS, type TierName } from "../../kernels/tiers.ts";
import { lineThrough } from "../../measure/line.ts";
import { timeInTurns } from "../../measure/timing.ts";
import type { Session } from "../../session/session.ts";
import { type Command, command } from "../command.ts";
import { seededRun } from "../input/seeded.ts";
import { GRID, type GridPoint, sweepGrid } from "../input/sweepGrid.ts";
import { flag, integer, word } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { checkThreads, DEFAULT_MODEL, described, FILE, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver, machineName } from "../report/deliver.ts";
import { type SweepPoint, sweepReport } from "../reports/sweepReport.ts";
import { clock, progress, showRounds } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

/** Estimated milliseconds above which a sweep asks for confirmation. */
const LONG_MS = 60_000;

const OPTIONS = {
  ...GRID,
  backend: word("TIER", TIERS, "simd", `of kernels: ${TIERS.join(", ")}; default simd`),
  threads: THREADS,
  rounds: integer("N", [1], 15, "measured runs of each network, in turns, default 15"),
  seed: described(SEED, "of images, and of weights where MODEL has none; default 1"),
  ...FILE,
  yes: flag("do not ask, even if it takes more than a minute"),
  ...chartOptions(["networks", "macs", "times"]),
};

export const sweep: Command = command({
  name: "sweep",
  summary: "a family of networks over widths and resolutions, and the line of time over MACs",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Networks of one family, at every width (alpha) and resolution: multiply-adds (MACs), parameters, measured time, and the
straight line of time over multiply-adds. MODEL: a family, which is a model without a size, e.g. mobilenet_v1 (default),
mobilenet_v1_standard, mobilenet_v2, mobilenet_v3_small, mobilenet_v4_conv_small, fashion; or a file, over resolutions alone.`,
  options: OPTIONS,
  run: async (given) => {
    const grid = await sweepGrid(given.operands[0] ?? DEFAULT_MODEL, given.options);
    const { backend, threads, rounds, seed, yes: isSure } = given.options;
    checkThreads("sweep", threads, backend);
    await checkDelivery("sweep", given);
    const timed = await time(grid, { backend, threads, rounds, seed, isSure });
    const line = lineThrough(timed.points.map(({ macs, ms }) => ({ x: macs, y: ms })));
    const data = { ...timed, rounds, seed, line, machine: machineName() };
    await deliver("sweep", given, sweepReport(data), data);
    return 0;
  },
});

interface Plan {
  readonly backend: TierName;
  readonly threads: number;
  readonly rounds: number;
  readonly seed: number;
  readonly isSure: boolean;
}

async function time(networks: readonly GridPoint[], { backend, threads, rounds, seed, isSure }: Plan) {
  const runs: { session: Session; run: () => Promise<unknown> }[] = [];
  try {
    for (const network of networks) {
      const { session, inputs } = await seededRun(network, seed, { backend, threads });
      runs.push({ session, run: () => session.runAll(inputs) });
    }
    const { warmup } = CHOICES[backend];
    const isSlow = warmup === 0;
    await confirm(networks, runs, (rounds + warmup) * (isSlow ? 1 : 2), isSure);
    const tasks = runs.map(({ run }) => (isSlow ? { run } : { run, before: run }));
    const timings = await timeInTurns(tasks, { rounds, warmup, onRound: showRounds() });
    progress("");
    const [{ session }] = runs;
    return {
      backend: session.backend,
      threads: session.threads,
      timings,
      points: networks.map(({ name, alpha, resolution, cost }, i): SweepPoint => {
        const { ms, quarter, threeQuarters } = timings[i];
        const parameters = cost.parameters.trainable;
        return { name, alpha, resolution, macs: cost.macs, parameters, ms, quarter, threeQuarters };
      }),
    };
  } finally {
    for (const { session } of runs) session.dispose();
  }
}

/** Asks for confirmation, with an estimate, if a sweep is long; off a terminal it requires `--yes`. */
async function confirm(
  networks: readonly { readonly cost: { readonly macs: number } }[],
  runs: readonly { readonly run: () => Promise<unknown> }[],
  times: number,
  isSure: boolean,
): Promise<void> {
  const smallest = networks.reduce((min, { cost }, i) => (cost.macs < networks[min].cost.macs ? i : min), 0);
  await runs[smallest].run(); // the first run of a session is slow
  const start = performance.now();
  await runs[smallest].run();
  const perMac = (performance.now() - start) / networks[smallest].cost.macs;
  const estimate = networks.reduce((sum, { cost }) => sum + cost.macs * perMac, 0) * times;
  if (isSure || estimate < LONG_MS) return;
  const length = `${networks.length} networks, ${times} runs of each, take about ${clock(estimate / 1000)} (h:mm:ss or m:ss)`;
  if (!stdin.isTTY || !stdout.isTTY)
    throw new UsageError(`sweep: ${length}; needs --yes, or fewer --rounds or networks`);
  const asked = createInterface({ input: stdin, output: stdout });
  const answer = await asked.question(`${length}. Go on? [y/N] `);
  asked.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError("sweep: not begun");
}
