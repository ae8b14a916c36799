/** @file The public transposed convolution. */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import {
  CONV_TRANSPOSE_OPTIONS,
  type ConvTranspose2dGeometryOptions,
  convTranspose2dGeometry,
} from "../geometry/convTranspose2d.ts";
import { KERNELS } from "../kernels/alone.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { knownKeys, oneOf, ShapeError } from "../tensor/errors.ts";
import { LAYOUTS, type Layout, layoutPermutation } from "../tensor/layout.ts";
import { checkInteger, formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, checkVector, run } from "./operands.ts";

/** Options of `convTranspose2d`. */
export interface ConvTranspose2dOptions extends ConvTranspose2dGeometryOptions {
  /** One number per output channel, [o]. Default none. */
  readonly bias?: Tensor | null | undefined;
  /** Applied to the finished sum. Default "none". */
  readonly activation?: Activation | undefined;
  /** Layout of input, output and filter. Default "nhwc". */
  readonly layout?: Layout | undefined;
  /** Tier that computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
}

const OPTIONS = [...CONV_TRANSPOSE_OPTIONS, "bias", "activation", "layout", "backend"];

/**
 * Transposed convolution, also called deconvolution: every input pixel adds the filter, scaled by its value, to the
 * output; neighbouring pixels write `strides` apart. It is the gradient of a convolution with respect to its input:
 *
 *   y[n, h, w, o] = f( b[o] + Σ kh,kw,c  x[n, ih, iw, c] · w[kh, kw, o, c] )     h = ih·stride + kh·dilation - top
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param filter  [kh, kw, o / groups, c] (nhwc) or [c, o / groups, kh, kw] (nchw; PyTorch's and ONNX's)
 * @param options `strides`, `dilations`: n or [h, w], default 1. `padding`: as for {@link conv2d}; it cuts off rows and
 *   columns, and "same" makes the output the input times the strides. `outputPadding`: extra rows and columns at the
 *   end, default 0. `groups`: default 1. `bias` [o]. `activation`. `layout`. `backend`.
 * @returns [n, oh, ow, o], fresh and contiguous, in the layout of the input
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const input = tensor([1, 10], [1, 1, 2, 1]); // a row of two pixels
 * const filter = tensor([1, 2, 3], [1, 3, 1, 1]);
 * convTranspose2d(input, filter, { strides: 2 }).toArray(); // [[[[1], [2], [13], [20], [30]]]]
 */
export function convTranspose2d(input: Tensor, filter: Tensor, options: ConvTranspose2dOptions = {}): Tensor {
  const op = "convTranspose2d";
  knownKeys(op, options, OPTIONS);
  checkTensor(op, "input", input, [4]);
  checkTensor(op, "filter", filter, [4]);
  const layout = oneOf(op, "layout", options.layout ?? "nhwc", LAYOUTS);
  const toNhwc = layoutPermutation(layout, "nhwc");
  const x = input.transpose(toNhwc);
  const w = layout === "nhwc" ? filter : filter.transpose([2, 3, 1, 0]);
  const channels = x.shape[3];
  const groups = checkInteger(op, "groups", options.groups ?? 1, 1);
  if (w.shape[3] !== channels) {
    const where = `(input ${formatShape(input.shape)}, filter ${formatShape(filter.shape)})`;
    throw new ShapeError(`${op}: filter takes ${w.shape[3]} channels, the input has ${channels} ${where}`);
  }
  const g = convTranspose2dGeometry(op, x.shape, w.shape, { ...options, groups });
  const bias = checkVector(op, "bias", options.bias, g.C);
  const activation = oneOf(op, "activation", options.activation ?? "none", ACTIVATIONS);
  const output = Tensor.zeros(layout === "nhwc" ? [g.N, g.H, g.W, g.C] : [g.N, g.C, g.H, g.W]);
  const kernel = KERNELS[chooseTier(op, options.backend)].convTranspose2d(g, activation);
  run(kernel, [x], output.transpose(toNhwc), { filter: w, bias });
  return output;
}
