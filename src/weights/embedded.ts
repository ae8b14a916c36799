/**
 * @file What comes with the package: the weights of fashionNet, and a few images of its test set with their labels.
 */
import type { Shape } from "../tensor/shape.ts";
import { openSafetensors } from "./safetensors.ts";

/** Weights by name, and where they lie: beside this file. */
export const EMBEDDED: Readonly<Record<string, URL>> = {
  fashion: new URL("./fashion.safetensors", import.meta.url),
};

/** Images with labels. */
export interface Sample {
  /** Grey levels 0 to 255, images one after the other. */
  readonly pixels: Uint8Array;
  /** [n, h, w, c] */
  readonly shape: Shape;
  /** The class of each image. */
  readonly labels: Uint8Array;
  /** Names of the classes. */
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

/** The first images of the 10,000 that Fashion-MNIST keeps for testing: the network has not seen them in training. */
export async function fashionSample(): Promise<Sample> {
  const file = await openSafetensors(new URL("./fashion-sample.safetensors", import.meta.url));
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
