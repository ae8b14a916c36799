/** @file The memory plan: where in one block of memory each value of a graph lives, and when its place is free again. */
import { sizeOf } from "../tensor/shape.ts";
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
 */
export function planMemory(graph: Graph): MemoryPlan {
  const lives = lifetimes(graph).sort((a, b) => b.size - a.size || a.born - b.born);
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

/** When each value is written and last read, in steps: step 0 writes the input, step i + 1 runs node i. */
function lifetimes(graph: Graph): Life[] {
  const lives = new Map<string, { name: string; size: number; born: number; dies: number }>();
  const owner = new Map<string, string>([[graph.input.name, graph.input.name]]);
  lives.set(graph.input.name, { name: graph.input.name, size: sizeOf(graph.input.shape), born: 0, dies: 0 });
  const read = (value: string, step: number): void => {
    const life = lives.get(owner.get(value) ?? value);
    if (life) life.dies = Math.max(life.dies, step);
  };
  graph.nodes.forEach((node, i) => {
    const step = i + 1;
    for (const input of node.inputs) read(input, step);
    if (node.op === "reshape") {
      owner.set(node.name, owner.get(node.inputs[0]) ?? node.inputs[0]);
    } else {
      owner.set(node.name, node.name);
      lives.set(node.name, { name: node.name, size: sizeOf(node.outputShape), born: step, dies: step });
    }
  });
  read(graph.output, graph.nodes.length + 1);
  return [...lives.values()];
}
