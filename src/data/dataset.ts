/** @file Labelled images, and the training batches drawn from them. */
import { ShapeError, show } from "../tensor/errors.ts";
import { random } from "../tensor/random.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Sample } from "./sample.ts";

/** Any number of labelled images, such as the bundled sample. */
export type Dataset = Sample;

/** @throws ShapeError unless every image has a label, each of an existing class */
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

/** Random changes to an image each time it is shown. */
export interface Augmentation {
  /** Max shift in pixels, up, down, left or right. */
  readonly shift: number;
  /** Whether images are mirrored, at random, half the time. */
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
 * Returns all images in a new order, each with its random changes. Only seed and epoch determine them, so an epoch can
 * be resumed in the middle.
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

/** Writes pixel / 255 of a showing into `to`, starting at `at`; pixels from outside the image are 0. */
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
