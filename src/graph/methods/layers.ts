/** @file Methods of a graph builder: layers with weights, and pooling. */
import type {
  AveragePoolSpec,
  BatchNormSpec,
  ConvSpec,
  ConvTransposeSpec,
  DenseSpec,
  DepthwiseSpec,
  LayerNormSpec,
  Named,
  PointwiseSpec,
  PoolSpec,
} from "../specs.ts";
import type { Value } from "./value.ts";

/** Layers with weights, and pooling. */
export interface LayerMethods {
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
   * Transposed convolution, also called deconvolution: the gradient of a convolution's input. Each pixel of x writes a
   * kernel's worth of pixels, a stride apart.
   *
   * @param x    [1, h, w, c]
   * @param spec as for {@link GraphBuilder.conv2d}. `padding`: rows and columns that are cut off; "same": so that the
   *   result's extents are x's times the strides. `outputPadding`: extra rows and columns at the end, n or [h, w],
   *   default 0
   * @returns [1, oh, ow, outputs]; its filter is [kh, kw, outputs / groups, c]
   * @throws ShapeError if nothing would be left, or groups do not divide both channels
   *
   * @example
   * const g = graphBuilder("own", [1, 16, 16, 8]);
   * g.shapeOf(g.convTranspose2d(g.input, { outputs: 4, kernel: 2, strides: 2 })); // [1, 32, 32, 4]
   */
  convTranspose2d(x: Value, spec: ConvTransposeSpec): Value;
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
   * Layer normalisation: brings the numbers along the last axes to mean 0 and variance 1, then applies scale and bias.
   *
   * @param x    [1, …]
   * @param spec `axes`: how many of the last axes to normalise together, default 1. `epsilon`: default 1e-5. `scale`,
   *   `bias`: whether there is one, default true. `name`
   * @throws ShapeError for more axes than there are besides the batch axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * const graph = g.build(g.layerNormalization(g.input, { name: "norm" }));
   * [...randomWeights(graph, 1).keys()]; // ["norm/scale", "norm/bias"]
   */
  layerNormalization(x: Value, spec?: LayerNormSpec): Value;
  /**
   * Parametric ReLU: x; below 0, slope · x, with one slope per channel.
   *
   * @param x [1, …, c]
   * @throws ShapeError if x has rank 1
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * const graph = g.build(g.prelu(g.input, { name: "prelu" }));
   * [...randomWeights(graph, 1).keys()]; // ["prelu/slope"]
   */
  prelu(x: Value, spec?: Named): Value;
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
}
