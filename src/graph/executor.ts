/** @file Executors: run a planned schedule. A session writes images into them and reads results. */
import type { Kernel } from "../kernels/kernels.ts";
import type { SimdKernel } from "../kernels/simd/kernel.ts";
import { ShapeError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type MemoryPlan, planSchedule } from "./memoryPlan.ts";
import { pacer } from "./pause.ts";
import type { Schedule, Step } from "./schedule.ts";

export interface Executor<S extends Step> {
  readonly threads: number;
  readonly plan: MemoryPlan;
  /** The memory of an input, or of an output, which is valid after a run. */
  value(name: string): Tensor;
  /** The steps that compute something, in order. */
  readonly steps: readonly S[];
  /**
   * @param done called whenever work for a step ends, with the step's index in `steps` and the milliseconds it took;
   *   possibly several times per step
   */
  run(done?: (step: number, ms: number) => void): void | Promise<void>;
  /** If constants are packed in one memory: those of each step, and whether other kernels would pack the same bytes. */
  readonly packed?: {
    readonly constants: readonly Uint8Array[];
    holds(kernelOf: (step: S) => SimdKernel | null): boolean;
  };
  /** Whether it can still run: a thread may have died. */
  isAlive(): boolean;
  /** Reads the weights again after they have changed. */
  refresh(): void;
  dispose(): void;
}

/** Maps names of inputs and outputs to values. */
export function endsOf(schedule: Schedule, valueAt: (name: string, shape: Shape) => Tensor): (name: string) => Tensor {
  const ends = new Map(
    [...schedule.inputs, ...schedule.outputs].map(({ name, shape }) => [name, valueAt(name, shape)]),
  );
  return (name) => {
    const value = ends.get(name);
    if (value === undefined) throw new Error(`${name} is neither an input nor an output`);
    return value;
  };
}

/** Max elements of values alive at once, as in WebAssembly memory. */
const MAX_LIVE_ELEMENTS = 2 ** 30;

interface Prepared {
  readonly kernel: Kernel;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

async function timed(prepared: readonly Prepared[], done: (step: number, ms: number) => void): Promise<void> {
  const rest = pacer();
  for (const [i, { kernel, inputs, output }] of prepared.entries()) {
    const since = performance.now();
    kernel(inputs, output);
    done(i, performance.now() - since);
    await rest();
  }
}

/**
 * Runs kernels on tensors, one after the other.
 *
 * @param kernelOf the step's kernel, with the current weights; null for a reshape
 * @throws ShapeError if the values exceed the memory of a session
 */
export function tensorExecutor<S extends Step>(
  op: string,
  schedule: Schedule<S>,
  kernelOf: (step: S) => Kernel | null,
): Executor<S> {
  const plan = planSchedule(schedule);
  if (plan.peak > MAX_LIVE_ELEMENTS) {
    throw new ShapeError(
      `${op}: values that live at once have ${plan.peak} elements, needs at most ${MAX_LIVE_ELEMENTS}`,
    );
  }
  const memory = new Float32Array(plan.peak);
  const valueAt = (name: string, shape: Shape): Tensor => new Tensor(memory, shape, undefined, plan.offsets.get(name));
  const prepare = () =>
    schedule.steps.flatMap((step) => {
      const kernel = kernelOf(step);
      if (kernel === null) return [];
      const inputs = step.inputs.map((name, i) => valueAt(name, step.inputShapes[i]));
      return [{ step, kernel, inputs, output: valueAt(step.name, step.outputShape) }];
    });
  let prepared = prepare();
  return {
    threads: 1,
    plan,
    value: endsOf(schedule, valueAt),
    steps: prepared.map(({ step }) => step),
    run: (done) => {
      if (done !== undefined) return timed(prepared, done);
      for (const { kernel, inputs, output } of prepared) kernel(inputs, output);
      return undefined;
    },
    isAlive: () => true,
    refresh: () => {
      prepared = prepare();
    },
    dispose: () => {
      prepared = [];
    },
  };
}
