/**
 * @file Crops and resizes images, as tensors [h, w, c].
 *
 * Resizing is antialiased as in Pillow (and in TensorFlow with `antialias=True`): when an image shrinks, the filter
 * widens so that every source pixel counts. Without that, as in OpenCV or a browser's canvas at low quality, fine
 * texture aliases and changes a network's results.
 */
import { checkPair } from "../geometry/padding.ts";
import { oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger, checkShape, formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** @throws ShapeError unless the image is a tensor [h, w, c] without an extent of 0 */
export function checkImage(op: string, image: unknown): Tensor {
  if (!(image instanceof Tensor)) throw new ShapeError(`${op}: image is ${show(image)}, needs a Tensor`);
  if (image.shape.length !== 3) {
    throw new ShapeError(`${op}: image is ${formatShape(image.shape)}, needs h×w×c`);
  }
  checkShape(op, "image", image.shape, 1);
  return image;
}

/**
 * Returns the central square or box of an image, as a view. If the margin is odd, the extra pixel is cut at the bottom
 * and the right.
 *
 * @param size [h, w]; default the largest square
 * @throws ShapeError if the image is not h×w×c, or is smaller than the box
 *
 * @example centerCrop(Tensor.zeros([300, 400, 3])).shape; // [300, 300, 3]
 */
export function centerCrop(image: Tensor, size?: readonly [h: number, w: number]): Tensor {
  const [H, W, C] = checkImage("centerCrop", image).shape;
  const side = Math.min(H, W);
  const [h, w] = checkPair("centerCrop", "size", size ?? side, 1);
  checkInteger("centerCrop", "size[0]", h, 1, H);
  checkInteger("centerCrop", "size[1]", w, 1, W);
  return image.slice([Math.floor((H - h) / 2), Math.floor((W - w) / 2), 0], [h, w, C]);
}

/** The interpolations of `resize`. */
export const INTERPOLATIONS = ["bilinear", "bicubic"] as const;
/** How `resize` interpolates. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

interface Filter {
  /** Distance from which the weight is 0. */
  readonly reach: number;
  /** Weight of a pixel at distance d. */
  weight(d: number): number;
}

const FILTERS: Readonly<Record<Interpolation, Filter>> = {
  bilinear: { reach: 1, weight: (d) => Math.max(1 - d, 0) },
  // R. Keys, 1981, with a = -1/2.
  bicubic: {
    reach: 2,
    weight: (d) => (d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? (((d - 5) * d + 8) * d - 4) * -0.5 : 0),
  },
};

/**
 * Resizes an image, bit for bit as Pillow 12 does:
 *
 *   y[i] = Σ j x[j] · t(|j + ½ - (i + ½)·s| / max(s, 1)) / (the same sum of t)
 *
 *   bilinear  t(d) = 1 - d up to 1
 *   bicubic   t(d) = 1.5 d³ - 2.5 d² + 1 up to 1, -0.5 d³ + 2.5 d² - 4 d + 2 up to 2
 *
 * along rows and then along columns, where s is the old extent over the new one; along columns first if an image more
 * than 100 times as tall as wide becomes less tall.
 *
 * Images of integers from 0 to 255 follow Pillow's path for bytes: weights become fixed-point numbers with 22
 * fractional bits, and each of the two passes rounds to integers from 0 to 255. Any other image follows Pillow's path
 * for floats (mode "F"), which rounds only to float32.
 *
 * @param size [h, w]
 * @throws ShapeError if the image is not h×w×c or the size is not h×w
 *
 * @example resize(tensor([[[0], [100]]]), [1, 4]).toArray(); // [[[0], [25], [75], [100]]]
 */
export function resize(
  image: Tensor,
  size: readonly [h: number, w: number],
  interpolation: Interpolation = "bilinear",
): Tensor {
  const [H, W, C] = checkImage("resize", image).shape;
  const filter = FILTERS[oneOf("resize", "interpolation", interpolation, INTERPOLATIONS)];
  const [h, w] = checkPair("resize", "size", size, 1);
  checkShape("resize", "result", [h, w, C], 1);
  const x = image.contiguous();
  const isGrey = x.toFloat32Array().every((v) => (v & 255) === v);
  const across = (p: Tensor): Tensor =>
    w === W ? p : resample(p.transpose([1, 0, 2]), w, filter, isGrey).transpose([1, 0, 2]);
  const down = (p: Tensor): Tensor => (h === H ? p : resample(p, h, filter, isGrey));
  const isTall = H > 100 * W && h < H;
  return (isTall ? across(down(x)) : down(across(x))).contiguous();
}

/** 1 as a fixed-point weight. */
const ONE = 2 ** 22;

/** Resamples the first of three axes. */
function resample(image: Tensor, extent: number, filter: Filter, isGrey: boolean): Tensor {
  const [from, lines, C] = image.shape;
  const x = image.contiguous();
  const result = Tensor.zeros([extent, lines, C]);
  const width = lines * C;
  const sums = new Float64Array(width);
  for (let i = 0; i < extent; i++) {
    const { first, weights } = weightsFor(i, from, extent, filter);
    sums.fill(isGrey ? ONE / 2 : 0);
    weights.forEach((exact, k) => {
      const weight = isGrey ? Math.trunc(exact * ONE + (exact < 0 ? -0.5 : 0.5)) : exact;
      const line = x.offset + (first + k) * width;
      for (let n = 0; n < width; n++) sums[n] += weight * x.data[line + n];
    });
    const at = i * width;
    if (isGrey) {
      for (let n = 0; n < width; n++) result.data[at + n] = Math.min(Math.max(Math.floor(sums[n] / ONE), 0), 255);
    } else result.data.set(sums, at);
  }
  return result;
}

/** Returns the first input of output i, and the weights of this and the following inputs, which add up to 1. */
function weightsFor(i: number, from: number, extent: number, { reach, weight }: Filter) {
  const scale = from / extent;
  const width = Math.max(scale, 1); // of the filter: shrinking widens it, so that no input is skipped
  const support = reach * width;
  const center = (i + 0.5) * scale;
  const first = Math.max(Math.trunc(center - support + 0.5), 0);
  const end = Math.min(Math.trunc(center + support + 0.5), from);
  const inverse = 1 / width; // a product, as in Pillow: a quotient may differ in its last bit
  const weights = Array.from({ length: end - first }, (_, k) => weight(Math.abs((k + first - center + 0.5) * inverse)));
  const total = weights.reduce((sum, share) => sum + share, 0);
  return { first, weights: total === 0 ? weights : weights.map((share) => share / total) };
}
