/**
 * @file The tail of a network: its last steps, from the first that is faster for several images at once.
 *
 * A dense layer uses each weight that it reads for one product; with a batch, for as many products as there are images.
 * A convolution already uses it for all pixels of an image, and gains nothing. So the images of a batch go through the
 * head of a network one by one, and through its tail together.
 */
import type { Kernel } from "../kernels/contract/kernels.ts";
import { type MemoryPlan, planSchedule } from "./memoryPlan.ts";
import { type LaunchOfStep, launchesByPhase, phasesOfSteps } from "./phases.ts";
import { computed, type End, type Schedule, type Step } from "./schedule.ts";

/** Images per run of a tail: more would be faster still, but the first result would come later. */
export const TAIL_IMAGES = 8;

export interface Tail<S extends Step> {
  /** Number of phases in the head. */
  readonly headPhases: number;
  /** The first step, by its number among those that compute something. */
  readonly first: number;
  /** The steps for all images; their input is the head's output. */
  readonly schedule: Schedule<S>;
}

/**
 * The tail of a schedule; null if it has none.
 *
 * @param steps    of the schedule that compute something, each with its kernel
 * @param launches of each phase
 * @param scheduleFor the same schedule for several images; made only if there may be a tail
 */
export function tailOf<S extends Step>(
  steps: readonly S[],
  kernels: readonly Kernel[],
  launches: readonly (readonly LaunchOfStep[])[],
  scheduleFor: (images: number) => Schedule<S>,
): Tail<S> | null {
  let first = steps.length;
  for (let i = steps.length - 1; i >= 0 && takesImages(kernels[i]); i--) if (hasBatch(kernels[i])) first = i;
  if (first === steps.length) return null;
  const headPhases = launches.findIndex((own) => own.some(([step]) => step >= first));
  if (launches[headPhases].some(([step]) => step < first)) return null;
  const many = scheduleFor(TAIL_IMAGES);
  const tail = many.steps.slice(many.steps.findIndex(({ name }) => name === steps[first].name));
  const made = new Set(tail.map(({ name }) => name));
  const read = new Set(tail.flatMap(({ inputs }) => inputs.filter((name) => !made.has(name))));
  if (read.size !== 1 || !many.outputs.every(({ name }) => made.has(name))) return null;
  const values = [
    ...many.inputs,
    ...many.steps.map(({ name, outputShape, outputType }): End => ({ name, shape: outputShape, type: outputType })),
  ];
  const inputs = values.filter(({ name }) => read.has(name));
  return { headPhases, first, schedule: { inputs, steps: tail, outputs: many.outputs } };
}

/** Upper bound for the memory of a tail: its values, then its scratch memory. @param kernels for one image */
export function tailBytes({ first, schedule }: Tail<Step>, kernels: readonly Kernel[]): number {
  const [{ shape }] = schedule.inputs;
  const scratch = kernels.slice(first).map((kernel) => {
    return kernel.kind === "emitted" && !kernel.packed ? (kernel.scratchBytes ?? 0) : 0;
  });
  return planSchedule(schedule).sumBytes + shape[0] * Math.max(...scratch);
}

function hasBatch(kernel: Kernel): boolean {
  return kernel.kind === "emitted" && kernel.batch !== undefined;
}

/** Whether a kernel can serve several images: it packs no weights, or has batch launches that share them. */
function takesImages(kernel: Kernel): boolean {
  return kernel.kind === "emitted" && (kernel.batch !== undefined || !kernel.packed);
}

/** The launches of a tail's program. @param kernels of the steps that compute something, for one image */
export function tailLaunches<S extends Step>(
  { first, schedule }: Tail<S>,
  kernels: readonly Kernel[],
  kernelOf: (step: S) => Kernel | null,
): {
  readonly steps: readonly S[];
  readonly kernels: readonly Kernel[];
  readonly launches: readonly (readonly LaunchOfStep[])[];
  readonly plan: MemoryPlan;
} {
  const [{ shape }] = schedule.inputs;
  const { steps, kernels: own } = computed(schedule.steps, kernelOf);
  const batched = own.map((kernel, i): Kernel => {
    const single = kernels[first + i];
    const launches = single.kind === "emitted" && single.batch?.(shape[0]);
    return launches ? { kind: "emitted", launches } : kernel;
  });
  const launches = launchesByPhase(steps, batched);
  return { steps, kernels: batched, launches, plan: planSchedule(schedule, phasesOfSteps(launches, steps)) };
}
