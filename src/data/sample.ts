/** @file A few labelled images from Fashion-MNIST's test set, which ship with the package. */

import { openSafetensors } from "../formats/safetensors/safetensors.ts";
import type { Shape } from "../tensor/shape.ts";
import { FASHION_SAMPLE } from "./embedded/embedded.ts";

/** Labelled images. */
export interface Sample {
  /** Grey levels 0 to 255, one image after another. */
  readonly pixels: Uint8Array;
  /** [n, h, w, c] */
  readonly shape: Shape;
  /** The class of each image. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/** Names of the classes of Fashion-MNIST, in order. Source: github.com/zalandoresearch/fashion-mnist. */
export const FASHION_CLASSES: readonly string[] = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/**
 * Returns the first 28 of Fashion-MNIST's 10,000 test images, which the network has not seen in training.
 *
 * @throws FormatError if the bundled file cannot be read
 *
 * @example
 * const { shape, labels, classes } = await fashionSample();
 * shape; // [28, 28, 28, 1]
 * classes[labels[0]]; // "Ankle boot"
 */
export async function fashionSample(): Promise<Sample> {
  const file = await openSafetensors(FASHION_SAMPLE);
  try {
    const [images, labels] = [await file.read("images"), await file.read("labels")];
    return {
      pixels: Uint8Array.from(images.data),
      shape: images.shape,
      labels: Uint8Array.from(labels.data),
      classes: FASHION_CLASSES,
    };
  } finally {
    await file.close();
  }
}
