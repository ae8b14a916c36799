/** @file What a session does with images: runs them one after another, or times the steps of a run. */

import type { GraphNode } from "../graph/graph.ts";
import { nodeBytes, nodeMacs } from "../graph/nodeCost.ts";
import type { Batch } from "../runtime/executor.ts";
import { median } from "../runtime/median.ts";
import { pacer } from "../runtime/pause.ts";
import { copyEach } from "../tensor/lines.ts";
import type { checkPatience } from "../tensor/patience.ts";
import { Tensor } from "../tensor/tensor.ts";
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
 * @param own     the network's inputs, [n, …] each; or its `sources`, for one image that is already in them
 * @param outputs how many of its outputs are wanted
 * @returns [n, …] each
 */
export async function runImages(
  network: PackedNetwork,
  own: readonly Tensor[],
  outputs: number,
  patience: CheckedPatience,
): Promise<readonly Tensor[]> {
  const { executor, sources } = network;
  const answers = network.answers.slice(0, outputs);
  const { signal, onProgress } = patience;
  signal?.throwIfAborted();
  const [N] = own[0].shape;
  if (N === 1) {
    if (own !== sources) copyEach(own, sources);
    await executor.run();
    onProgress(1, 1);
    return answers.map((answer) => answer.copy());
  }
  const results = answers.map(({ shape }) => Tensor.zeros([N, ...shape.slice(1)]));
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
      await runBatch(await executor.batch.prepare(), sources, images(own, n, count), images(results, n, count), next);
      for (const end = n + count; n < end; signal?.throwIfAborted()) onProgress(++n, N);
    } else {
      copyEach(images(own, n, 1), sources);
      await executor.run();
      copyEach(answers, images(results, n, 1));
      onProgress(++n, N);
    }
    await next();
  }
  return results;
}

/** Each image through the head, then all through the tail. @param next called after each image but the last */
async function runBatch(
  { headOutput, tailInput, outputs, runHead, runTail }: Batch,
  sources: readonly Tensor[],
  given: readonly Tensor[],
  results: readonly Tensor[],
  next: () => Promise<void>,
): Promise<void> {
  const [count] = given[0].shape;
  // A copy: the tail's values overlap those of the head.
  const between = Tensor.zeros(tailInput.shape);
  for (let i = 0; i < count; i++) {
    if (i > 0) await next();
    copyEach(images(given, i, 1), sources);
    await runHead();
    copyEach([headOutput], images([between], i, 1));
  }
  copyEach([between], [tailInput]);
  await runTail();
  copyEach(images(outputs.slice(0, results.length), 0, count), results);
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
  own: readonly Tensor[],
  runs: number,
  warmup: number | undefined,
  { signal, onProgress }: CheckedPatience,
): Promise<readonly ProfileRow[]> {
  const times = executor.steps.map((): number[] => []);
  const run = async (): Promise<Float64Array> => {
    copyEach(images(own, 0, 1), sources);
    const spent = new Float64Array(executor.steps.length);
    await executor.run((step, ms) => {
      spent[step] += ms;
    });
    signal?.throwIfAborted();
    return spent;
  };
  const begin = performance.now();
  const isWarm = (before: number): boolean => {
    return warmup === undefined ? before > 0 && performance.now() - begin > WARM_MS : before >= warmup;
  };
  for (let before = 0; !isWarm(before); before++) await run();
  for (let r = 0; r < runs; r++) {
    (await run()).forEach((ms, step) => void times[step].push(ms));
    onProgress(r + 1, runs);
  }
  return executor.steps.map(({ node }, i) => {
    const ms = median(times[i]);
    const macs = nodeMacs(node);
    const gflops = macs === 0 ? 0 : (2 * macs) / ms / 1e6;
    return { name: node.name, op: node.op, ms, macs, gflops, bytes: nodeBytes(node) };
  });
}

/** Some images of each batch. */
function images(batches: readonly Tensor[], first: number, count: number): readonly Tensor[] {
  return batches.map((batch) =>
    batch.slice(
      batch.shape.map((_, axis) => (axis === 0 ? first : 0)),
      batch.shape.map((extent, axis) => (axis === 0 ? count : extent)),
    ),
  );
}
