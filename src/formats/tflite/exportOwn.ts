/** @file The context for writing a node of a graph as TensorFlow Lite operators. */
import type { Activation } from "../../geometry/activation.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Options, TfliteWriter } from "./writer.ts";

/** A node with its file, its operands as tensors, and its result. */
export interface Own<N extends GraphNode = GraphNode> {
  readonly file: TfliteWriter;
  readonly node: N;
  readonly x: number;
  readonly y: number;
  /** All operands; the first is x. */
  readonly inputs: readonly number[];
  weight(role: string): Tensor;
  /** Writes an operator before the last one. @returns its output tensor */
  step(op: string, inputs: readonly number[], shape: readonly number[], part: string, options?: Options): number;
  /** Writes operators and an activation after them, fused into the last one's options if possible. */
  activated(f: Activation, write: (y: number, fused: number) => void): void;
  /** @param what the part of the operation that TensorFlow Lite lacks; default: all of it */
  fail(what?: string): never;
}
