/** @file The files that ship with the package; they are beside this one. */

/** URLs of weights, by the name under which they are loaded. */
export const EMBEDDED: Readonly<Record<string, URL>> = {
  fashion: new URL("./fashion.safetensors", import.meta.url),
};

/** Images and labels of Fashion-MNIST. */
export const FASHION_SAMPLE: URL = new URL("./fashion-sample.safetensors", import.meta.url);
