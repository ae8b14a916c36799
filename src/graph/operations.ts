/** @file The operations of a graph. */
import type { KernelSet } from "../kernels/contract/kernels.ts";
import type { GraphNode } from "./graph.ts";
import { conv2d, depthwiseConv2d, pointwiseConv2d } from "./operations/convolutions.ts";
import { convTranspose2d } from "./operations/convTranspose2d.ts";
import { batchNormalization, dense, layerNormalization, matmul, prelu } from "./operations/dense.ts";
import {
  abs,
  activation,
  add,
  clamp,
  div,
  elu,
  erf,
  exp,
  fakeQuantize,
  gelu,
  hardSigmoid,
  leakyRelu,
  log,
  max,
  min,
  mul,
  neg,
  reciprocal,
  roundEven,
  softmax,
  sqrt,
  sub,
  tanh,
} from "./operations/elementwise.ts";
import type { Operation } from "./operations/operation.ts";
import { expand, gather, slice, tile } from "./operations/picks.ts";
import { averagePool2d, globalAveragePool2d, maxPool2d } from "./operations/pools.ts";
import { dequantize, quantize } from "./operations/quantize.ts";
import { concat, pad, reshape, transpose } from "./operations/rearrange.ts";
import { argMax, reduceMax, reduceMean, reduceMin, reduceSum } from "./operations/reduce.ts";
import { resample2d } from "./operations/resample2d.ts";

/** A new operation is implemented in operations/ and listed here. */
export const OPERATIONS: { readonly [Op in GraphNode["op"]]: Operation<Op> } = {
  conv2d,
  depthwiseConv2d,
  pointwiseConv2d,
  convTranspose2d,
  dense,
  batchNormalization,
  activation,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  softmax,
  add,
  sub,
  mul,
  div,
  max,
  min,
  pad,
  concat,
  reshape,
  transpose,
  clamp,
  hardSigmoid,
  leakyRelu,
  elu,
  gelu,
  abs,
  neg,
  reciprocal,
  sqrt,
  exp,
  log,
  erf,
  tanh,
  roundEven,
  fakeQuantize,
  reduceMean,
  reduceSum,
  reduceMax,
  reduceMin,
  argMax,
  slice,
  gather,
  expand,
  tile,
  resample2d,
  matmul,
  prelu,
  layerNormalization,
  quantize,
  dequantize,
};

export function operationOf<Op extends GraphNode["op"]>({ op }: { readonly op: Op }): Operation<Op> {
  return OPERATIONS[op];
}

/** The node's kernel on a tier; null for a reshape, which computes nothing. */
export function kernelOf<K>(kernels: KernelSet<K>, node: GraphNode): K | null {
  return operationOf<GraphNode["op"]>(node).kernel(kernels, node);
}
