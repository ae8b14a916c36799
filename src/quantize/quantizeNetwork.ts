/** @file A trained network in eight bits; the code is loaded on first use. */
import type { Graph } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { QuantizedNetwork, QuantizeNetworkOptions } from "./inEightBits.ts";

export type { QuantizationLoss, QuantizedNetwork, QuantizeNetworkOptions } from "./inEightBits.ts";
export type { Calibration } from "./ranges.ts";

/**
 * Turns a trained network into one of integers that computes what the other does, nearly: batch norm is folded, values
 * get levels that cover what they become for some images, filters are rounded to -127 … 127, and biases to int32. The
 * same images give the same bytes.
 *
 * @param images [n, …] as the network takes them, at least one; a hundred of the kind that it will see are enough
 * @param options `signal` stops it between images, `onProgress` is called after each
 * @throws ShapeError for several inputs, a network that has integers already, images of another shape, or a value that
 *   is not finite
 *
 * @example
 * const graph = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 10 });
 * const images = randomTensor([2, 32, 32, 3], random(1));
 * const quantized = await quantizeNetwork(graph, randomWeights(graph, 1), images);
 * quantized.graph.name; // "mobilenet_v1_0.25_32_int8"
 */
export async function quantizeNetwork(
  graph: Graph,
  weights: Weights,
  images: Tensor,
  options: QuantizeNetworkOptions = {},
): Promise<QuantizedNetwork> {
  const { inEightBits } = await import("./inEightBits.ts");
  return inEightBits(graph, weights, images, options);
}
