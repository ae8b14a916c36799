/** @file The public pooling operations. */

import { type Pool2dGeometry, type Pool2dGeometryOptions, pool2dGeometry } from "../geometry/pool2d.ts";
import { outputShape } from "../geometry/window.ts";
import { KERNELS } from "../kernels/alone.ts";
import type { Kernels, TensorKernel } from "../kernels/contract/kernels.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { checkBoolean, knownKeys } from "../tensor/errors.ts";
import { type Layout, layoutPermutation } from "../tensor/layout.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, run } from "./operands.ts";

/** Options of `maxPool2d`. */
export interface Pool2dOptions extends Pool2dGeometryOptions {
  /** Tier that computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
}

/** Options of `averagePool2d`. */
export interface AveragePool2dOptions extends Pool2dOptions {
  /** Whether the mean counts taps on the padding, as PyTorch does by default. Default false. */
  readonly countIncludePad?: boolean | undefined;
}

const OPTIONS = ["windowDimensions", "strides", "padding", "dilations", "layout", "rounding", "backend"];

/**
 * The mean of the pixels under a window, channel by channel.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param options `windowDimensions`: n or [h, w], default the whole image. `strides`, `dilations`: default 1.
 *   `padding`: as for conv2d. `rounding`: "floor" (default) or "ceil". `countIncludePad`: default false. `layout`,
 *   `backend`.
 * @returns [n, oh, ow, c], fresh and contiguous, in the layout of the input; NaN for a window without pixels
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const input = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
 * averagePool2d(input, { windowDimensions: [1, 2] }).toArray(); // [[[[1.5]], [[3.5]]]]
 */
export function averagePool2d(input: Tensor, options: AveragePool2dOptions = {}): Tensor {
  const op = "averagePool2d";
  knownKeys(op, options, [...OPTIONS, "countIncludePad"]);
  const countIncludePad = checkBoolean(op, "countIncludePad", options.countIncludePad ?? false);
  return pool(op, input, options, (kernels, g) => kernels.averagePool2d(g, countIncludePad));
}

/**
 * The maximum of the pixels under a window, channel by channel. NaN under the window yields NaN; a window without
 * pixels yields -∞.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param options as for {@link averagePool2d}, without `countIncludePad`
 * @returns [n, oh, ow, c], fresh and contiguous, in the layout of the input
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example maxPool2d(tensor([1, 2, 3, 4], [1, 2, 2, 1]), { windowDimensions: [1, 2] }).toArray(); // [[[[2]], [[4]]]]
 */
export function maxPool2d(input: Tensor, options: Pool2dOptions = {}): Tensor {
  knownKeys("maxPool2d", options, OPTIONS);
  return pool("maxPool2d", input, options, (kernels, g) => kernels.maxPool2d(g));
}

/**
 * The mean of every channel over the whole image.
 *
 * @param input [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @returns [n, 1, 1, c] or [n, c, 1, 1], fresh and contiguous
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example globalAveragePool2d(tensor([1, 2, 3, 4], [1, 2, 2, 1])).toArray(); // [[[[2.5]]]]
 */
export function globalAveragePool2d(input: Tensor, options: { layout?: Layout; backend?: Backend } = {}): Tensor {
  knownKeys("globalAveragePool2d", options, ["layout", "backend"]);
  return pool("globalAveragePool2d", input, options, (kernels, g) => kernels.globalAveragePool2d(g));
}

function pool(
  op: string,
  input: Tensor,
  options: Pool2dOptions,
  prepare: (kernels: Kernels, g: Pool2dGeometry) => TensorKernel,
): Tensor {
  checkTensor(op, "input", input);
  const g = pool2dGeometry(op, input.shape, options);
  const kernel = prepare(KERNELS[chooseTier(op, options.backend)], g);
  const layout = options.layout ?? "nhwc";
  const output = Tensor.zeros(outputShape(g, layout));
  const toNhwc = layoutPermutation(layout, "nhwc");
  run(kernel, [input.transpose(toNhwc)], output.transpose(toNhwc));
  return output;
}
