/** @file What a session does with images: runs them one after another, or times the steps of a run. */

import type { GraphNode } from "../graph/graph.ts";
import { nodeBytes, nodeMacs } from "../graph/nodeCost.ts";
import type { Batch } from "../runtime/executor.ts";
import { median } from "../runtime/median.ts";
import { pacer } from "../runtime/pause.ts";
import { copyInto } from "../tensor/lines.ts";
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

/** @param own [n, …], or the network's `source` for one image that is already in it @returns [n, …] */
export async function runImages(network: PackedNetwork, own: Tensor, patience: CheckedPatience): Promise<Tensor> {
  const { executor, source, answer } = network;
  const { signal, onProgress } = patience;
  signal?.throwIfAborted();
  const [N] = own.shape;
  if (N === 1) {
    if (own !== source) copyInto(own, source);
    await executor.run();
    onProgress(1, 1);
    return answer.copy();
  }
  const output = Tensor.zeros([N, ...answer.shape.slice(1)]);
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
      await runBatch(await executor.batch.prepare(), source, images(own, n, count), images(output, n, count), next);
      for (const end = n + count; n < end; signal?.throwIfAborted()) onProgress(++n, N);
    } else {
      copyInto(images(own, n, 1), source);
      await executor.run();
      copyInto(answer, images(output, n, 1));
      onProgress(++n, N);
    }
    await next();
  }
  return output;
}

/** Each image through the head, then all through the tail. @param next called after each image but the last */
async function runBatch(
  { headOutput, tailInput, output, runHead, runTail }: Batch,
  source: Tensor,
  given: Tensor,
  to: Tensor,
  next: () => Promise<void>,
): Promise<void> {
  const [count] = given.shape;
  // A copy: the tail's values overlap those of the head.
  const between = Tensor.zeros(tailInput.shape);
  for (let i = 0; i < count; i++) {
    if (i > 0) await next();
    copyInto(images(given, i, 1), source);
    await runHead();
    copyInto(headOutput, images(between, i, 1));
  }
  copyInto(between, tailInput);
  await runTail();
  copyInto(images(output, 0, count), to);
}

/** Runs the first image a few times, and returns the median time of each step. */
export async function profileSteps(
  { executor, source }: PackedNetwork,
  own: Tensor,
  runs: number,
  warmup: number,
  { signal, onProgress }: CheckedPatience,
): Promise<readonly ProfileRow[]> {
  const times = executor.steps.map((): number[] => []);
  for (let r = -warmup; r < runs; r++) {
    copyInto(images(own, 0, 1), source);
    const spent = new Float64Array(executor.steps.length);
    await executor.run((step, ms) => {
      spent[step] += ms;
    });
    if (r >= 0) spent.forEach((ms, step) => void times[step].push(ms));
    onProgress(r + warmup + 1, runs + warmup);
    signal?.throwIfAborted();
  }
  return executor.steps.map(({ node }, i) => {
    const ms = median(times[i]);
    const macs = nodeMacs(node);
    const gflops = macs === 0 ? 0 : (2 * macs) / ms / 1e6;
    return { name: node.name, op: node.op, ms, macs, gflops, bytes: nodeBytes(node) };
  });
}

function images(batch: Tensor, first: number, count: number): Tensor {
  return batch.slice(
    batch.shape.map((_, axis) => (axis === 0 ? first : 0)),
    batch.shape.map((extent, axis) => (axis === 0 ? count : extent)),
  );
}
