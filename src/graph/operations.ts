/** @file The operations of a graph. */
import type { KernelSet } from "../kernels/contract/kernels.ts";
import type { GraphNode } from "./graph.ts";
import { conv2d, depthwiseConv2d, pointwiseConv2d } from "./operations/convolutions.ts";
import { batchNormalization, dense } from "./operations/dense.ts";
import { activation, add, clamp, hardSigmoid, mul, softmax } from "./operations/elementwise.ts";
import type { Operation } from "./operations/operation.ts";
import { averagePool2d, globalAveragePool2d, maxPool2d } from "./operations/pools.ts";
import { concat, pad, reshape, transpose } from "./operations/rearrange.ts";

/** A new operation is implemented in operations/ and listed here. */
export const OPERATIONS: { readonly [Op in GraphNode["op"]]: Operation<Op> } = {
  conv2d,
  depthwiseConv2d,
  pointwiseConv2d,
  dense,
  batchNormalization,
  activation,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  softmax,
  add,
  mul,
  pad,
  concat,
  reshape,
  transpose,
  clamp,
  hardSigmoid,
};

export function operationOf<Op extends GraphNode["op"]>({ op }: { readonly op: Op }): Operation<Op> {
  return OPERATIONS[op];
}

/** The node's kernel from those of a tier; null for a reshape, which computes nothing. */
export function kernelOf<K>(kernels: KernelSet<K>, node: GraphNode): K | null {
  return operationOf<GraphNode["op"]>(node).kernel(kernels, node);
}
