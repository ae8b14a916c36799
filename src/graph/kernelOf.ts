/** @file Maps a graph node to a tier's kernel. */
import type { KernelSet } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { GraphNode } from "./graph.ts";

/**
 * @param kernels the tier's kernels
 * @param weight the node's weight with a role, or null if the node has none
 * @returns null for a reshape, which computes nothing
 */
export function kernelOf<K>(kernels: KernelSet<K>, node: GraphNode, weight: (role: string) => Tensor | null): K | null {
  const needed = (role: string): Tensor => {
    const tensor = weight(role);
    if (tensor === null) throw new Error(`node ${node.name} has no ${role}`);
    return tensor;
  };
  switch (node.op) {
    case "conv2d":
    case "depthwiseConv2d":
    case "pointwiseConv2d":
      return kernels[node.op](node.geometry, needed("filter"), weight("bias"), node.activation);
    case "dense":
      return kernels.dense(node.outputShape[0], needed("filter"), weight("bias"), node.activation);
    case "maxPool2d":
      return kernels.maxPool2d(node.geometry);
    case "averagePool2d":
      return kernels.averagePool2d(node.geometry, node.countIncludePad);
    case "globalAveragePool2d":
      return kernels.globalAveragePool2d(node.geometry);
    case "batchNormalization":
      return kernels.batchNormalization(node.outputShape, {
        mean: needed("mean"),
        variance: needed("variance"),
        scale: weight("scale"),
        bias: weight("bias"),
        epsilon: node.epsilon,
      });
    case "activation":
      return kernels.activation(node.outputShape, node.activation);
    case "softmax":
      return kernels.softmax(node.outputShape);
    case "add":
    case "mul":
      return kernels[node.op](node.inputShapes[0], node.inputShapes[1], node.outputShape);
    case "pad":
      return kernels.pad(
        node.pads.map(([before]) => before),
        node.value,
      );
    case "concat":
      return kernels.concat(node.axis);
    case "transpose":
      return kernels.transpose(node.permutation);
    case "clamp":
      return kernels.clamp(node.outputShape, node.minValue, node.maxValue);
    case "hardSigmoid":
      return kernels.hardSigmoid(node.outputShape, node.alpha, node.beta);
    case "reshape":
      return null;
  }
}
