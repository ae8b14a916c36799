/**
 * @file Runs a schedule as one WebAssembly program in one memory: packed weights, values at the plan's addresses, and
 * calls of emitted functions interleaved with host functions.
 */

import type { Kernel, LayerWeights, Packed } from "../kernels/contract/kernels.ts";
import { areEqual } from "../tensor/bytes.ts";
import { type EmittedProgram, emittedProgram, type Layout } from "./emittedProgram.ts";
import { type Batch, type Executor, endsOf, type Weights, weightsOf } from "./executor.ts";
import { allocate, allocator } from "./memory.ts";
import { planSchedule } from "./memoryPlan.ts";
import { launchesByPhase, phasesOfSteps } from "./phases.ts";
import { type Compiled, compiled } from "./program.ts";
import { computed, type Schedule, type Step } from "./schedule.ts";
import { TAIL_IMAGES, type Tail, tailBytes, tailLaunches, tailOf } from "./tail.ts";
import { CONTROL_BYTES } from "./thread.ts";
import { startThreads, usableThreads } from "./threads.ts";

/** Bytes of the intermediate values of a band of rows, chosen so that they stay in the L2 cache. */
const BAND_BYTES = 256 * 1024;

export interface EmittedSettings<S extends Step> {
  readonly threads: number;
  readonly bandBytes?: number | undefined;
  /** The schedule for several images, where they may come in batches. */
  readonly scheduleFor?: (images: number) => Schedule<S>;
}

/** @param kernelOf the kernel of a step; null for a reshape */
export async function emittedExecutor<S extends Step>(
  op: string,
  schedule: Schedule<S>,
  kernelOf: (step: S) => Kernel | null,
  weights: Weights,
  { threads: wantedThreads, bandBytes = BAND_BYTES, scheduleFor }: EmittedSettings<S>,
): Promise<Executor<S>> {
  const wanted = usableThreads(wantedThreads);
  const packInto = (i: number, own: LayerWeights): void => {
    const kernel = kernels[i];
    if (kernel.kind === "emitted") kernel.packed?.write(own, { memory, at: packedAt[i], scratch });
  };
  const { steps, kernels } = kernelsOf(schedule.steps, kernelOf, weights, packInto);
  const launches = launchesByPhase(steps, kernels);
  const plan = planSchedule(schedule, phasesOfSteps(launches, steps));
  const tail = scheduleFor ? tailOf(steps, kernels, launches, scheduleFor(TAIL_IMAGES)) : null;

  const { take, pages: pagesFor } = allocator();
  take(CONTROL_BYTES);
  const packedAt = kernels.map((kernel) => take(packedBytesOf(kernel)));
  // The tail works where the values of the head were.
  const own = tail && tailBytes(tail, kernels);
  const values = take(Math.max(plan.peakBytes, own ? own.values + own.scratch : 0));
  const scratch = take(Math.max(0, ...kernels.map(scratchBytesOf)));
  const shared = wanted > 1;
  const pages = pagesFor(op);
  const memory = allocate(op, pages, shared);
  const layout: Layout = { memory, pages, shared, packedAt, values, scratch };

  const { program, valueAt, compute } = emittedProgram(steps, kernels, launches, plan, layout, bandBytes);
  // Compiles while the weights are packed.
  const compiling = compiled(program);
  const starting = compiling.then((own) => startThreads([own], memory, wanted, compute));
  // No function in here may refer to the weights: all that a session can reach would keep them alive.
  const packedLater = new Set(steps.map(({ packs }) => packs));
  for (const [i, step] of steps.entries()) if (!packedLater.has(step.name)) packInto(i, weightsOf(step, weights));
  const packed = kernels.map((kernel, i) => bytesAt(memory, packedAt[i], packedBytesOf(kernel)));
  let threads = await starting;
  const value = endsOf(schedule, valueAt);

  /** Threads that know both programs take the place of those that know one. */
  const prepareBatch = async (tail: Tail<S>): Promise<Batch> => {
    const own = tailLaunches(tail, kernels, kernelOf);
    const at: Layout = { ...layout, packedAt: packedAt.slice(tail.first), scratch: values + own.plan.sumBytes };
    const emitted = emittedProgram(own.steps, own.kernels, own.launches, own.plan, at, bandBytes);
    const whole = await compiling;
    const head: Compiled = { ...whole, phases: whole.phases.slice(0, tail.headPhases) };
    const programs = [whole, head, await compiled(emitted.program)];
    const others = await startThreads(programs, memory, threads.count, compute, 1);
    threads.dispose();
    threads = others;
    return batchOf(tail, emitted, valueAt, (program) => threads.run(program));
  };
  let batch: Promise<Batch> | null = null;
  return {
    threads: threads.count,
    packed,
    holds: (others) => {
      const pack = packer(op, kernels);
      return kernels.every((kernel, i) => {
        if (kernel.kind === "host" || !kernel.packed) return true;
        return areEqual(pack(kernel.packed, weightsOf(steps[i], others)), packed[i]);
      });
    },
    isAlive: () => threads.isAlive(),
    plan,
    value,
    steps,
    run: (done) => {
      if (done === undefined) return threads.run(WHOLE);
      let since = performance.now();
      return threads.run(WHOLE, (step) => {
        const now = performance.now();
        done(step, now - since);
        since = now;
      });
    },
    ...(tail && { batch: { images: TAIL_IMAGES, prepare: () => (batch ??= prepareBatch(tail)) } }),
    dispose: () => threads.dispose(),
  };
}

