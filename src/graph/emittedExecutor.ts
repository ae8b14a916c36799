/**
 * @file Runs a schedule as one WebAssembly program in one memory: packed weights, values at the plan's addresses, and
 * calls of emitted functions interleaved with host functions.
 */

import { addressesOf, type EmittedKernel, type Launch, type SimdKernel } from "../kernels/simd/kernel.ts";
import { allocate, allocator } from "../kernels/simd/memory.ts";
import {
  type AddressedLaunch,
  buildProgram,
  followsRows,
  type PhaseLaunches,
  rowsOf,
} from "../kernels/simd/program.ts";
import { CONTROL_BYTES } from "../kernels/simd/thread.ts";
import { startThreads, usableThreads } from "../kernels/simd/threads.ts";
import { areEqual } from "../tensor/bytes.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Executor, endsOf } from "./executor.ts";
import { type Phases, planSchedule } from "./memoryPlan.ts";
import type { Schedule, Step } from "./schedule.ts";

/** Bytes of the intermediate values of a band of rows, chosen so that they stay in the L2 cache. */
const BAND_BYTES = 256 * 1024;

/** A step that computes something. */
interface Computed<S> {
  readonly step: S;
  readonly kernel: SimdKernel;
}

/** A launch, and the index of its step among the computed ones. */
interface StepLaunch {
  readonly index: number;
  readonly launch: Launch;
}

/** @param kernelOf the kernel of a step; null for a reshape */
export async function emittedExecutor<S extends Step>(
  op: string,
  schedule: Schedule<S>,
  kernelOf: (step: S) => SimdKernel | null,
  wantedThreads: number,
  bandBytes: number = BAND_BYTES,
): Promise<Executor<S>> {
  const wanted = usableThreads(wantedThreads);
  const computed = schedule.steps.flatMap((step): Computed<S>[] => {
    const kernel = kernelOf(step);
    return kernel === null ? [] : [{ step, kernel }];
  });
  const phases = phasesOf(computed);
  // A kernel's launches may span phases: from that of the step before it to a later one.
  const lives = new Map<string, Phases>();
  phases.forEach((launches, phase) => {
    for (const { index } of launches) {
      const { name } = computed[index].step;
      lives.set(name, { first: lives.get(name)?.first ?? phase, last: phase });
    }
  });
  const plan = planSchedule(schedule, (name) => lives.get(name));

  const { take, pages: pagesFor } = allocator();
  take(CONTROL_BYTES);
  const constants = computed.map(({ kernel }) => ("host" in kernel ? 0 : take(kernel.constants.bytes)));
  const values = take(plan.peak * Float32Array.BYTES_PER_ELEMENT);
  const scratch = take(Math.max(0, ...computed.map(({ kernel }) => scratchOf(kernel))));
  const isShared = wanted > 1;
  const pages = pagesFor(op);
  const memory = allocate(op, pages, isShared);

  const addressOf = (name: string): number => {
    return values + (plan.offsets.get(name) ?? 0) * Float32Array.BYTES_PER_ELEMENT;
  };
  const valueAt = (name: string, shape: Shape): Tensor => {
    return new Tensor(new Float32Array(memory.buffer, addressOf(name), sizeOf(shape)), shape);
  };
  const addressed = ({ index, launch }: StepLaunch): AddressedLaunch => {
    const { step } = computed[index];
    const input = (i: number): number => addressOf(step.inputs[i]);
    const addresses = { input, output: addressOf(step.name), constants: constants[index], scratch };
    return { launch, addresses: addressesOf(launch, addresses) };
  };
  const host = new Map<number, () => void>();
  const phaseLaunches = phases.map((launches, phase): PhaseLaunches => {
    const { step, kernel } = computed[launches[0].index];
    if (!("host" in kernel)) {
      return { launches: launches.map(addressed), bandRows: bandRows(launches, computed, bandBytes) };
    }
    const inputs = step.inputs.map((name, i) => valueAt(name, step.inputShapes[i]));
    const output = valueAt(step.name, step.outputShape);
    host.set(phase, () => kernel.host(inputs, output));
    return { launches: [], bandRows: 1 };
  });
  const program = buildProgram(phaseLaunches, { pages, shared: isShared });
  const starting = startThreads(program, memory, wanted, host); // compiles while the weights are packed
  const refresh = (): void => {
    computed.forEach(({ kernel }, i) => {
      if (!("host" in kernel)) kernel.constants.write({ memory, at: constants[i], scratch });
    });
  };
  refresh();
  const packed = computed.map(({ kernel }, i) =>
    bytesAt(memory, constants[i], "host" in kernel ? 0 : kernel.constants.bytes),
  );
  const threads = await starting;
  return {
    threads: threads.count,
    packed: {
      constants: packed,
      holds: (otherOf) => {
        const pack = packer(op, computed);
        return computed.every(({ step }, i) => {
          const other = otherOf(step);
          return other === null || "host" in other || areEqual(pack(other), packed[i]);
        });
      },
    },
    isAlive: threads.isAlive,
    plan,
    value: endsOf(schedule, valueAt),
    steps: computed.map(({ step }) => step),
    run: (done) => {
      if (done === undefined) return threads.run();
      let since = performance.now();
      return threads.run((phase, call) => {
        const now = performance.now();
        done(phases[phase][call].index, now - since);
        since = now;
      });
    },
    refresh,
    dispose: threads.dispose,
  };
}

