/** @file The public pooling operations of quantised tensors. Input and output have the same scale. */
import { checkFullWindows, type Pool2dGeometryOptions, pool2dGeometry } from "../../geometry/pool2d.ts";
import { outputShape } from "../../geometry/window.ts";
import { quantizedTier } from "../../kernels/quantized/alone.ts";
import type { Backend } from "../../kernels/tiers.ts";
import { knownKeys } from "../../tensor/errors.ts";
import { layoutPermutation } from "../../tensor/layout.ts";
import { INTEGER_RANGES, permuted, type QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { checkActivations, emptyOutput } from "./operands.ts";

/** Options of `averagePool2d` and `maxPool2d` for quantised tensors. */
export interface QuantizedPoolOptions extends Pool2dGeometryOptions {
  /** Tier that computes. Default "auto", the fastest; all of them return the same integers. */
  readonly backend?: Backend | undefined;
}

const OPTIONS = ["windowDimensions", "strides", "padding", "dilations", "layout", "rounding", "backend"];

/**
 * The mean of the integers under a window, channel by channel, rounded half away from 0.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param options as for floats; taps on the padding do not count
 * @returns [n, oh, ow, c], fresh, in the layout of the input, with its scale and zero point
 * @throws ShapeError naming the operand, the value found and the value needed; for a window without pixels
 *
 * @example
 * const q = quantizedTensor(Int8Array.of(1, 2, 3, 4), [1, 2, 2, 1], { scale: 0.5 });
 * [...averagePool2d(q, { windowDimensions: [1, 2] }).data]; // [2, 4]
 */
export function averagePool2d(input: QuantizedTensor, options: QuantizedPoolOptions = {}): QuantizedTensor {
  return pool("averagePool2d", input, options);
}

/**
 * The maximum of the pixels under a window, channel by channel.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param options as for {@link averagePool2d}
 * @returns [n, oh, ow, c], fresh, in the layout of the input, with its scale and zero point
 * @throws ShapeError as {@link averagePool2d}
 *
 * @example
 * const q = quantizedTensor(Int8Array.of(1, 2, 3, 4), [1, 2, 2, 1], { scale: 0.5 });
 * [...maxPool2d(q, { windowDimensions: [1, 2] }).data]; // [2, 4]
 */
export function maxPool2d(input: QuantizedTensor, options: QuantizedPoolOptions = {}): QuantizedTensor {
  return pool("maxPool2d", input, options);
}

function pool(
  op: "averagePool2d" | "maxPool2d",
  input: QuantizedTensor,
  options: QuantizedPoolOptions,
): QuantizedTensor {
  knownKeys(op, options, OPTIONS);
  const x = checkActivations(op, "input", input);
  const g = pool2dGeometry(op, x.shape, options);
  checkFullWindows(op, g);
  const layout = options.layout ?? "nhwc";
  const [min, max] = INTEGER_RANGES[x.type];
  const y = emptyOutput(outputShape(g, "nhwc"), x);
  const { data } = permuted(x, layoutPermutation(layout, "nhwc"));
  quantizedTier(op, options.backend)[op](g, { type: x.type, min, max })({})([data], y.data);
  return permuted(y, layoutPermutation("nhwc", layout));
}
