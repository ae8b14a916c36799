/**
 * @file Runs a schedule as one WebAssembly program in one memory: packed weights, values at the plan's addresses, and
 * calls of emitted functions interleaved with host functions.
 */

import type { Kernel, Launch, LayerWeights, Packed } from "../kernels/contract/kernels.ts";
import { areEqual } from "../tensor/bytes.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addressesOf } from "./addresses.ts";
import { type Executor, endsOf, type Weights, weightsOf } from "./executor.ts";
import { allocate, allocator } from "./memory.ts";
import { planSchedule } from "./memoryPlan.ts";
import { bandRows, type LaunchOfStep, launchesByPhase, phasesOfSteps } from "./phases.ts";
import { buildProgram } from "./program.ts";
import type { Schedule, Step } from "./schedule.ts";
import { CONTROL_BYTES } from "./thread.ts";
import { startThreads, usableThreads } from "./threads.ts";

/** Bytes of the intermediate values of a band of rows, chosen so that they stay in the L2 cache. */
const BAND_BYTES = 256 * 1024;

/** @param kernelOf the kernel of a step; null for a reshape */
export async function emittedExecutor<S extends Step>(
  op: string,
  schedule: Schedule<S>,
  kernelOf: (step: S) => Kernel | null,
  weights: Weights,
  wantedThreads: number,
  bandBytes: number = BAND_BYTES,
): Promise<Executor<S>> {
  const wanted = usableThreads(wantedThreads);
  const steps: S[] = [];
  const kernels: Kernel[] = [];
  for (const step of schedule.steps) {
    const kernel = kernelOf(step);
    if (kernel === null) continue;
    steps.push(step);
    kernels.push(kernel);
  }
  const launches = launchesByPhase(steps, kernels);
  const plan = planSchedule(schedule, phasesOfSteps(launches, steps));

  const { take, pages: pagesFor } = allocator();
  take(CONTROL_BYTES);
  const packedAt = kernels.map((kernel) => take(packedBytesOf(kernel)));
  const values = take(plan.peakBytes);
  const scratch = take(Math.max(0, ...kernels.map(scratchBytesOf)));
  const isShared = wanted > 1;
  const pages = pagesFor(op);
  const memory = allocate(op, pages, isShared);

  const addressOf = (name: string): number => values + (plan.offsetBytes.get(name) ?? 0);
  const valueAt = (name: string, shape: Shape): Tensor => {
    return new Tensor(new Float32Array(memory.buffer, addressOf(name), sizeOf(shape)), shape);
  };
  const addresses = (index: number, launch: Launch): readonly number[] => {
    const { name, inputs } = steps[index];
    const input = (i: number): number => addressOf(inputs[i]);
    return addressesOf(launch, { input, output: addressOf(name), packed: packedAt[index], scratch });
  };
  const hosted = steps.map(({ name, inputs, inputShapes, outputShape }, i) => {
    const kernel = kernels[i];
    if (kernel.kind !== "host") return null;
    const operands = inputs.map((input, j) => valueAt(input, inputShapes[j]));
    const output = valueAt(name, outputShape);
    return () => kernel.compute(operands, output);
  });
  const rowsOfBand = (own: readonly LaunchOfStep[]): number => bandRows(own, steps, bandBytes);
  const program = buildProgram(launches, addresses, rowsOfBand, { pages, shared: isShared });
  // Compiles while the weights are packed.
  const starting = startThreads(program, memory, wanted, (step) => hosted[step]?.());
  const pack = (weights: Weights): void => {
    kernels.forEach((kernel, i) => {
      if (kernel.kind === "host") return;
      kernel.packed?.write(weightsOf(steps[i], weights), { memory, at: packedAt[i], scratch });
    });
  };
  pack(weights);
  const packed = kernels.map((kernel, i) => bytesAt(memory, packedAt[i], packedBytesOf(kernel)));
  const threads = await starting;
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
    isAlive: threads.isAlive,
    plan,
    value: endsOf(schedule, valueAt),
    steps,
    run: (done) => {
      if (done === undefined) return threads.run();
      let since = performance.now();
      return threads.run((step) => {
        const now = performance.now();
        done(step, now - since);
        since = now;
      });
    },
    pack,
    dispose: threads.dispose,
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