/** Packs the weights of one kernel at a time into the same memory, for comparison. */
function packer(op: string, computed: readonly Computed<Step>[]): (kernel: EmittedKernel) => Uint8Array {
  const { take, pages } = allocator();
  const largest = (bytesOf: (kernel: EmittedKernel) => number): number =>
    Math.max(0, ...computed.map(({ kernel }) => ("host" in kernel ? 0 : bytesOf(kernel))));
  const [at, scratch] = [take(largest(({ constants }) => constants.bytes)), take(largest(scratchOf))];
  const memory = allocate(op, pages(op), false);
  return ({ constants }) => {
    const packed = bytesAt(memory, at, constants.bytes).fill(0);
    constants.write({ memory, at, scratch });
    return packed;
  };
}

function bytesAt({ buffer }: WebAssembly.Memory, at: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer, at, bytes);
}

function scratchOf(kernel: SimdKernel): number {
  return "host" in kernel ? 0 : kernel.scratchBytes;
}

/** Groups launches into phases: one launch, or several that follow one another row by row. */
function phasesOf(computed: readonly Computed<Step>[]): readonly (readonly StepLaunch[])[] {
  const phases: StepLaunch[][] = [];
  computed.forEach(({ step, kernel }, index) => {
    if ("host" in kernel) {
      phases.push([{ index, launch: NOTHING }]);
      return;
    }
    kernel.launches.forEach((launch, i) => {
      const phase = phases[phases.length - 1];
      const last = phase?.[phase.length - 1];
      const isNext = last && i === 0 && step.inputs.length === 1 && step.inputs[0] === computed[last.index].step.name;
      if (isNext && followsRows(last.launch, launch)) phase.push({ index, launch });
      else phases.push([{ index, launch }]);
    });
  });
  return phases;
}

/** Stands for a step that a host function computes. */
const NOTHING: Launch = {
  func: { kind: "function", name: "nothing", params: [], locals: [], body: [] },
  operands: [],
  units: 0,
};

function bandRows(launches: readonly StepLaunch[], computed: readonly Computed<Step>[], bandBytes: number): number {
  const rows = rowsOf(launches[0].launch) ?? 1;
  const between = launches.slice(0, -1).reduce((sum, { index }) => sum + sizeOf(computed[index].step.outputShape), 0);
  return Math.max(1, Math.floor((bandBytes * rows) / (between * Float32Array.BYTES_PER_ELEMENT)));
}
