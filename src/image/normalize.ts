/**
 * @file Normalizes grey levels as in training. The wrong scheme silently costs accuracy, so each has a name.
 */
import { oneOf, ShapeError, show } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkImage } from "./resize.ts";

/**
 * Schemes that map a grey level v from 0 to 255 to a network's input:
 *
 *   tf      v / 127.5 - 1             Keras and TF-slim MobileNets
 *   torch   (v / 255 - mean) / std    torchvision; per channel, mean 0.485, 0.456, 0.406, std 0.229, 0.224, 0.225
 *   unit    v / 255                   0 to 1
 *   byte    v / 128 - 1               quantised TensorFlow Lite MobileNets
 *   raw     v                         networks that rescale it themselves, such as Keras' MobileNetV3
 */
export const NORMALIZATIONS = ["tf", "torch", "unit", "byte", "raw"] as const;
/** How grey levels from 0 to 255 become the numbers that a network expects. */
export type Normalization = (typeof NORMALIZATIONS)[number];

/** Custom levels, in the form that OpenCV and Caffe use: (v - mean) · scale. */
export interface Levels {
  /** Grey level that maps to 0: one for all channels, or one per channel, in the network's order. */
  readonly mean: number | readonly number[];
  /** Factor: one for all channels, or one per channel. */
  readonly scale: number | readonly number[];
}

const TORCH_MEAN: readonly number[] = [0.485, 0.456, 0.406];
const TORCH_STD: readonly number[] = [0.229, 0.224, 0.225];

/**
 * Scales an image's grey levels to those that a network expects.
 *
 * @param image [h, w, c], grey levels from 0 to 255
 * @param normalization a scheme, or custom levels
 * @returns [1, h, w, c], ready to run
 * @throws ShapeError for an unknown scheme, "torch" for an image without three channels, or levels that are not finite
 *   numbers, one in all or one per channel
 *
 * @example normalize(tensor([[[0, 127.5, 255]]]), "tf").toArray(); // [[[[-1, 0, 1]]]]
 */
export function normalize(image: Tensor, normalization: Normalization | Levels): Tensor {
  const [H, W, C] = checkImage("normalize", image).shape;
  const level = levelsOf(normalization, C);
  const result = image.copy();
  const { data } = result;
  for (let i = 0; i < data.length; i++) data[i] = level(data[i], i % C);
  return result.reshape([1, H, W, C]);
}

function levelsOf(normalization: Normalization | Levels, C: number): (v: number, channel: number) => number {
  if (typeof normalization === "object" && normalization !== null) {
    const [mean, scale] = (["mean", "scale"] as const).map((name) => perChannel(name, normalization[name], C));
    return (v, channel) => (v - mean[channel]) * scale[channel];
  }
  const scheme = oneOf("normalize", "scheme", normalization, NORMALIZATIONS);
  if (scheme === "torch" && C !== 3) throw new ShapeError(`normalize: image has ${C} channels, "torch" needs 3`);
  return (v, channel) => normalized(scheme, v, channel);
}

function perChannel(name: string, given: unknown, C: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : new Array(C).fill(given);
  if (list.length === C && list.every((one): one is number => typeof one === "number" && Number.isFinite(one)))
    return list;
  throw new ShapeError(`normalize: ${name} is ${show(given)}, needs a number, or one for each of ${C} channels`);
}

function normalized(normalization: Normalization, v: number, channel: number): number {
  switch (normalization) {
    case "tf":
      return v / 127.5 - 1;
    case "torch":
      return (v / 255 - TORCH_MEAN[channel]) / TORCH_STD[channel];
    case "unit":
      return v / 255;
    case "byte":
      return v / 128 - 1;
    case "raw":
      return v;
  }
}
