/** @file What writes a node of a graph as layers of TensorFlow.js. */
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
  /** The layer that computes the node. @param inputs default: all operands */
  layer(
    className: string,
    config: Config,
    inputs?: readonly string[],
    weights?: Readonly<Record<string, Tensor>>,
  ): string;
  /** A layer before it. @param part the end of its name */
  step(
    part: string,
    className: string,
    config: Config,
    inputs?: readonly string[],
    weights?: Readonly<Record<string, Tensor>>,
  ): string;
  /** @param what of the operation the layers lack; default: all of it */
  fail(what?: string): never;
}
