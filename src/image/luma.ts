/** @file Converts colour images to grey levels, and grey ones to three channels. */
import { concat } from "../ops/rearrange.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * Returns the grey levels of an image, rounded to integers: 0.299 R + 0.587 G + 0.114 B. Source: ITU-R BT.601.
 *
 * @param image [h, w, 3], 0 to 255
 * @returns [h, w, 1]
 */
export function luma(image: Tensor): Tensor {
  const [H, W] = image.shape;
  const { data } = image.contiguous();
  const grey = Float32Array.from({ length: H * W }, (_, i) =>
    Math.round(0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]),
  );
  return new Tensor(grey, [H, W, 1]);
}

/** Converts a colour image to grey, or a grey one to three channels, if the network needs it. */
export function inChannels(image: Tensor, C: number): Tensor {
  const [, , channels] = image.shape;
  if (C === 1 && channels === 3) return luma(image);
  return C === 3 && channels === 1 ? concat([image, image, image], 2) : image;
}
