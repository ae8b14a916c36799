/**
 * @file Runs a schedule as one WebAssembly program in one memory: packed weights, values at the plan's addresses, and
 * calls of emitted functions interleaved with host functions.
 */

import type { Weights } from "../graph/weights.ts";
import type { Kernel } from "../kernels/contract/kernels.ts";
import { areEqual } from "../tensor/bytes.ts";
import type { Weight } from "../tensor/weight.ts";
import { type EmittedProgram, emittedProgram, type Layout } from "./emittedProgram.ts";
import { type Batch, type Executor, endsOf } from "./executor.ts";
import { allocate, allocator } from "./memory.ts";
import { planSchedule } from "./memoryPlan.ts";
import { bytesAt, packedBytesOf, packer, scratchBytesOf } from "./packedBytes.ts";
import { type PackInto, packingKernels, packOnce, weightsOf } from "./packing.ts";
import { launchesByPhase, phasesOfSteps } from "./phases.ts";
import { type Compiled, compiled } from "./program.ts";
import { type Schedule, type Step, typesOf } from "./schedule.ts";
import { TAIL_IMAGES, type Tail, tailBytes, tailLaunches, tailOf } from "./tail.ts";
import { CONTROL_BYTES } from "./thread.ts";
import { startThreads, usableThreads } from "./threads.ts";

/** Bytes of the intermediate values of a band of rows, chosen so that they stay in the L2 cache. */
const BAND_BYTES = 256 * 1024;

export interface EmittedSettings<S extends Step> {
  readonly threads: number;
  readonly bandBytes?: number | undefined;
  /** The schedule for several images, if they may come in batches. */
  readonly scheduleFor?: (images: number) => Schedule<S>;
}

/** @param kernelOf the kernel of a step; null for a reshape */
export async function emittedExecutor<S extends Step>(
  op: string,
  schedule: Schedule<S>,
  kernelOf: (step: S) => Kernel | null,
  weights: Weights<Weight>,
  { threads: wantedThreads, bandBytes = BAND_BYTES, scheduleFor }: EmittedSettings<S>,
): Promise<Executor<S>> {
  const wanted = usableThreads(wantedThreads);
  const packInto: PackInto = (i, layer) => {
    const kernel = kernels[i];
    if (kernel.kind === "emitted") kernel.packed?.write(layer, { memory, at: packedAt[i], scratch });
  };
  const types = typesOf(schedule);
  const { steps, kernels } = packingKernels<S, Kernel>(schedule.steps, kernelOf, hostKernel, weights, packInto);
  const launches = launchesByPhase(steps, kernels);
  const plan = planSchedule(schedule, phasesOfSteps(launches, steps));
  const tail = scheduleFor ? tailOf(steps, kernels, launches, scheduleFor) : null;

  const { take, pages: pagesFor } = allocator();
  take(CONTROL_BYTES);
  const packedAt = kernels.map((kernel) => take(packedBytesOf(kernel)));
  // The tail reuses the memory of the head's values.
  const values = take(Math.max(plan.peakBytes, tail ? tailBytes(tail, kernels) : 0));
  const scratch = take(Math.max(0, ...kernels.map(scratchBytesOf)));
  const shared = wanted > 1;
  const pages = pagesFor(op);
  const memory = allocate(op, pages, shared);
  const layout: Layout = { memory, pages, shared, packedAt, values, scratch };

  const { program, valueAt, compute } = emittedProgram(steps, kernels, launches, plan, types, layout, bandBytes);
  // Compiles while the weights are packed.
  const compiling = compiled(program);
  const starting = compiling.then((whole) => startThreads([whole], memory, wanted, compute));
  // No function in here may refer to the weights: anything that a session can reach would keep them alive.
  packOnce(steps, weights, packInto);
  const packed = kernels.map((kernel, i) => bytesAt(memory, packedAt[i], packedBytesOf(kernel)));
  let threads = await starting;
  const value = endsOf(schedule, valueAt);

  /** Replaces the threads with others that also know the programs of head and tail. */
  const prepareBatch = async (tail: Tail<S>): Promise<Batch> => {
    const several = tailLaunches(tail, kernels, kernelOf);
    const at: Layout = { ...layout, packedAt: packedAt.slice(tail.first), scratch: values + several.plan.sumBytes };
    const { steps, launches, plan } = several;
    const emitted = emittedProgram(steps, several.kernels, launches, plan, types, at, bandBytes);
    const whole = await compiling;
    const head: Compiled = { ...whole, phases: whole.phases.slice(0, tail.headPhases) };
    const programs = [whole, head, await compiled(emitted.program)];
    const others = await startThreads(programs, memory, threads.count, compute, 1);
    // The executor may have been disposed meanwhile.
    const [former, next] = threads.isAlive() ? [threads, others] : [others, threads];
    former.dispose();
    threads = next;
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
        done(step, performance.now() - since);
        since = performance.now(); // the time in `done` is not part of the next step
      });
    },
    ...(tail && { batch: { images: TAIL_IMAGES, prepare: () => (batch ??= prepareBatch(tail)) } }),
    dispose: () => threads.dispose(),
  };
}

function hostKernel(compute: () => void): Kernel {
  return { kind: "host", compute };
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
  return {
    headOutput: headValueAt(input.name, [1, ...input.shape.slice(1)]),
    tailInput: valueAt(input.name, input.shape),
    outputs: schedule.outputs.map(({ name, shape }) => valueAt(name, shape)),
    runHead: () => run(HEAD),
    runTail: () => run(TAIL),
  };
}
