/** @file A graph for images of another size, with the same weights. */
import { checkPair, type Pair } from "../geometry/padding.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import { appendAgain } from "./again.ts";
import { builderOf } from "./builder.ts";
import type { Graph } from "./graph.ts";
import { readGraph } from "./readGraph.ts";

/**
 * Rebuilds a graph for images of another size, with the same weights. Padding keeps its size in pixels; a pool over the
 * whole image remains one.
 *
 * @param graph with one input, [1, h, w, c]
 * @param resolution its rows and columns, n or [h, w]
 * @throws ShapeError if the network cannot take that size: a layer does not fit, or would need other weights
 *
 * @example atResolution(mobilenetV1(), [160, 224]).input.shape; // [1, 160, 224, 3]
 */
export function atResolution(graph: Graph, resolution: Pair): Graph {
  const [H, W] = checkPair("atResolution", "resolution", resolution, 1);
  const own = readGraph("atResolution", graph);
  const { name, inputs, nodes, outputs } = own;
  const [{ name: input, shape }] = inputs;
  if (inputs.length > 1 || shape.length !== 4) {
    throw new ShapeError(
      `atResolution: ${name} takes ${inputs.map((one) => formatShape(one.shape)).join(", ")}, needs one image`,
    );
  }
  const again = builderOf(name, [{ name: input, shape: [1, H, W, shape[3]] }]);
  for (const node of nodes) {
    try {
      appendAgain(again, node);
    } catch (error) {
      throw new ShapeError(`atResolution: ${name} does not take ${H}×${W} images: ${(error as Error).message}`);
    }
  }
  return again.build(outputs.map((output) => [output, output]));
}
