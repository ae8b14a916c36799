/**
 * @file im2col: the patch matrix, which turns a convolution into one matrix product.
 *
 * Row r holds the pixels under the window of output pixel r = (n, oh, ow), tap by tap; column k belongs to weight
 * k = (kh, kw, c). The filter [KH, KW, C, O] is already the second factor [KH·KW·C, O]:
 *
 *   P[(n, oh, ow), (kh, kw, c)] = x[n, ih, iw, c]       ih = oh·strideH + kh·dilationH - padTop
 *                                                       iw = ow·strideW + kw·dilationW - padLeft
 *   y = P · w                                           (0 where ih or iw lies outside the image)
 *
 * A pixel appears once for every window that covers it, so P is about KH·KW/(strideH·strideW) times as large as the
 * image: memory traded for a loop that suits the machine. See docs/07-im2col.md. Source: K. Chellapilla, S. Puri,
 * P. Simard, "High Performance Convolutional Neural Networks for Document Processing" (2006).
 */
import { checkGeometry } from "../../geometry/checkGeometry.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { ShapeError, show } from "../../tensor/errors.ts";
import { checkShape, formatShape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * Returns the patch matrix of images.
 *
 * @param input    [n, h, w, c], any view (`transpose([0, 2, 3, 1])` turns an nchw tensor into one)
 * @param geometry from `conv2dGeometry`; with groups, the columns of group g are those with ⌊c / (C/G)⌋ = g
 * @returns [n·oh·ow, kh·kw·c]
 * @throws ShapeError if the input does not match the geometry, or the matrix would exceed MAX_ELEMENTS
 *
 * @example
 * const x = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 3, 1]);
 * im2col(x, conv2dGeometry(x.shape, [2, 2, 1, 1])).toArray();
 * // [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
 */
export function im2col(input: Tensor, geometry: Conv2dGeometry): Tensor {
  const { N, H, W, C, OH, OW, KH, KW } = checkGeometry("im2col", geometry);
  if (!(input instanceof Tensor) || !sameShape(input.shape, [N, H, W, C])) {
    const found = input instanceof Tensor ? formatShape(input.shape) : show(input);
    throw new ShapeError(
      `im2col: input is ${found}, the geometry needs a tensor of shape ${formatShape([N, H, W, C])}`,
    );
  }
  const shape = checkShape("im2col", "patch matrix", [N * OH * OW, KH * KW * C]);
  const matrix = Tensor.zeros(shape);
  const x = input.contiguous();
  copyPatches(geometry, x.data, x.offset, 0, C, 0, shape[0], matrix.data);
  return matrix;
}

/**
 * Writes rows `from` to `to` - 1 of the patch matrix of channels c0 to c0 + channels - 1 of contiguous images at
 * `x[at]` into `rows`, which starts with row `from`.
 */
export function copyPatches(
  g: Conv2dGeometry,
  x: Float32Array,
  at: number,
  c0: number,
  channels: number,
  from: number,
  to: number,
  rows: Float32Array,
): void {
  const { H, W, C, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  let k = 0;
  for (let r = from; r < to; r++) {
    const ow = r % OW;
    const oh = ((r - ow) / OW) % OH;
    const n = Math.floor(r / (OH * OW));
    for (let kh = 0; kh < KH; kh++) {
      const ih = oh * strideH + kh * dilationH - padTop;
      for (let kw = 0; kw < KW; kw++) {
        const iw = ow * strideW + kw * dilationW - padLeft;
        if (ih < 0 || ih >= H || iw < 0 || iw >= W) {
          for (let c = 0; c < channels; c++) rows[k++] = 0;
        } else {
          const pixel = at + ((n * H + ih) * W + iw) * C + c0;
          for (let c = 0; c < channels; c++) rows[k++] = x[pixel + c];
        }
      }
    }
  }
}
