/** @file The public resampling of images. */
import { RESAMPLE_OPTIONS, type ResamplingOptions, resampledPixels, resampling } from "../geometry/resample2d.ts";
import { KERNELS } from "../kernels/alone.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { knownKeys, oneOf } from "../tensor/errors.ts";
import { LAYOUTS, type Layout, layoutPermutation } from "../tensor/layout.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, run } from "./operands.ts";

/** Options of `resample2d`: either `sizes` or `scales`. */
export interface Resample2dOptions extends ResamplingOptions {
  /** Layout of input and output. Default "nhwc". */
  readonly layout?: Layout | undefined;
  /** Tier that computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
}

/**
 * Resizes images: the nearest pixel, or interpolation between the four around it. To prepare images for a network, use
 * {@link resize}, which takes all pixels into account when it shrinks.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param options `sizes`: rows and columns, n or [h, w]; or `scales`. `mode`: "nearest" (default) or "linear".
 *   `coordinates`: "half-pixel" (default; TensorFlow 2, PyTorch), "pytorch-half-pixel", "align-corners" or "asymmetric"
 *   (TensorFlow 1). `rounding` to the nearest: "round-prefer-floor" (default), "round-prefer-ceil", "floor" or "ceil".
 *   `layout`. `backend`.
 * @returns [n, oh, ow, c], fresh and contiguous, in the layout of the input
 * @throws ShapeError unless exactly one of sizes and scales is given, above 0
 *
 * @example
 * const input = tensor([0, 4], [1, 1, 2, 1]); // a row of two pixels
 * resample2d(input, { sizes: [1, 4], mode: "linear" }).toArray(); // [[[[0], [1], [3], [4]]]]
 */
export function resample2d(input: Tensor, options: Resample2dOptions): Tensor {
  const op = "resample2d";
  knownKeys(op, options, [...RESAMPLE_OPTIONS, "layout", "backend"]);
  checkTensor(op, "input", input, [4]);
  const layout = oneOf(op, "layout", options.layout ?? "nhwc", LAYOUTS);
  const toNhwc = layoutPermutation(layout, "nhwc");
  const x = input.transpose(toNhwc);
  const [N, H, W, C] = x.shape;
  const how = resampling(op, [H, W], options);
  const [OH, OW] = how.axes.map(({ outputs }) => outputs);
  const output = Tensor.zeros(layout === "nhwc" ? [N, OH, OW, C] : [N, C, OH, OW]);
  const { mode, rows, columns } = resampledPixels(how);
  const kernels = KERNELS[chooseTier(op, options.backend)];
  const kernel =
    mode === "nearest"
      ? kernels.pick(x.shape, [null, rows, columns, null])
      : kernels.interpolate2d(x.shape, rows, columns);
  run(kernel, [x], output.transpose(toNhwc));
  return output;
}
