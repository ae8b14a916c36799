/** @file What runs a flow once everything is planned. A session puts pictures in and takes answers out. */
import type { Kernel } from "../kernels/kernels.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Flow, FlowStep } from "./flow.ts";
import { type MemoryPlan, planFlow } from "./memoryPlan.ts";

export interface Executor<S extends FlowStep> {
  readonly threads: number;
  readonly plan: MemoryPlan;
  /** Where the flow's inputs are put, and where its outputs lie after a run. */
  value(name: string): Tensor;
  /** The steps that compute something, in order. */
  readonly steps: readonly S[];
  /**
   * @param done told whenever work for a step ends, with its place in `steps`; may be told several times in a run. Where it returns a
   *   promise, plain kernels wait for it.
   */
  run(done?: (step: number) => void | Promise<void>): void | Promise<void>;
  /** Reads the weights anew: they are others now. */
  refresh(): void;
  dispose(): void;
}

/** Finds the inputs and outputs of a flow. */
export function endsOf(flow: Flow, valueAt: (name: string, shape: Shape) => Tensor): (name: string) => Tensor {
  const ends = new Map([...flow.inputs, ...flow.outputs].map(({ name, shape }) => [name, valueAt(name, shape)]));
  return (name) => {
    const value = ends.get(name);
    if (value === undefined) throw new Error(`${name} is neither an input nor an output`);
    return value;
  };
}

interface Prepared {
  readonly kernel: Kernel;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

async function observed(prepared: readonly Prepared[], done: (step: number) => void | Promise<void>): Promise<void> {
  for (const [i, { kernel, inputs, output }] of prepared.entries()) {
    kernel(inputs, output);
    const pause = done(i);
    if (pause) await pause;
  }
}

/**
 * Kernels that work on tensors, called one after the other.
 *
 * @param kernelOf the kernel of a step with the weights of the moment; null for a reshape
 */
export function tensorExecutor<S extends FlowStep>(flow: Flow<S>, kernelOf: (step: S) => Kernel | null): Executor<S> {
  const plan = planFlow(flow);
  const memory = new Float32Array(plan.peak);
  const valueAt = (name: string, shape: Shape): Tensor => new Tensor(memory, shape, undefined, plan.offsets.get(name));
  const prepare = () =>
    flow.steps.flatMap((step) => {
      const kernel = kernelOf(step);
      if (kernel === null) return [];
      const inputs = step.inputs.map((name, i) => valueAt(name, step.inputShapes[i]));
      return [{ step, kernel, inputs, output: valueAt(step.name, step.outputShape) }];
    });
  let prepared = prepare();
  return {
    threads: 1,
    plan,
    value: endsOf(flow, valueAt),
    steps: prepared.map(({ step }) => step),
    run: (done) => {
      if (done !== undefined) return observed(prepared, done);
      for (const { kernel, inputs, output } of prepared) kernel(inputs, output);
      return undefined;
    },
    refresh: () => {
      prepared = prepare();
    },
    dispose: () => {
      prepared = [];
    },
  };
}
