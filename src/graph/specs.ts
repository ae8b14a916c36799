/** @file Options of the methods of a graph builder. */
import type { Activation } from "../geometry/activation.ts";
import type { Padding, Pair } from "../geometry/padding.ts";
import type { Pool2dGeometryOptions } from "../geometry/pool2d.ts";

/** The name of a node, an option of every method of the builder. */
export interface Named {
  /** Default: the operation and a number. */
  readonly name?: string;
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
}

/** Options of the builder's `conv2d`. */
export interface ConvSpec extends PointwiseSpec {
  /** Taps, n or [kh, kw]. Default 3. */
  readonly kernel?: Pair;
  /** Default 1. */
  readonly groups?: number;
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

/** Options of the builder's `pad`. */
export interface PadSpec extends Named {
  /** Of the elements around. Default 0. */
  readonly value?: number;
}

/** Options of the builder's `clamp`. */
export interface ClampSpec extends Named {
  /** Default -∞. */
  readonly minValue?: number;
  /** Default ∞. */
  readonly maxValue?: number;
}

/** Options of the builder's `hardSigmoid`. */
export interface HardSigmoidSpec extends Named {
  /** Default 1/6. */
  readonly alpha?: number;
  /** Default 1/2. */
  readonly beta?: number;
}
