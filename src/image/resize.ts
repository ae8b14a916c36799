/**
 * @file Cropping and resizing pictures, as tensors [h, w, c].
 *
 * The resize is the antialiased one of Pillow (and of TensorFlow with `antialias=True`): when a picture shrinks, the filter is
 * stretched so that every source pixel counts. Without that, as in OpenCV or a browser's canvas at low quality, fine texture
 * aliases and a network answers otherwise.
 */
import { oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger, checkShape, formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** @throws ShapeError unless the picture is a tensor [h, w, c] without an extent of 0 */
export function checkPicture(op: string, picture: unknown): Tensor {
  if (!(picture instanceof Tensor)) throw new ShapeError(`${op}: picture is ${show(picture)}, needs a Tensor`);
  if (picture.shape.length !== 3) {
    throw new ShapeError(`${op}: picture is ${formatShape(picture.shape)}, needs h×w×c`);
  }
  checkShape(op, "picture", picture.shape, 1);
  return picture;
}

/**
 * The square or box in the middle of a picture; a view. Where the margin is odd, the extra pixel is left off at the
 * bottom and the right.
 *
 * @param size [h, w]; default the largest square
 */
export function centerCrop(picture: Tensor, size?: readonly [h: number, w: number]): Tensor {
  const [H, W, C] = checkPicture("centerCrop", picture).shape;
  const side = Math.min(H, W);
  const [h, w] = size ?? [side, side];
  checkInteger("centerCrop", "size[0]", h, 1, H);
  checkInteger("centerCrop", "size[1]", w, 1, W);
  return picture.slice([Math.floor((H - h) / 2), Math.floor((W - w) / 2), 0], [h, w, C]);
}

export const INTERPOLATIONS = ["bilinear", "bicubic"] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

interface Filter {
  /** How far it reaches. */
  readonly reach: number;
  /** Of a pixel at a distance d. */
  weight(d: number): number;
}

const FILTERS: Readonly<Record<Interpolation, Filter>> = {
  bilinear: { reach: 1, weight: (d) => Math.max(1 - d, 0) },
  // R. Keys, 1981, with a = -1/2.
  bicubic: {
    reach: 2,
    weight: (d) => (d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0),
  },
};

/**
 * A picture in another size:
 *
 *   y[i] = Σ j x[j] · t(|j + ½ - (i + ½)·s| / max(s, 1)) / (the same sum of t)
 *
 *   bilinear  t(d) = 1 - d up to 1
 *   bicubic   t(d) = 1.5 d³ - 2.5 d² + 1 up to 1, -0.5 d³ + 2.5 d² - 4 d + 2 up to 2
 *
 * along rows and then along columns, where s is the old extent over the new one. As in Pillow, each of the two passes
 * rounds to whole grey levels from 0 to 255.
 *
 * @param size [h, w]
 */
export function resize(
  picture: Tensor,
  size: readonly [h: number, w: number],
  interpolation: Interpolation = "bilinear",
): Tensor {
  const [H, W] = checkPicture("resize", picture).shape;
  const filter = FILTERS[oneOf("resize", "interpolation", interpolation, INTERPOLATIONS)];
  const [h, w] = size;
  checkInteger("resize", "size[0]", h, 1);
  checkInteger("resize", "size[1]", w, 1);
  checkShape("resize", "result", [h, w, picture.shape[2]], 1);
  const across = w === W ? picture : resample(picture.transpose([1, 0, 2]), w, filter).transpose([1, 0, 2]);
  return h === H ? across.contiguous() : resample(across, h, filter);
}

/** Resamples the first of three axes. */
function resample(picture: Tensor, extent: number, { reach, weight }: Filter): Tensor {
  const [from, lines, C] = picture.shape;
  const scale = from / extent;
  const stretch = Math.max(scale, 1);
  const support = stretch * reach;
  const x = picture.contiguous();
  const result = Tensor.zeros([extent, lines, C]);
  const width = lines * C;
  const sums = new Float64Array(width);
  for (let i = 0; i < extent; i++) {
    const center = (i + 0.5) * scale;
    const first = Math.max(Math.floor(center - support + 0.5), 0);
    const end = Math.min(Math.floor(center + support + 0.5), from);
    sums.fill(0);
    let total = 0;
    for (let j = first; j < end; j++) {
      const share = weight(Math.abs(j + 0.5 - center) / stretch);
      total += share;
      const line = x.offset + j * width;
      for (let k = 0; k < width; k++) sums[k] += share * x.data[line + k];
    }
    for (let k = 0; k < width; k++) {
      result.data[i * width + k] = Math.min(Math.max(Math.round(sums[k] / total), 0), 255);
    }
  }
  return result;
}
