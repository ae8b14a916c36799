/** @file The context for writing a node of a graph as TensorFlow.js layers. */
import type { GraphNode } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Config } from "./writer.ts";

/** A node with the layers that compute its operands. */
export interface Own<N extends GraphNode = GraphNode> {
  readonly node: N;
  readonly x: string;
  /** All operands; the first is x. */
  readonly inputs: readonly string[];
  weight(role: string): Tensor;
  /** Appends the layer that computes the node. @param inputs default: all operands */
  layer(
    className: string,
    config: Config,
    inputs?: readonly string[],
    weights?: Readonly<Record<string, Tensor>>,
  ): string;
  /** Appends a layer before that one. @param part the end of its name */
  step(
    part: string,
    className: string,
    config: Config,
    inputs?: readonly string[],
    weights?: Readonly<Record<string, Tensor>>,
  ): string;
  /** @param what the part of the operation that the layers lack; default: all of it */
  fail(what?: string): never;
}
