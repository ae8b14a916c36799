/** @file The files that ship with the package; they are in this folder. */

/** URLs of weights, by the name under which they are loaded. */
export const EMBEDDED: Readonly<Record<string, URL>> = {
  fashion: new URL("./fashion.safetensors", import.meta.url),
  // The same network in eight bits: separable quantize fashion … --data with the training images of Fashion-MNIST.
  fashion_int8: new URL("./fashion-int8.tflite", import.meta.url),
};

/** Whether a file of this name ships with the package. */
export function isEmbedded(name: string): boolean {
  return Object.hasOwn(EMBEDDED, name);
}

/** Images and labels of Fashion-MNIST. */
export const FASHION_SAMPLE: URL = new URL("./fashion-sample.safetensors", import.meta.url);
