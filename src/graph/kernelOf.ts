/** @file From a node of a graph to a kernel of a tier. */
import type { Kernel, Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { GraphNode } from "./graph.ts";

/**
 * @param weight the node's weight of a role, or null if the node has none
 * @returns null for a reshape, which computes nothing
 */
export function kernelOf(kernels: Kernels, node: GraphNode, weight: (role: string) => Tensor | null): Kernel | null {
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
      return kernels.batchNormalization({
        mean: needed("mean"),
        variance: needed("variance"),
        scale: weight("scale"),
        bias: weight("bias"),
        epsilon: node.epsilon,
      });
    case "activation":
      return kernels.activation(node.activation);
    case "softmax":
      return kernels.softmax();
    case "add":
      return kernels.add();
    case "mul":
      return kernels.mul();
    case "pad":
      return kernels.pad(
        node.pads.map(([before]) => before),
        node.value,
      );
    case "concat":
      return kernels.concat(node.axis);
    case "reshape":
      return null;
  }
}
