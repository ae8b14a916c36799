/** @file Quantises a trained network to eight bits; the code is loaded on first use. */
import type { Graph } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { QuantizedNetwork, QuantizeNetworkOptions } from "./inEightBits.ts";

export type { QuantizationLoss, QuantizedNetwork, QuantizeNetworkOptions } from "./inEightBits.ts";
export type { Calibration } from "./ranges.ts";

/**
 * Converts a trained network to an integer network that computes nearly the same: batch norm is folded, each value gets
 * levels that cover its range over some images, filters are rounded to -127 … 127, and biases to int32. The same images
 * yield the same bytes.
 *
 * @param images [n, …], at least one, prepared as for the network; a hundred like those it will see are enough
 * @param options `signal` stops it between images, `onProgress` is called after each
 * @throws ShapeError if the network has several inputs or already has integers, the images have another shape, or a
 *   value is not finite
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
