/** @file The methods of a graph builder. */
import type { Activation } from "../geometry/activation.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Graph } from "./graph.ts";
import type {
  AveragePoolSpec,
  BatchNormSpec,
  ClampSpec,
  ConvSpec,
  DenseSpec,
  DepthwiseSpec,
  HardSigmoidSpec,
  Named,
  PadSpec,
  PointwiseSpec,
  PoolSpec,
} from "./specs.ts";

/** The name of a value in a graph. */
export type Value = string;

/**
 * Builds a graph, value by value: every method appends a node and returns the name of its value. Images are
 * [1, h, w, c]; values may have any rank, with first extent 1. Names and defaults are those of the eager operations.
 * Invalid operands and options throw a ShapeError, unknown options too.
 */
export interface GraphBuilder {
  /** The graph's input; the first of several. */
  readonly input: Value;
  /** All of them, in order. */
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
   * Standard or grouped convolution.
   *
   * @param x    [1, h, w, c]
   * @param spec `outputs`. `kernel`: n or [kh, kw], default 3. `strides`, `dilations`: n or [h, w], default 1.
   *   `padding`: "valid" (default), "same" (TensorFlow's), "same-lower", n, [h, w] or [top, bottom, left, right].
   *   `groups`: default 1. `bias`: default true. `activation`: default "none". `name`
   * @returns [1, oh, ow, outputs]; its filter is [kh, kw, c / groups, outputs]
   * @throws ShapeError if the window does not fit, or groups do not divide both channels
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.conv2d(g.input, { name: "stem", outputs: 16, padding: "same", activation: "relu" }); // "stem"
   */
  conv2d(x: Value, spec: ConvSpec): Value;
  /**
   * Depthwise convolution: every channel separately, with `multiplier` kernels each.
   *
   * @param x    [1, h, w, c]
   * @param spec as for {@link GraphBuilder.conv2d}, with `multiplier` (default 1) and without `outputs` and `groups`
   * @returns [1, oh, ow, c · multiplier]; its filter is [kh, kw, c, multiplier]
   * @throws ShapeError if the window does not fit
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.shapeOf(g.depthwiseConv2d(g.input, { multiplier: 2, padding: "same" })); // [1, 32, 32, 6]
   */
  depthwiseConv2d(x: Value, spec?: DepthwiseSpec): Value;
  /**
   * Pointwise convolution: a 1×1 kernel, a matrix product over the channels of every pixel.
   *
   * @param x    [1, h, w, c]
   * @param spec as for {@link GraphBuilder.conv2d}, without `kernel` and `groups`
   * @returns [1, oh, ow, outputs]; its filter is [c, outputs]
   * @throws ShapeError if x has another rank or an option is invalid
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.shapeOf(g.pointwiseConv2d(g.input, { outputs: 8 })); // [1, 32, 32, 8]
   */
  pointwiseConv2d(x: Value, spec: PointwiseSpec): Value;
  /**
   * Fully connected layer.
   *
   * @param x    [1, in]
   * @param spec `outputs`. `bias`: default true. `activation`: default "none". `name`
   * @returns [1, outputs]; its filter is [in, outputs]
   * @throws ShapeError if x has another rank
   *
   * @example
   * const g = graphBuilder("own", [1, 64]);
   * g.shapeOf(g.dense(g.input, { outputs: 10 })); // [1, 10]
   */
  dense(x: Value, spec: DenseSpec): Value;
  /**
   * Batch normalisation over the last axis, with scale and bias.
   *
   * @param x    [1, …, c]
   * @param spec `epsilon`: default 1e-5. `name`
   * @throws ShapeError for a negative epsilon
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * const graph = g.build(g.batchNormalization(g.input, { name: "bn", epsilon: 1e-3 }));
   * [...randomWeights(graph, 1).keys()]; // ["bn/scale", "bn/bias", "bn/mean", "bn/variance"]
   */
  batchNormalization(x: Value, spec?: BatchNormSpec): Value;
  /**
   * One of {@link ACTIVATIONS}, element by element. After a convolution or dense layer, a session fuses it.
   *
   * @param x of any shape
   * @throws ShapeError for an unknown one
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.activation(g.input, "hardSwish", { name: "swish" }); // "swish"
   */
  activation(x: Value, activation: Activation, spec?: Named): Value;
  /**
   * The maximum of the pixels under a window, channel by channel.
   *
   * @param x    [1, h, w, c]
   * @param spec `windowDimensions`: n or [h, w], default the whole image. `strides`, `dilations`: default 1. `padding`:
   *   as for {@link GraphBuilder.conv2d}. `rounding`: "floor" (default) or "ceil". `name`
   * @returns [1, oh, ow, c]
   * @throws ShapeError if the window does not fit
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.shapeOf(g.maxPool2d(g.input, { windowDimensions: 2, strides: 2 })); // [1, 16, 16, 3]
   */
  maxPool2d(x: Value, spec?: PoolSpec): Value;
  /**
   * The mean of the pixels under a window, channel by channel.
   *
   * @param x    [1, h, w, c]
   * @param spec as for {@link GraphBuilder.maxPool2d}. `countIncludePad`: whether taps on the padding count, default
   *   false
   * @returns [1, oh, ow, c]
   * @throws ShapeError if the window does not fit
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.shapeOf(g.averagePool2d(g.input, { windowDimensions: [2, 4], strides: [2, 4] })); // [1, 16, 8, 3]
   */
  averagePool2d(x: Value, spec?: AveragePoolSpec): Value;
  /**
   * The mean of every channel over the whole image.
   *
   * @param x [1, h, w, c]
   * @returns [1, 1, 1, c]
   * @throws ShapeError if x has another rank
   *
   * @example
   * const g = graphBuilder("own", [1, 32, 32, 3]);
   * g.shapeOf(g.globalAveragePool2d(g.input)); // [1, 1, 1, 3]
   */
  globalAveragePool2d(x: Value, spec?: Named): Value;
  /**
   * e^x[i] / Σⱼ e^x[j] along the last axis, so that each line adds up to 1.
   *
   * @param x [1, …]
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 10]);
   * g.shapeOf(g.softmax(g.input)); // [1, 10]
   */
  softmax(x: Value, spec?: Named): Value;
  /**
   * a + b, element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.add(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  add(a: Value, b: Value, spec?: Named): Value;
  /**
   * a · b, element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.mul(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  mul(a: Value, b: Value, spec?: Named): Value;
  /**
   * Surrounds a value with elements of one value.
   *
   * @param pads one pair [before, after] per axis; the first axis, the images, has none: [0, 0]
   * @param spec `value`: default 0. `name`
   * @throws ShapeError if there is not one pair of non-negative integers per axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.pad(g.input, [[0, 0], [1, 1], [1, 1], [0, 0]])); // [1, 10, 10, 4]
   */
  pad(x: Value, pads: readonly (readonly [before: number, after: number])[], spec?: PadSpec): Value;
  /**
   * Concatenates values along an axis.
   *
   * @param values one or more, with equal extents on every other axis
   * @param axis   not the first; negative counts from the end
   * @throws ShapeError if another extent differs
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.concat([g.input, g.input], -1)); // [1, 8, 8, 8]
   */
  concat(values: readonly Value[], axis: number, spec?: Named): Value;
  /**
   * The same elements in row-major order under another shape.
   *
   * @param shape [1, …], as many elements
   * @throws ShapeError if the sizes differ
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.reshape(g.input, [1, 256])); // [1, 256]
   */
  reshape(x: Value, shape: Shape, spec?: Named): Value;
  /**
   * Reorders axes: axis i of the result is axis `permutation[i]` of x.
   *
   * @param permutation every axis once; the first, the images, stays first
   * @throws ShapeError for any other
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.transpose(g.input, [0, 3, 1, 2])); // [1, 4, 8, 6]
   */
  transpose(x: Value, permutation: readonly number[], spec?: Named): Value;
  /**
   * min(max(x, minValue), maxValue)
   *
   * @param spec `minValue`, `maxValue`: default -∞ and ∞, no limit. `name`
   * @throws ShapeError if minValue is above maxValue
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.clamp(g.input, { name: "limited", minValue: -1, maxValue: 1 }); // "limited"
   */
  clamp(x: Value, spec?: ClampSpec): Value;
  /**
   * min(max(alpha · x + beta, 0), 1)
   *
   * @param spec `alpha`: default 1/6, as in MobileNetV3 and PyTorch (ONNX and WebNN: 0.2). `beta`: default 1/2. `name`
   * @throws ShapeError unless both are finite
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.hardSigmoid(g.input, { name: "gate", alpha: 0.2 }); // "gate"
   */
  hardSigmoid(x: Value, spec?: HardSigmoidSpec): Value;
  /**
   * The finished graph.
   *
   * @param outputs a value, or several as { name: value, … }: a value takes the name of its output, its weights keep
   *   theirs. An input, and a value that is an output already, become a `reshape` of that name
   * @throws ShapeError if one is not a value of this graph, or a name is taken by another value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 3]);
   * const features = g.conv2d(g.input, { outputs: 8 });
   * g.build({ features, mean: g.globalAveragePool2d(features) }).outputs; // ["features", "mean"]
   */
  build(outputs: Value | Readonly<Record<string, Value>>): Graph;
}
