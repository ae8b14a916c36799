/** @file The memory plan: where in one block of memory each value of a graph lives, and when its memory is reused. */

import type { Graph } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { ELEMENT_BYTES, type ElementType } from "../tensor/elementType.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { VECTOR_BYTES } from "../wasm/sizes.ts";
import type { Phases } from "./phases.ts";
import { type End, type Schedule, scheduleOf } from "./schedule.ts";

/** Where the values of a session live, in bytes. */
export interface MemoryPlan {
  /** Where each value begins in the block, in bytes. */
  readonly offsetBytes: ReadonlyMap<string, number>;
  /** Bytes of the block. */
  readonly peakBytes: number;
  /** Bytes that it would have if no memory were reused. */
  readonly sumBytes: number;
}

interface Life {
  readonly name: string;
  readonly bytes: number;
  readonly born: number;
  readonly dies: number;
}

/**
 * Plans the memory of a session on the naive and im2col tiers, which run one node after the other. The simd tier
 * computes several nodes in one phase, so more of its values are alive at once.
 *
 * @throws ShapeError if the graph is invalid
 *
 * @example
 * const { peakBytes } = planMemory(mobilenetV1());
 * peakBytes; // 6422528
 */
export function planMemory(graph: Graph): MemoryPlan {
  return planSchedule(scheduleOf(readGraph("planMemory", graph)));
}

/**
 * Gives every value the lowest offset free throughout its lifetime, large values first. (Greedy by size: Y. Pisarchyk,
 * J. Lee, arXiv 2001.03288.) A reshaped value shares its input's memory.
 *
 * @param phases in which each step is computed; default: one phase per step. Values read or written in the
 *   same phase never overlap.
 */
export function planSchedule(schedule: Schedule, phases?: ReadonlyMap<string, Phases>): MemoryPlan {
  const lives = lifetimes(schedule, phases).sort((a, b) => b.bytes - a.bytes || a.born - b.born);
  const offsets = new Map<string, number>();
  const allocated = allocatedLives();
  let peak = 0;
  for (const life of lives) {
    const neighbours = allocated.during(life);
    const offset = neighbours === null ? peak : lowestFree(life.bytes, neighbours);
    allocated.add({ ...life, offset });
    offsets.set(life.name, offset);
    peak = Math.max(peak, offset + life.bytes);
  }
  for (const step of schedule.steps) {
    if (step.op === "reshape") offsets.set(step.name, offsets.get(step.inputs[0]) ?? 0);
  }
  return { offsetBytes: offsets, peakBytes: peak, sumBytes: lives.reduce((sum, { bytes }) => sum + bytes, 0) };
}

interface Allocated extends Life {
  readonly offset: number;
}

/** The lowest offset with that many free bytes between values alive at that time. */
function lowestFree(bytes: number, neighbours: Allocated[]): number {
  let offset = 0;
  for (const other of neighbours.sort((a, b) => a.offset - b.offset)) {
    if (offset + bytes <= other.offset) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}

/** Phases per span: most values live in one or two. */
const SPAN = 64;
/** Max long-lived values to search for a gap. Large values come first, so those beyond are small. */
const MAX_LASTING = 1024;

/** Allocated values by the spans of phases they live in: in a long graph, not every pair of values is compared. */
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
    /** The values alive at the same time; null if there are too many to search. */
    during: (life) => {
      if (lasting.length > MAX_LASTING) return null;
      const near = isLasting(life) ? all : [...lasting, ...spansOf(life).flatMap((span) => spans.get(span) ?? [])];
      return near.filter((other) => other.born <= life.dies && life.born <= other.dies);
    },
  };
}

/** The phases that first write and last read each value. Inputs are written before them all. */
function lifetimes({ inputs, steps, outputs }: Schedule, phases?: ReadonlyMap<string, Phases>): Life[] {
  const lives = new Map<string, { name: string; bytes: number; born: number; dies: number }>();
  const owner = new Map<string, string>();
  const bear = ({ name, shape, type }: End, born: number, dies: number): void => {
    owner.set(name, name);
    lives.set(name, { name, bytes: alignedBytes(shape, type), born, dies });
  };
  const read = (value: string, phase: number): void => {
    const life = lives.get(owner.get(value) ?? value);
    if (life) life.dies = Math.max(life.dies, phase);
  };
  for (const input of inputs) bear(input, -1, -1);
  steps.forEach((step, i) => {
    if (step.op === "reshape") owner.set(step.name, owner.get(step.inputs[0]) ?? step.inputs[0]);
    else {
      const { first, last } = phases?.get(step.name) ?? { first: i, last: i };
      for (const input of step.inputs) read(input, last);
      bear({ name: step.name, shape: step.outputShape, type: step.outputType }, first, last);
    }
  });
  for (const { name } of outputs) read(name, Number.POSITIVE_INFINITY);
  return [...lives.values()];
}

/** Bytes reserved for a value: a multiple of 16, so that a vector never reaches into the next one. */
function alignedBytes(shape: Shape, type: ElementType): number {
  return Math.ceil((sizeOf(shape) * ELEMENT_BYTES[type]) / VECTOR_BYTES) * VECTOR_BYTES;
}
