/** @file Labelled images, and the batches that training takes from them. */
import { ShapeError, show } from "../tensor/errors.ts";
import { random } from "../tensor/random.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Sample } from "../weights/embedded.ts";

/** Any number of images with labels; the sample that comes with the package is one. */
export type Dataset = Sample;

/** @throws ShapeError unless there is a label for every image, each of a class that exists */
export function checkDataset(op: string, data: Dataset): void {
  const { pixels, shape, labels, classes } = data ?? {};
  if (![pixels, labels].every(ArrayBuffer.isView) || ![shape, classes].every(Array.isArray)) {
    throw new ShapeError(`${op}: data are ${show(data)}, needs { pixels, shape, labels, classes }`);
  }
  if (pixels.length !== sizeOf(shape)) {
    throw new ShapeError(`${op}: ${pixels.length} pixels, images ${formatShape(shape)} need ${sizeOf(shape)}`);
  }
  if (labels.length !== shape[0]) throw new ShapeError(`${op}: ${shape[0]} images and ${labels.length} labels`);
  const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes.length));
  if (wrong !== -1) {
    throw new ShapeError(`${op}: the label of image ${wrong} is ${labels[wrong]}, there are ${classes.length} classes`);
  }
}

/** How images are changed each time they are shown. */
export interface Augmentation {
  /** Pixels by which an image is moved up, down, left or right at most. */
  readonly shift: number;
  /** Whether half of the images are turned left to right. */
  readonly flip: boolean;
}

/** One showing of an image. */
export interface Showing {
  readonly image: number;
  readonly down: number;
  readonly right: number;
  readonly flipped: boolean;
}

/**
 * All images in a new order, each with its change. It depends on nothing but seed and epoch, so that an epoch can be
 * taken up in the middle.
 */
export function showingsOf(
  count: number,
  seed: number,
  epoch: number,
  { shift, flip }: Augmentation,
): readonly Showing[] {
  const source = random((Math.imul(seed, 0x9e3779b1) + Math.imul(epoch + 1, 0x85ebca77)) >>> 0);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = source.integer(i + 1); // Fisher and Yates
    [order[i], order[j]] = [order[j], order[i]];
  }
  return Array.from(order, (image) => ({
    image,
    down: source.integer(2 * shift + 1) - shift,
    right: source.integer(2 * shift + 1) - shift,
    flipped: flip && source.integer(2) === 1,
  }));
}

/** Writes pixel / 255 of a showing to `to` from `at` on; what moves in from outside is 0. */
export function writeImage({ pixels, shape }: Dataset, showing: Showing, to: Float32Array, at: number): void {
  const [, H, W, C] = shape;
  const { image, down, right, flipped } = showing;
  const start = image * H * W * C;
  for (let h = 0; h < H; h++) {
    const fromH = h - down;
    for (let w = 0; w < W; w++) {
      const shifted = w - right;
      const fromW = flipped ? W - 1 - shifted : shifted;
      const isInside = fromH >= 0 && fromH < H && fromW >= 0 && fromW < W;
      for (let c = 0; c < C; c++) {
        to[at + (h * W + w) * C + c] = isInside ? pixels[start + (fromH * W + fromW) * C + c] / 255 : 0;
      }
    }
  }
}
