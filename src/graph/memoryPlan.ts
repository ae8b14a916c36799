/**
 * @file The memory plan: where in one block of memory each value of a graph lives, and when its place is free again.
 */
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Graph } from "./graph.ts";
import { readGraph } from "./readGraph.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";

export interface MemoryPlan {
  /** Place of each value, in elements from the start of the block. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Elements of the block. */
  readonly peak: number;
  /** Elements that would be needed if no place were used twice. */
  readonly sum: number;
}

interface Life {
  readonly name: string;
  readonly size: number;
  readonly born: number;
  readonly dies: number;
}

/** The phases from the first to the last in which a step is computed. */
export interface Phases {
  readonly first: number;
  readonly last: number;
}

/**
 * The plan by which a session of the graph runs on the naive and im2col tiers, one node after the other. The simd tier
 * computes several nodes in one phase, so more of its values are alive at once.
 *
 * @throws ShapeError unless it is a graph
 */
export function planMemory(graph: Graph): MemoryPlan {
  return planSchedule(scheduleOf(readGraph("planMemory", graph)));
}

/**
 * Gives every value the lowest place that is free for as long as the value lives, large values first. (Greedy by size:
 * Y. Pisarchyk, J. Lee, arXiv 2001.03288.) A reshaped value is the same memory under another shape and gets no place of
 * its own.
 *
 * @param phasesOf in which phases a step is computed, where that is not one step after the other: what is read or
 *   written in one phase never shares a place
 */
export function planSchedule(schedule: Schedule, phasesOf?: (step: string) => Phases | undefined): MemoryPlan {
  const lives = lifetimes(schedule, phasesOf).sort((a, b) => b.size - a.size || a.born - b.born);
  const offsets = new Map<string, number>();
  const allocated = allocatedLives();
  let peak = 0;
  for (const life of lives) {
    const neighbours = allocated.during(life);
    const offset = neighbours === null ? peak : lowestFree(life.size, neighbours);
    allocated.add({ ...life, offset });
    offsets.set(life.name, offset);
    peak = Math.max(peak, offset + life.size);
  }
  for (const step of schedule.steps) {
    if (step.op === "reshape") offsets.set(step.name, offsets.get(step.inputs[0]) ?? 0);
  }
  return { offsets, peak, sum: lives.reduce((total, { size }) => total + size, 0) };
}

interface Allocated extends Life {
  readonly offset: number;
}

/** The lowest place for so many elements between values that are alive meanwhile. */
function lowestFree(size: number, neighbours: Allocated[]): number {
  let offset = 0;
  for (const other of neighbours.sort((a, b) => a.offset - b.offset)) {
    if (offset + size <= other.offset) break;
    offset = Math.max(offset, other.offset + other.size);
  }
  return offset;
}

/** Phases of a span: most values live within one or two. */
const SPAN = 64;
/** Values that live longer, among which a gap is looked for. They come by size, so what is beyond is small. */
const MAX_LASTING = 1024;

/**
 * Values with a place, by the spans of phases that they live in: in a long graph not every value is compared with every
 * other.
 */
function allocatedLives(): { add(life: Allocated): void; during(life: Life): Allocated[] | null } {
  const spans = new Map<number, Allocated[]>();
  const lasting: Allocated[] = []; // alive in more than two spans
  const all: Allocated[] = [];
  const spansOf = ({ born, dies }: Life): readonly number[] => {
    const [first, last] = [Math.floor(born / SPAN), Math.floor(dies / SPAN)];
    return first === last ? [first] : [first, last];
  };
  const isLasting = ({ born, dies }: Life): boolean => Math.floor(dies / SPAN) > Math.floor(born / SPAN) + 1;
  return {
    add: (life) => {
      all.push(life);
      if (isLasting(life)) lasting.push(life);
      else {
        for (const span of spansOf(life)) {
          const lives = spans.get(span);
          if (lives === undefined) spans.set(span, [life]);
          else lives.push(life);
        }
      }
    },
    /** The values that are alive meanwhile; null where there are too many to look among. */
    during: (life) => {
      if (lasting.length > MAX_LASTING) return null;
      const near = isLasting(life) ? all : [...lasting, ...spansOf(life).flatMap((span) => spans.get(span) ?? [])];
      return near.filter((other) => other.born <= life.dies && life.born <= other.dies);
    },
  };
}

/** When each value is written and last read, in phases. Inputs are written before all of them. */
function lifetimes({ inputs, steps, outputs }: Schedule, phasesOf?: (step: string) => Phases | undefined): Life[] {
  const lives = new Map<string, { name: string; size: number; born: number; dies: number }>();
  const owner = new Map<string, string>();
  const bear = (name: string, shape: Shape, born: number, dies: number): void => {
    owner.set(name, name);
    lives.set(name, { name, size: alignedSize(shape), born, dies });
  };
  const read = (value: string, phase: number): void => {
    const life = lives.get(owner.get(value) ?? value);
    if (life) life.dies = Math.max(life.dies, phase);
  };
  for (const { name, shape } of inputs) bear(name, shape, -1, -1);
  steps.forEach((step, i) => {
    if (step.op === "reshape") owner.set(step.name, owner.get(step.inputs[0]) ?? step.inputs[0]);
    else {
      const { first, last } = phasesOf?.(step.name) ?? { first: i, last: i };
      for (const input of step.inputs) read(input, last);
      bear(step.name, step.outputShape, first, last);
    }
  });
  for (const { name } of outputs) read(name, Number.POSITIVE_INFINITY);
  return [...lives.values()];
}

/** Elements that a value takes: places are multiples of 16 bytes, so that a vector never reaches into the next one. */
function alignedSize(shape: Shape): number {
  return Math.ceil(sizeOf(shape) / 4) * 4;
}
