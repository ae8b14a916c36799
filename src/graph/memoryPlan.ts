/** @file The memory plan: where in one block of memory each value of a graph lives, and when its place is free again. */
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Graph } from "./graph.ts";

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

/**
 * Gives every value the lowest place that is free for as long as the value lives, large values first. (Greedy by size:
 * Y. Pisarchyk, J. Lee, arXiv 2001.03288.) A reshaped value is the same memory under another shape and gets no place of
 * its own.
 *
 * @param stepOf in which step a node is computed, where that is not one node after the other: what is read or written in one
 *   step never shares a place
 */
export function planMemory(graph: Graph, stepOf?: (node: string) => number | undefined): MemoryPlan {
  const lives = lifetimes(graph, stepOf).sort((a, b) => b.size - a.size || a.born - b.born);
  const offsets = new Map<string, number>();
  const placed: (Life & { offset: number })[] = [];
  for (const life of lives) {
    const neighbours = placed
      .filter((other) => other.born <= life.dies && life.born <= other.dies)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const other of neighbours) {
      if (offset + life.size <= other.offset) break;
      offset = Math.max(offset, other.offset + other.size);
    }
    placed.push({ ...life, offset });
    offsets.set(life.name, offset);
  }
  for (const node of graph.nodes) {
    if (node.op === "reshape") offsets.set(node.name, offsets.get(node.inputs[0]) ?? 0);
  }
  const peak = placed.reduce((most, { offset, size }) => Math.max(most, offset + size), 0);
  return { offsets, peak, sum: lives.reduce((total, { size }) => total + size, 0) };
}

/** When each value is written and last read, in steps. The input is written before all of them. */
function lifetimes(graph: Graph, stepOf?: (node: string) => number | undefined): Life[] {
  const lives = new Map<string, { name: string; size: number; born: number; dies: number }>();
  const owner = new Map<string, string>([[graph.input.name, graph.input.name]]);
  lives.set(graph.input.name, { name: graph.input.name, size: placeOf(graph.input.shape), born: -1, dies: -1 });
  const read = (value: string, step: number): void => {
    const life = lives.get(owner.get(value) ?? value);
    if (life) life.dies = Math.max(life.dies, step);
  };
  graph.nodes.forEach((node, i) => {
    if (node.op === "reshape") {
      owner.set(node.name, owner.get(node.inputs[0]) ?? node.inputs[0]);
    } else {
      const step = (stepOf ? stepOf(node.name) : i) ?? i;
      for (const input of node.inputs) read(input, step);
      owner.set(node.name, node.name);
      lives.set(node.name, { name: node.name, size: placeOf(node.outputShape), born: step, dies: step });
    }
  });
  read(graph.output, Number.POSITIVE_INFINITY);
  return [...lives.values()];
}

/** Elements that a value takes: places are multiples of 16 bytes, so that a vector never reaches into the next one. */
function placeOf(shape: Shape): number {
  return Math.ceil(sizeOf(shape) / 4) * 4;
}