/** The kernels of the steps; that of one which packs reads the weights anew whenever it runs. */
function kernelsOf<S extends Step>(
  all: readonly S[],
  kernelOf: (step: S) => Kernel | null,
  weights: Weights,
  packInto: (step: number, weights: LayerWeights) => void,
): { readonly steps: readonly S[]; readonly kernels: readonly Kernel[] } {
  const { steps, kernels } = computed(all, (step): Kernel | null => {
    const { packs } = step;
    if (packs === undefined) return kernelOf(step);
    const compute = (): void => {
      const i = numbers.get(packs) as number;
      packInto(i, weightsOf(steps[i], weights));
    };
    return { kind: "host", compute };
  });
  const numbers = new Map(steps.map(({ name }, i) => [name, i]));
  return { steps, kernels };
}

/** Programs by number. */
const [WHOLE, HEAD, TAIL] = [0, 1, 2];

function batchOf<S extends Step>(
  { schedule }: Tail<S>,
  { valueAt }: EmittedProgram,
  headValueAt: EmittedProgram["valueAt"],
  run: (program: number) => void | Promise<void>,
): Batch {
  const [input] = schedule.inputs;
  const [output] = schedule.outputs;
  return {
    headOutput: headValueAt(input.name, [1, ...input.shape.slice(1)]),
    tailInput: valueAt(input.name, input.shape),
    output: valueAt(output.name, output.shape),
    runHead: () => run(HEAD),
    runTail: () => run(TAIL),
  };
}

/** Packs the weights of one kernel at a time into the same memory, for comparison. */
function packer(op: string, kernels: readonly Kernel[]): (packed: Packed, weights: LayerWeights) => Uint8Array {
  const { take, pages } = allocator();
  const at = take(Math.max(0, ...kernels.map(packedBytesOf)));
  const scratch = take(Math.max(0, ...kernels.map(scratchBytesOf)));
  const memory = allocate(op, pages(op), false);
  return (packed, weights) => {
    const bytes = bytesAt(memory, at, packed.bytes).fill(0);
    packed.write(weights, { memory, at, scratch });
    return bytes;
  };
}

function bytesAt({ buffer }: WebAssembly.Memory, at: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer, at, bytes);
}

function packedBytesOf(kernel: Kernel): number {
  return kernel.kind === "host" ? 0 : (kernel.packed?.bytes ?? 0);
}

function scratchBytesOf(kernel: Kernel): number {
  return kernel.kind === "host" ? 0 : (kernel.scratchBytes ?? 0);
}
