/** @file `separable sweep`: counts and times one family of networks over widths and resolutions, and fits a line. */
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { analyze } from "../../analysis/analyze.ts";
import type { Graph } from "../../graph/graph.ts";
import { CHOICES, TIERS, type TierName } from "../../kernels/tiers.ts";
import { lineThrough } from "../../measure/line.ts";
import { timeInTurns } from "../../measure/timing.ts";
import type { Session } from "../../session/session.ts";
import { type Command, command } from "../command.ts";
import { parseModel } from "../input/modelNames.ts";
import { seededRun } from "../input/seeded.ts";
import { flag, integer, text, word } from "../options/option.ts";
import type { Given } from "../options/parse.ts";
import { chartOptions } from "../options/report.ts";
import { checkThreads, described, SEED, THREADS } from "../options/shared.ts";
import { checkDelivery, deliver, machineName } from "../report/deliver.ts";
import { type SweepPoint, sweepReport } from "../reports/sweepReport.ts";
import { clock, progress, showRounds } from "../terminal/terminal.ts";
import { asUsage, UsageError } from "../usage.ts";

const MAX_NETWORKS = 64;

/** Estimated milliseconds above which a sweep asks for confirmation. */
const LONG_MS = 60_000;

const OPTIONS = {
  alphas: text("LIST", "default: the published ones; mobilenet_v1: 1.0,0.75,0.5,0.25"),
  resolutions: text("LIST", "default: the published ones; mobilenet_v1: 224,192,160,128"),
  backend: word("TIER", TIERS, "simd", `of kernels: ${TIERS.join(", ")}; default simd`),
  threads: THREADS,
  rounds: integer("N", [1], 15, "measured runs of each network, in turns, default 15"),
  seed: described(SEED, "of weights and images, default 1"),
  yes: flag("do not ask, even if it takes more than a minute"),
  ...chartOptions(["networks", "macs", "times"]),
};

export const sweep: Command = command({
  name: "sweep",
  summary: "a family of networks over widths and resolutions, and the line of time over MACs",
  usage: "[FAMILY]",
  maxOperands: 1,
  about: `Networks of one family, at every width (alpha) and resolution: multiply-adds (MACs), parameters, measured time, and the
straight line of time over multiply-adds. Family: a model without a size, e.g. mobilenet_v1 (default), mobilenet_v1_standard,
mobilenet_v2, mobilenet_v3_small, mobilenet_v4_conv_small, fashion.`,
  options: OPTIONS,
  run: async (given) => {
    const grid = gridOf(given);
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

interface GridPoint {
  readonly alpha: number;
  readonly resolution: string;
  readonly graph: Graph;
}

function gridOf({ operands, options }: Given<typeof OPTIONS>): readonly GridPoint[] {
  const typed = operands[0] ?? "mobilenet_v1";
  const model = parseModel("sweep", typed);
  if (!model.isFamily) throw new UsageError(`sweep: ${typed} is one network, needs a family: ${model.family}`);
  /** Normalizes an item: 1.0 to 1, 32x32 to 32. */
  const plain = (item: string): string =>
    item
      .split("x")
      .map(Number)
      .join("x")
      .replace(/^(\d+)x\1$/, "$1");
  const list = (name: "alphas" | "resolutions", fallback: string, pattern: RegExp): readonly string[] => {
    const items = (options[name] ?? fallback).split(",").map((item) => item.trim());
    const wrong = items.find((item) => !pattern.test(item));
    if (wrong === undefined) return [...new Map(items.map((item) => [plain(item), item])).values()];
    throw new UsageError(`sweep: --${name} has ${JSON.stringify(wrong)}, needs a list such as ${fallback}`);
  };
  const { published } = model;
  const hasAlpha = published.alphas.length > 0;
  if (!hasAlpha && options.alphas !== undefined) throw new UsageError(`sweep: ${typed} has one width, no --alphas`);
  const alphas = hasAlpha ? list("alphas", published.alphas.join(","), /^\d+(\.\d+)?$/) : ["1"];
  const resolutions = list("resolutions", published.resolutions.join(","), /^\d+(x\d+)?$/);
  const count = alphas.length * resolutions.length;
  if (count > MAX_NETWORKS) throw new UsageError(`sweep: ${count} networks, needs at most ${MAX_NETWORKS}`);
  const networks = alphas.flatMap((alpha) =>
    resolutions.map((resolution) => {
      const [rows, columns = rows] = resolution.split("x").map(Number);
      const size = { resolution: [rows, columns] as const, ...(hasAlpha && { alpha: Number(alpha) }) };
      return { alpha: Number(alpha), resolution, graph: asUsage(() => model.graph(size)) };
    }),
  );
  if (new Set(networks.map(({ graph }) => analyze(graph).total.macs)).size < 2) {
    throw new UsageError("sweep: one network makes no line, needs more alphas or resolutions");
  }
  return networks;
}

interface Plan {
  readonly backend: TierName;
  readonly threads: number;
  readonly rounds: number;
  readonly seed: number;
  readonly isSure: boolean;
}

async function time(grid: readonly GridPoint[], { backend, threads, rounds, seed, isSure }: Plan) {
  const networks = grid.map((point) => ({ ...point, cost: analyze(point.graph).total }));
  const runs: { session: Session; run: () => Promise<unknown> }[] = [];
  try {
    for (const { graph } of networks) {
      const { session, image } = await seededRun(graph, seed, { backend, threads });
      runs.push({ session, run: () => session.run(image) });
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
      points: networks.map(({ graph, alpha, resolution, cost }, i): SweepPoint => {
        const { ms, quarter, threeQuarters } = timings[i];
        const parameters = cost.parameters.trainable;
        return { name: graph.name, alpha, resolution, macs: cost.macs, parameters, ms, quarter, threeQuarters };
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
