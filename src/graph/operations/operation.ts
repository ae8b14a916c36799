/** @file The description of an operation. */
import type { KernelSet } from "../../kernels/contract/kernels.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../methods/graphBuilder.ts";
import type { Value } from "../methods/value.ts";
import type { NodeList } from "../nodeList.ts";

export type NodeOf<Op extends GraphNode["op"]> = GraphNode & { readonly op: Op };

export interface Operation<Op extends GraphNode["op"]> {
  /** Its builder method: checks operands and options, infers the shape, and appends a node. */
  method(list: NodeList): GraphBuilder[Op];
  /** Builds a node again. Its fields may not have the declared types; the builder checks every value. */
  again(g: GraphBuilder, node: NodeOf<Op>): Value;
  /** The node's kernel on a tier; null if only a shape changes. */
  kernel<K>(kernels: KernelSet<K>, node: NodeOf<Op>): K | null;
}
