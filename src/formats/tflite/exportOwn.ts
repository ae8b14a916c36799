/** @file What writes a node of a graph as TensorFlow Lite's operators. */
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
  /** An operator before the last one. @returns the tensor that it makes */
  step(op: string, inputs: readonly number[], shape: readonly number[], part: string, options?: Options): number;
  /** Writes operators, and the activation after them: fused into the last one's options where these can. */
  activated(f: Activation, write: (y: number, fused: number) => void): void;
  /** @param what of the operation TensorFlow Lite lacks; default: all of it */
  fail(what?: string): never;
}
