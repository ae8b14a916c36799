/**
 * @file A flow as one WebAssembly program in one memory: weights packed, values placed by the plan, and in a run calls
 * of emitted functions, with what plain TypeScript does in between.
 */

import { addressesOf, type Emitted, type Recipe, type Stage } from "../kernels/simd/kernel.ts";
import { allocate, layout } from "../kernels/simd/memory.ts";
import { buildProgram, followsRows, type PlacedStage, rowsOf, type StageGroup } from "../kernels/simd/program.ts";
import { CONTROL_BYTES } from "../kernels/simd/thread.ts";
import { createTeam, usableThreads } from "../kernels/simd/threads.ts";
import { areEqual } from "../tensor/bytes.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Executor, endsOf } from "./executor.ts";
import { type Phases, planFlow } from "./memoryPlan.ts";
import type { Flow, FlowStep } from "./schedule.ts";

/** Bytes of the values that a band of rows reads and writes in the middle of a phase: they stay in the L2 cache. */
const BAND_BYTES = 256 * 1024;

/** A stage of a layer. */
interface Part {
  readonly layer: number;
  readonly stage: Stage;
}

interface Layer<S> {
  readonly step: S;
  readonly recipe: Recipe;
}

/** @param recipeOf the recipe of a step; null for a reshape */
export async function emittedExecutor<S extends FlowStep>(
  op: string,
  flow: Flow<S>,
  recipeOf: (step: S) => Recipe | null,
  wantedThreads: number,
  bandBytes: number = BAND_BYTES,
): Promise<Executor<S>> {
  const threads = usableThreads(wantedThreads);
  const layers = flow.steps.flatMap((step): Layer<S>[] => {
    const recipe = recipeOf(step);
    return recipe === null ? [] : [{ step, recipe }];
  });
  const groups = groupParts(layers);
  // A layer of several stages may begin in the phase of the layer before it and end in a later one.
  const phasesOf = new Map<string, Phases>();
  groups.forEach((parts, phase) => {
    for (const { layer } of parts) {
      const { name } = layers[layer].step;
      phasesOf.set(name, { first: phasesOf.get(name)?.first ?? phase, last: phase });
    }
  });
  const plan = planFlow(flow, (name) => phasesOf.get(name));

  const place = layout();
  place.take(CONTROL_BYTES);
  const constants = layers.map(({ recipe }) => ("hosted" in recipe ? 0 : place.take(recipe.constants.bytes)));
  const values = place.take(plan.peak * Float32Array.BYTES_PER_ELEMENT);
  const scratch = place.take(Math.max(0, ...layers.map(({ recipe }) => scratchOf(recipe))));
  const isShared = threads > 1;
  const pages = place.pages(op);
  const memory = allocate(op, pages, isShared);

  const addressOf = (name: string): number => {
    return values + (plan.offsets.get(name) ?? 0) * Float32Array.BYTES_PER_ELEMENT;
  };
  const valueAt = (name: string, shape: Shape): Tensor => {
    return new Tensor(new Float32Array(memory.buffer, addressOf(name), sizeOf(shape)), shape);
  };
  const placed = ({ layer, stage }: Part): PlacedStage => {
    const { step } = layers[layer];
    const input = (i: number): number => addressOf(step.inputs[i]);
    const places = { input, output: addressOf(step.name), constants: constants[layer], scratch };
    return { stage, addresses: addressesOf(stage, places) };
  };
  const hosted = new Map<number, () => void>();
  const stageGroups = groups.map((parts, phase): StageGroup => {
    const { step, recipe } = layers[parts[0].layer];
    if (!("hosted" in recipe)) return { stages: parts.map(placed), bandRows: bandRows(parts, layers, bandBytes) };
    const inputs = step.inputs.map((name, i) => valueAt(name, step.inputShapes[i]));
    const output = valueAt(step.name, step.outputShape);
    hosted.set(phase, () => recipe.hosted(inputs, output));
    return { stages: [], bandRows: 1 };
  });
  const program = buildProgram(stageGroups, { pages, shared: isShared });
  const team = createTeam(program, memory, threads, hosted); // compiles while the weights are packed
  const refresh = (): void => {
    layers.forEach(({ recipe }, i) => {
      if (!("hosted" in recipe)) recipe.constants.write({ memory, at: constants[i], scratch });
    });
  };
  refresh();
  const packedLayers = layers.map(({ recipe }, i) =>
    bytesAt(memory, constants[i], "hosted" in recipe ? 0 : recipe.constants.bytes),
  );
  const { run, dispose, isAlive, threads: count } = await team;
  return {
    threads: count,
    packed: {
      layers: packedLayers,
      holds: (otherOf) => {
        const pack = packer(op, layers);
        return layers.every(({ step }, i) => {
          const other = otherOf(step);
          return other === null || "hosted" in other || areEqual(pack(other), packedLayers[i]);
        });
      },
    },
    isAlive,
    plan,
    value: endsOf(flow, valueAt),
    steps: layers.map(({ step }) => step),
    run: (done) => {
      if (done === undefined) return run();
      let since = performance.now();
      return run((phase, call) => {
        const now = performance.now();
        done(groups[phase][call].layer, now - since);
        since = now;
      });
    },
    refresh,
    dispose,
  };
}

/** Packs the weights of one layer after the other into the same memory, to look at. */
function packer(op: string, layers: readonly Layer<FlowStep>[]): (recipe: Emitted) => Uint8Array {
  const place = layout();
  const most = (bytesOf: (recipe: Emitted) => number): number =>
    Math.max(0, ...layers.map(({ recipe }) => ("hosted" in recipe ? 0 : bytesOf(recipe))));
  const [at, scratch] = [place.take(most(({ constants }) => constants.bytes)), place.take(most(scratchOf))];
  const memory = allocate(op, place.pages(op), false);
  return ({ constants }) => {
    const packed = bytesAt(memory, at, constants.bytes).fill(0);
    constants.write({ memory, at, scratch });
    return packed;
  };
}

function bytesAt({ buffer }: WebAssembly.Memory, at: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer, at, bytes);
}

function scratchOf(recipe: Recipe): number {
  return "hosted" in recipe ? 0 : recipe.scratchBytes;
}

/** Parts that make one phase each: one stage, or several that follow the rows of one another. */
function groupParts(layers: readonly Layer<FlowStep>[]): readonly (readonly Part[])[] {
  const groups: Part[][] = [];
  layers.forEach(({ step, recipe }, layer) => {
    if ("hosted" in recipe) {
      groups.push([{ layer, stage: NOTHING }]);
      return;
    }
    recipe.stages.forEach((stage, s) => {
      const group = groups[groups.length - 1];
      const last = group?.[group.length - 1];
      const isNext = last && s === 0 && step.inputs.length === 1 && step.inputs[0] === layers[last.layer].step.name;
      if (isNext && followsRows(last.stage, stage)) group.push({ layer, stage });
      else groups.push([{ layer, stage }]);
    });
  });
  return groups;
}

/** Stands for a layer that this thread computes itself. */
const NOTHING: Stage = {
  entry: { kind: "function", name: "nothing", params: [], locals: [], body: [] },
  operands: [],
  units: 0,
};

function bandRows(parts: readonly Part[], layers: readonly Layer<FlowStep>[], bandBytes: number): number {
  const rows = rowsOf(parts[0].stage) ?? 1;
  const between = parts.slice(0, -1).reduce((sum, { layer }) => sum + sizeOf(layers[layer].step.outputShape), 0);
  return Math.max(1, Math.floor((bandBytes * rows) / (between * Float32Array.BYTES_PER_ELEMENT)));
}
