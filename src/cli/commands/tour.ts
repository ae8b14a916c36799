/**
 * @file `separable tour`, run by `npm start`: counts and times the saving within 20 seconds, and suggests what to type
 * next.
 */

import type { BlockSaving } from "../../analysis/savings.ts";
import { graphBuilder } from "../../graph/builder.ts";
import { type Timing, timeInTurns } from "../../measure/timing.ts";
import { mobilenetV1 } from "../../models/mobilenetV1.ts";
import { compareReport, countedParts, timedParts } from "../../report/compare/compareReport.ts";
import { type Comparison, countedComparison, type NetworkPair, pairOf } from "../../report/compare/comparison.ts";
import { ceilingsOnce, measureTier } from "../../report/compare/measureTier.ts";
import { duration, ratio } from "../../report/forms/numbers.ts";
import { paragraph, renderParts, renderText } from "../../report/forms/text.ts";
import { checkNetwork, seededRun } from "../../report/network.ts";
import { measuredWords } from "../../report/report.ts";
import { type Command, command } from "../command.ts";
import { classifySample, renderSample } from "../input/sample.ts";
import { print, progress, screen, style } from "../terminal/terminal.ts";

const NEXT = `
  npx separable compare                       the same with all tiers and more rounds
  npx separable summary                       every layer of MobileNetV1
  npx separable summary mobilenet_v1_0.25_128 a thinner one on smaller images
  npx separable inspect conv_dw_3             the WebAssembly that a layer runs
  npx separable train                         the network for clothes, trained from scratch
  npx separable classify photo.jpg --weights mobilenet_v1.safetensors
                                              what is in a photograph
  npx separable --help                        all commands

  npm run explore                             all of it on a page
  docs/01-convolution.md                      how it works, from the formula on`;

/** Milliseconds from the start of the process to the last line. */
const BUDGET_MS = 20_000;
const SEED = 1;

/** Approximate slowdown against the simd tier, to estimate what fits into the time left. */
const SLOWER = { im2col: 7, naive: 45 } as const;

/** The block that the naive tier is timed on: 28×28×256, where a run takes a third of a second. */
const NAIVE_BLOCK = "conv_dw_4 + conv_pw_4";

export const tour: Command = command({
  name: "tour",
  summary: "classify a few images, count and time the saving, and suggest what to try",
  about: `Classifies a few images of clothes on every tier, counts MobileNetV1 1.0-224 and its standard twin, measures how much of the
saving arrives, and suggests what to type next. Takes at most 20 seconds; steps that do not fit are listed.`,
  options: {},
  run: async () => {
    await tourWithin(BUDGET_MS);
    return 0;
  },
});

/** @param budgetMs milliseconds from the start of the process to the last line */
export async function tourWithin(budgetMs: number): Promise<void> {
  print(`${renderSample(await classifySample())}\n`);
  const pair = pairOf(
    checkNetwork("tour", "first", { graph: mobilenetV1() }),
    checkNetwork("tour", "second", { graph: mobilenetV1({ convolution: "standard" }) }),
  );
  const counted = countedComparison(pair, SEED);
  print(`${renderText({ ...compareReport(counted), parts: countedParts(counted) }, screen())}\n`);
  await measure(pair, counted, () => budgetMs - performance.now());
  print(`\n${style("bold", "What to type next")}\n${NEXT}`);
}

/** @param left milliseconds left */
async function measure(pair: NetworkPair, counted: Comparison, left: () => number): Promise<void> {
  const skipped: string[] = [];
  progress("measuring");
  const options = { threads: 1, rounds: 15, ceilings: ceilingsOnce() };
  let data = await measureTier(counted, pair, "simd", { ...options, budget: Math.min(4_000, left() / 4) });
  const [{ first, second }] = data.tiers;
  // Time for a warm-up round, a measured round, and the creation of the sessions.
  if (left() > 3 * SLOWER.im2col * (first.ms + second.ms)) {
    data = await measureTier(data, pair, "im2col", { ...options, budget: Math.min(5_000, left() - 4_000) });
  } else skipped.push("im2col");

  const i = counted.blocks.findIndex(({ name }) => name === NAIVE_BLOCK);
  const [simd] = data.blocks[i].tiers.slice(-1);
  const isTime = left() > 2 * SLOWER.naive * (simd.firstMs + simd.secondMs);
  const block = pair.counted.blocks[i];
  const naive = isTime ? await timeNaive(block, Math.min(2_500, left() - 1_000)) : null;
  if (naive === null) skipped.push("naive");
  progress("");
  print(renderParts(timedParts(data), screen()));
  if (naive !== null) print(`\n${paragraph(naiveLine(block, naive), screen())}`);
  if (skipped.length > 0) {
    const text = `Not measured, no time was left: ${skipped.join(", ")}. npx separable compare measures all.`;
    print(`\n${paragraph(text, screen())}`);
  }
}

/** Times both versions of a block. */
async function timeNaive({ first, second }: BlockSaving, budget: number): Promise<readonly Timing[]> {
  const [depthwise] = first;
  const [standard] = second;
  const outputs = standard.outputShape[3];
  const window = { strides: standard.strides ?? 1, padding: "same", activation: "relu6" } as const;
  const separable = graphBuilder("separable", depthwise.inputShape);
  const plain = graphBuilder("standard", standard.inputShape);
  const graphs = [
    separable.build(
      separable.pointwiseConv2d(separable.depthwiseConv2d(separable.input, window), { outputs, activation: "relu6" }),
    ),
    plain.build(plain.conv2d(plain.input, { ...window, outputs })),
  ];
  const runs = await Promise.all(
    graphs.map((graph) => seededRun({ graph, weights: null }, SEED, { backend: "naive" })),
  );
  progress("measuring naive, one block");
  const tasks = runs.map(({ session, inputs }) => ({ run: () => session.runAll(inputs) }));
  try {
    return await timeInTurns(tasks, { rounds: 5, budget });
  } finally {
    for (const { session } of runs) session.dispose();
  }
}

function naiveLine({ name, promised }: BlockSaving, [separable, standard]: readonly Timing[]): string {
  const { rounds } = separable;
  const [a, b] = [separable, standard].map(({ ms }) => measuredWords(duration(ms), rounds));
  const arrived = measuredWords(ratio(standard.ms / separable.ms), rounds);
  const promise = promised === null ? "" : ` of ${ratio(promised)}`;
  return `naive, on one block alone, ${name}: ${a} instead of ${b}, ${arrived}${promise}`;
}
