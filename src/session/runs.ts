/** @file How a session runs images: one after another, or timing the steps of a run. */

import type { GraphNode } from "../graph/graph.ts";
import { nodeBytes, nodeMacs } from "../graph/nodeCost.ts";
import type { Batch } from "../runtime/executor.ts";
import { median } from "../runtime/median.ts";
import { pacer } from "../runtime/pause.ts";
import { TAIL_IMAGES } from "../runtime/tail.ts";
import { copyNumbers, copyOf, emptyBatch, imagesOf, lengthOf, type Numbers } from "../tensor/numbers.ts";
import type { checkPatience } from "../tensor/patience.ts";
import type { Batched } from "./batched.ts";
import type { PackedNetwork } from "./packed.ts";

type CheckedPatience = ReturnType<typeof checkPatience>;

/** One layer, measured. */
export interface ProfileRow {
  readonly name: string;
  readonly op: GraphNode["op"];
  /** Milliseconds: the median over the runs. */
  readonly ms: number;
  /** Multiply-accumulates. */
  readonly macs: number;
  /** 2 · MACs per nanosecond; 0 for a layer without any. */
  readonly gflops: number;
  /** Bytes of weights, inputs and output: the minimum to move. */
  readonly bytes: number;
}

/**
 * @param own     the network's inputs; or its `sources`, for one image that is already in them
 * @param outputs how many of its outputs are wanted
 * @returns their numbers for all images
 */
export async function runImages(
  network: PackedNetwork,
  { count: N, inputs: own }: Batched,
  outputs: number,
  patience: CheckedPatience,
): Promise<readonly Numbers[]> {
  const { executor, sources } = network;
  const answers = network.answers.slice(0, outputs);
  const { signal, onProgress } = patience;
  signal?.throwIfAborted();
  if (N === 1) {
    if (own !== sources) copyAll(own, sources);
    await executor.run();
    onProgress(1, 1);
    return answers.map(copyOf);
  }
  const results = answers.map((answer) => emptyBatch(answer, N));
  const rest = pacer();
  const next = async (): Promise<void> => {
    await rest();
    signal?.throwIfAborted();
  };
  const { images: size = N } = executor.batch ?? {};
  for (let n = 0; n < N; ) {
    const count = Math.min(size, N - n);
    // A batch that is half full is still faster than single images.
    if (executor.batch && count >= size / 2) {
      const given = { count, inputs: images(own, sources, n, count) };
      await runBatch(await executor.batch.prepare(), sources, given, images(results, answers, n, count), next);
      for (const end = n + count; n < end; signal?.throwIfAborted()) onProgress(++n, N);
    } else {
      copyAll(images(own, sources, n, 1), sources);
      await executor.run();
      copyAll(answers, images(results, answers, n, 1));
      onProgress(++n, N);
    }
    await next();
  }
  return results;
}

/** Each image through the head, then all through the tail. @param next called after each image but the last */
async function runBatch(
  { headOutput, tailInput, outputs, runHead, runTail }: Batch,
  sources: readonly Numbers[],
  { count, inputs }: Batched,
  results: readonly Numbers[],
  next: () => Promise<void>,
): Promise<void> {
  // A copy: the tail's values overlap those of the head.
  const between = copyOf(tailInput);
  for (let i = 0; i < count; i++) {
    if (i > 0) await next();
    copyAll(images(inputs, sources, i, 1), sources);
    await runHead();
    copyAll([headOutput], images([between], [headOutput], i, 1));
  }
  copyAll([between], [tailInput]);
  await runTail();
  const wanted = outputs.slice(0, results.length);
  const ones = wanted.map((output) => imagesOf(output, lengthOf(output) / TAIL_IMAGES, 0, 1));
  copyAll(images(wanted, ones, 0, count), results);
}

/** Milliseconds until an engine has compiled the code of a small network fully. */
const WARM_MS = 150;

/**
 * Runs the first image a few times, and returns the median time of each step.
 *
 * @param warmup runs before them; undefined: for {@link WARM_MS}, at least one
 */
export async function profileSteps(
  { executor, sources }: PackedNetwork,
  own: readonly Numbers[],
  runs: number,
  warmup: number | undefined,
  { signal, onProgress }: CheckedPatience,
): Promise<readonly ProfileRow[]> {
  const times = executor.steps.map((): number[] => []);
  const run = async (tell: (share: number) => void): Promise<Float64Array> => {
    copyAll(images(own, sources, 0, 1), sources);
    const spent = new Float64Array(executor.steps.length);
    await executor.run((step, ms) => {
      spent[step] += ms;
      tell((step + 1) / executor.steps.length);
    });
    signal?.throwIfAborted();
    return spent;
  };
  const begin = performance.now();
  const isWarm = (before: number): boolean => {
    return warmup === undefined ? before > 0 && performance.now() - begin > WARM_MS : before >= warmup;
  };
  for (let before = 0; !isWarm(before); before++) await run(() => {});
  for (let r = 0; r < runs; r++) {
    const spent = await run((share) => onProgress(r + share, runs));
    spent.forEach((ms, step) => void times[step].push(ms));
  }
  return executor.steps.map(({ node }, i) => {
    const ms = median(times[i]);
    const macs = nodeMacs(node);
    const gflops = macs === 0 ? 0 : (2 * macs) / ms / 1e6;
    return { name: node.name, op: node.op, ms, macs, gflops, bytes: nodeBytes(node) };
  });
}

function copyAll(sources: readonly Numbers[], targets: readonly Numbers[]): void {
  sources.forEach((source, i) => void copyNumbers(source, targets[i]));
}

/** Some images of each batch. @param ones numbers of one image each */
function images(
  batches: readonly Numbers[],
  ones: readonly Numbers[],
  first: number,
  count: number,
): readonly Numbers[] {
  return batches.map((batch, i) => imagesOf(batch, lengthOf(ones[i]), first, count));
}
