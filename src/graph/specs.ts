/** @file Options of the methods of a graph builder. */

import type { Activation } from "../geometry/activation.ts";
import type { GeluForm } from "../geometry/elementwise.ts";
import type { Padding, Pair } from "../geometry/padding.ts";
import type { PadMode } from "../geometry/picks.ts";
import type { Pool2dGeometryOptions } from "../geometry/pool2d.ts";
import type { QuantizeRule } from "../geometry/requantization.ts";
import type { ResamplingOptions } from "../geometry/resample2d.ts";
import type { ConvAlgorithm } from "../geometry/winograd.ts";
import type { OutputQuantization, QuantizedType } from "../tensor/quantizedTensor.ts";

/** Options of every method of the builder. */
export interface Named {
  /** Name of the node. Default: the operation and a number. */
  readonly name?: string;
  /** The levels of the result, for integer operations whose result has other levels. */
  readonly output?: OutputQuantization;
}

/** What the integers of a filter represent. */
export interface FilterQuantization {
  /** Default "int8". */
  readonly type?: QuantizedType;
  /** Above 0: one for all, or one for each output channel. */
  readonly scale: number | readonly number[];
  /** The integer that represents 0, likewise. Default 0. */
  readonly zeroPoint?: number | readonly number[];
}

/** Options of the builder's `quantize`. */
export interface QuantizeSpec extends OutputQuantization {
  /** Name of the node. */
  readonly name?: string;
  /**
   * How real numbers are rounded: "reciprocal-half-even" as in XNNPACK, "division-half-even" as in ONNX,
   * "division-half-away" as in TensorFlow Lite. Default: the session's.
   */
  readonly rule?: QuantizeRule;
  /** The part of the zero point that is added before rounding: an integer, default 0. onnxruntime's sums use it. */
  readonly offset?: number;
}

/** Options of the builder's `pointwiseConv2d`. */
export interface PointwiseSpec extends Named {
  /** Output channels. */
  readonly outputs: number;
  /** n or [h, w]. Default 1. */
  readonly strides?: Pair;
  /**
   * As for the eager operation: "valid" (default), "same" (TensorFlow's), "same-lower", n, [h, w] or [top, bottom,
   * left, right].
   */
  readonly padding?: Padding;
  /** n or [h, w]. Default 1. */
  readonly dilations?: Pair;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
  /** Default "none". */
  readonly activation?: Activation;
  /** For an integer layer. */
  readonly filter?: FilterQuantization;
}

/** Options of the builder's `conv2d`. */
export interface ConvSpec extends PointwiseSpec {
  /** Taps, n or [kh, kw]. Default 3. */
  readonly kernel?: Pair;
  /** Default 1. */
  readonly groups?: number;
  /** "direct" (default), "winograd2" or "winograd4": as for the eager operation. */
  readonly algorithm?: ConvAlgorithm;
}

/** Options of the builder's `convTranspose2d`. */
export interface ConvTransposeSpec extends Omit<ConvSpec, "algorithm"> {
  /** Extra rows and columns at the end, fewer than the stride. n or [h, w]. Default 0. */
  readonly outputPadding?: Pair;
}

/** Options of the builder's `depthwiseConv2d`. */
export interface DepthwiseSpec extends Omit<ConvSpec, "outputs" | "groups"> {
  /** Outputs per channel. Default 1. */
  readonly multiplier?: number;
}

/** Options of the builder's `dense`. */
export interface DenseSpec extends Named {
  /** Elements of the result. */
  readonly outputs: number;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
  /** Default "none". */
  readonly activation?: Activation;
  /** For an integer layer. */
  readonly filter?: FilterQuantization;
}

/** Options of the builder's `maxPool2d`. */
export interface PoolSpec extends Named, Omit<Pool2dGeometryOptions, "layout"> {}

/** Options of the builder's `averagePool2d`. */
export interface AveragePoolSpec extends PoolSpec {
  /** Whether taps on the padding count. Default false. */
  readonly countIncludePad?: boolean;
}

/** Options of the builder's `batchNormalization`. */
export interface BatchNormSpec extends Named {
  /** Added to the variance, at least 0. Default 1e-5; Keras and TF-slim networks need 1e-3. */
  readonly epsilon?: number;
}

/** Options of the builder's `layerNormalization`. */
export interface LayerNormSpec extends Named {
  /** Number of last axes that are normalised together. Default 1. */
  readonly axes?: number;
  /** Added to the variance, at least 0. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether there is a scale. Default true. */
  readonly scale?: boolean;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

/** Options of the builder's `pad`. */
export interface PadSpec extends Named {
  /**
   * "constant" (default): a value. "reflection": the elements mirrored, without the edge. "edge": the edge, repeated.
   */
  readonly mode?: PadMode;
  /** Value of the padding, for "constant". Default 0. */
  readonly value?: number;
}

/** Options of the builder's `reduceMean`, `reduceSum`, `reduceMax` and `reduceMin`. */
export interface ReduceSpec extends ArgMaxSpec {
  /** Not 0, the batch axis; negative ones count from the end. Default: all others. */
  readonly axes?: readonly number[];
}

/** Options of the builder's `argMax`. */
export interface ArgMaxSpec extends Named {
  /** Whether the reduced axes stay, with an extent of 1. Default false. */
  readonly keepDimensions?: boolean;
}

/** Options of the builder's `resample2d`: either `sizes` or `scales`. */
export interface Resample2dSpec extends Named, ResamplingOptions {}

/** Options of the builder's `slice`. */
export interface SliceSpec extends Named {
  /** Steps along each axis, not 0; negative ones run backwards. Default 1. */
  readonly steps?: readonly number[];
}

/** Options of the builder's `split`. */
export interface SplitSpec extends Named {
  /** Default -1, the last. */
  readonly axis?: number;
}

/** Options of the builder's `clamp`. */
export interface ClampSpec extends Named {
  /** Default -∞. */
  readonly minValue?: number;
  /** Default ∞. */
  readonly maxValue?: number;
}

/** Options of the builder's `leakyRelu` and `elu`. */
export interface AlphaSpec extends Named {
  /** The factor below 0; a float32. Default 0.01 for `leakyRelu`, 1 for `elu`. */
  readonly alpha?: number;
}

/** Options of the builder's `gelu`. */
export interface GeluSpec extends Named {
  /** "none" (default): exact. "tanh": by a hyperbolic tangent, as in GPT-2 and others. */
  readonly approximate?: GeluForm;
}

/** Options of the builder's `fakeQuantize`. */
export interface FakeQuantizeSpec extends Named {
  /** The step between two levels, a float32 above 0. */
  readonly scale: number;
  /** The level of 0. Default 0. */
  readonly zeroPoint?: number;
  /** Default "int8", levels -128 to 127; "uint8": 0 to 255. */
  readonly type?: QuantizedType;
}

/** Options of the builder's `hardSigmoid`. */
export interface HardSigmoidSpec extends Named {
  /** Default 1/6. */
  readonly alpha?: number;
  /** Default 1/2. */
  readonly beta?: number;
}
