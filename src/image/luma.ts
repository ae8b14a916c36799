/** @file Converts color images to grey levels. */
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
