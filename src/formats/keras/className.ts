/** @file Names of classes. */

/** Removes the package in which a class is registered: "Custom>FixedDropout". */
export function plainClass(name: string): string {
  return name.replace(/^.*>/, "");
}

/** Converts as Keras does for layer names: conv2d_transpose, re_lu. Source: keras-team/keras, src/utils/naming.py. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
