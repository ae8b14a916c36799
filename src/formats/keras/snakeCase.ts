/** @file Names of classes as Keras makes names of layers of them. */

/** Conv2DTranspose: conv2d_transpose; ReLU: re_lu. Source: keras-team/keras, src/utils/naming.py. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
