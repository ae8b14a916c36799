/**
 * @file The names that Keras gives to weights, and the names that a graph knows them by.
 *
 *   conv1/kernel                [kh, kw, i, o]      conv1/filter        the same; [i, o] where the kernel is 1×1
 *   conv_dw_1/depthwise_kernel  [kh, kw, c, m]      conv_dw_1/filter    the same
 *   conv1_bn/gamma, beta, moving_mean, moving_variance    conv1_bn/scale, bias, mean, variance
 *
 * A trailing ":0" and a doubled layer name ("conv1/conv1/kernel:0"), as older files have them, are dropped. Keras 3 calls
 * the depthwise kernel "kernel" too. Source: facts/weight-names.json of the project's notes, from keras-team/keras.
 */
import type { Tensor } from "../tensor/tensor.ts";

const ROLES: ReadonlyMap<string, string> = new Map([
  ["kernel", "filter"],
  ["depthwise_kernel", "filter"],
  ["bias", "bias"],
  ["gamma", "scale"],
  ["beta", "bias"],
  ["moving_mean", "mean"],
  ["moving_variance", "variance"],
]);

/** Whether these are a Keras network's weights: some tensor is called "…/kernel". */
export function looksLikeKeras(names: Iterable<string>): boolean {
  for (const name of names) if (/\/(depthwise_)?kernel(:0)?$/.test(name)) return true;
  return false;
}

/** The graph's name for a Keras weight; the name itself where it does not end in a Keras word. */
export function fromKerasName(name: string): string {
  const parts = name.replace(/:0$/, "").split("/");
  const role = ROLES.get(parts[parts.length - 1]);
  const layers = parts.slice(0, -1).filter((layer, i, all) => layer !== all[i - 1]);
  return role === undefined || layers.length === 0 ? name : `${layers.join("/")}/${role}`;
}

/** The graph's shape for a Keras weight: a 1×1 kernel is a matrix, unless it belongs to a depthwise layer. */
export function fromKerasShape(name: string, weight: Tensor): Tensor {
  const { shape } = weight;
  const isMatrix = shape.length === 4 && shape[0] === 1 && shape[1] === 1;
  return isMatrix && /\/kernel(:0)?$/.test(name) && !/dw|depthwise/.test(name)
    ? weight.reshape(shape.slice(2))
    : weight;
}
