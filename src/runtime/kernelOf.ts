/** @file Maps a graph node to a tier's kernel. */

import type { GraphNode } from "../graph/graph.ts";
import type { KernelSet } from "../kernels/contract/kernels.ts";

/** The node's kernel from those of a tier; null for a reshape, which computes nothing. */
export function kernelOf<K>(kernels: KernelSet<K>, node: GraphNode): K | null {
  switch (node.op) {
    case "conv2d":
    case "depthwiseConv2d":
    case "pointwiseConv2d":
      return kernels[node.op](node.geometry, node.activation);
    case "dense": {
      const [N, I] = node.inputShapes[0];
      return kernels.dense({ N, I, O: node.outputShape[1] }, node.activation);
    }
    case "maxPool2d":
      return kernels.maxPool2d(node.geometry);
    case "averagePool2d":
      return kernels.averagePool2d(node.geometry, node.countIncludePad);
    case "globalAveragePool2d":
      return kernels.globalAveragePool2d(node.geometry);
    case "batchNormalization":
      return kernels.batchNormalization(node.outputShape, node.epsilon);
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
