/** @file The methods of a graph builder. */
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Graph } from "../graph.ts";
import type { ArithmeticMethods } from "./arithmetic.ts";
import type { FunctionMethods } from "./functions.ts";
import type { LayerMethods } from "./layers.ts";
import type { RearrangingMethods } from "./rearrangements.ts";
import type { Value } from "./value.ts";

/**
 * Builds a graph, value by value: every method appends a node and returns the name of its value. Images are
 * [1, h, w, c]; values may have any rank, with first extent 1. Names and defaults are those of the eager operations.
 * Invalid operands and invalid or unknown options throw a ShapeError.
 */
export interface GraphBuilder extends LayerMethods, FunctionMethods, ArithmeticMethods, RearrangingMethods {
  /** The graph's input; the first if there are several. */
  readonly input: Value;
  /** All inputs, in order. */
  readonly inputs: readonly Value[];
  /**
   * The shape of a value.
   *
   * @returns [1, …], for one image
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.shapeOf(g.conv2d(g.input, { outputs: 8, strides: 2, padding: "same" })); // [1, 16, 16, 8]
   */
  shapeOf(x: Value): Shape;
  /**
   * What the integers of a value represent; null for real numbers.
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.levelsOf(g.input); // null
   */
  levelsOf(x: Value): QuantizedLevels | null;
  /**
   * The finished graph.
   *
   * @param outputs a value, or several as { name: value, … }: a value takes the name of its output; its weights keep
   *   theirs. An input, or a value that already is an output, is followed by a `reshape` of that name
   * @throws ShapeError if one is not a value of this graph, or a name is taken by another value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 3]);
   * const features = g.conv2d(g.input, { outputs: 8 });
   * g.build({ features, mean: g.globalAveragePool2d(features) }).outputs; // ["features", "mean"]
   */
  build(outputs: Value | Readonly<Record<string, Value>>): Graph;
}
