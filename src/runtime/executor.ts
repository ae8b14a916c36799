/** @file Executors: run a planned schedule. A session writes images into them and reads results. */
import type { Weights } from "../graph/weights.ts";
import { type LayerWeights, type TensorKernel, weightless } from "../kernels/contract/kernels.ts";
import type { IntegerKernel } from "../kernels/contract/quantized.ts";
import { ShapeError } from "../tensor/errors.ts";
import { type Numbers, numbersIn } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { type MemoryPlan, planSchedule } from "./memoryPlan.ts";
import { type PackInto, packingKernels, packOnce } from "./packing.ts";
import { pacer } from "./pause.ts";
import { type Schedule, type Step, typesOf } from "./schedule.ts";

export interface Executor<S extends Step> {
  readonly threads: number;
  readonly plan: MemoryPlan;
  /** The memory of an input or an output; the latter is valid after a run. */
  value(name: string): Numbers;
  /** The steps that compute something, in order. */
  readonly steps: readonly S[];
  /**
   * @param done called whenever work for a step ends, with the step's index in `steps` and the milliseconds it took;
   *   possibly several times per step
   */
  run(done?: (step: number, ms: number) => void): void | Promise<void>;
  /** Batches of `images`, prepared when the first one arrives; absent if single images are as fast. */
  readonly batch?: { readonly images: number; prepare(): Promise<Batch> };
  /** The packed weights of each step, if they are in one memory. */
  readonly packed?: readonly Uint8Array[];
  /** Whether other weights would be packed to the same bytes. */
  holds?(weights: Weights<Weight>): boolean;
  /** Whether it can still run: a thread may have died. */
  isAlive(): boolean;
  dispose(): void;
}

/** How images are computed together: each goes through the head of the network, then all go through its tail. */
export interface Batch {
  /** The head's output for one image, and the tail's input for all of them. */
  readonly headOutput: Numbers;
  readonly tailInput: Numbers;
  /** In the schedule's order. */
  readonly outputs: readonly Numbers[];
  runHead(): void | Promise<void>;
  runTail(): void | Promise<void>;
}

/** Maps names of inputs and outputs to values. */
export function endsOf(
  schedule: Schedule,
  valueAt: (name: string, shape: Shape) => Numbers,
): (name: string) => Numbers {
  const ends = new Map(
    [...schedule.inputs, ...schedule.outputs].map(({ name, shape }) => [name, valueAt(name, shape)]),
  );
  return (name) => {
    const value = ends.get(name);
    if (value === undefined) throw new Error(`${name} is neither an input nor an output`);
    return value;
  };
}

/** Max bytes of values alive at once, as in WebAssembly memory. */
const MAX_LIVE_BYTES = 2 ** 32;

interface Prepared {
  readonly compute: AnyCompute;
  readonly inputs: readonly Numbers[];
  readonly output: Numbers;
}

/** A kernel gets operands of the types that its step has. */
type AnyCompute = (inputs: readonly Numbers[], output: Numbers) => void;

async function timed(prepared: readonly Prepared[], done: (step: number, ms: number) => void): Promise<void> {
  const rest = pacer();
  for (const [i, { compute, inputs, output }] of prepared.entries()) {
    const since = performance.now();
    compute(inputs, output);
    done(i, performance.now() - since);
    await rest();
  }
}

type AnyKernel = TensorKernel | IntegerKernel;

/**
 * Runs kernels on tensors, one after the other.
 *
 * @param kernelOf the step's kernel; null for a reshape
 * @param weights  copied, because a kernel may read them in place; except those that a step packs in every run
 * @throws ShapeError if the values exceed the memory of a session
 */
export function tensorExecutor<S extends Step>(
  op: string,
  schedule: Schedule<S>,
  kernelOf: (step: S) => AnyKernel | null,
  weights: Weights<Weight>,
): Executor<S> {
  const plan = planSchedule(schedule);
  if (plan.peakBytes > MAX_LIVE_BYTES) {
    throw new ShapeError(
      `${op}: values that live at once have ${plan.peakBytes} bytes, needs at most ${MAX_LIVE_BYTES}`,
    );
  }
  const memory = new ArrayBuffer(plan.peakBytes);
  const types = typesOf(schedule);
  const valueAt = (name: string, shape: Shape): Numbers => {
    return numbersIn(memory, plan.offsetBytes.get(name) ?? 0, types.get(name) ?? "float32", shape);
  };
  const packInto: PackInto = (i, layer) => {
    prepared[i] = { ...prepared[i], compute: kernels[i](layer) as AnyCompute };
  };
  const { steps, kernels } = packingKernels<S, AnyKernel>(schedule.steps, kernelOf, weightless, weights, packInto);
  let prepared = steps.map(
    (step, i): Prepared => ({
      compute: step.packs === undefined ? () => {} : (kernels[i]({}) as AnyCompute),
      inputs: step.inputs.map((name, j) => valueAt(name, step.inputShapes[j])),
      output: valueAt(step.name, step.outputShape),
    }),
  );
  packOnce(steps, weights, (i, layer) => packInto(i, copied(layer)));
  return {
    threads: 1,
    plan,
    value: endsOf(schedule, valueAt),
    steps,
    run: (done) => {
      if (done !== undefined) return timed(prepared, done);
      for (const { compute, inputs, output } of prepared) compute(inputs, output);
      return undefined;
    },
    isAlive: () => true,
    dispose: () => {
      prepared = [];
    },
  };
}

function copied(weights: LayerWeights): LayerWeights {
  return Object.fromEntries(
    Object.entries(weights).map(([role, weight]) => {
      if (!weight) return [role, null];
      return [role, weight instanceof Tensor ? weight.copy() : { data: weight.data.slice() }];
    }),
  );
}
