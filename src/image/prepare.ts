/**
 * @file Turns an image of any size into a network's input, with the preprocessing the network was trained with.
 *
 *   preset       which part of the image                                    filter     grey levels
 *   keras        the largest central square (Keras does not specify it)     bilinear   tf
 *   tf-slim      the middle 7/8 of each side, squashed                      bilinear   tf
 *   torchvision  the shorter side to ⌊size / 0.875⌋, then the middle        bilinear   torch
 *   timm         the same; MobileNetV4 medium and large ⌊size / 0.95⌋       bicubic    torch, MobileNetV1 tf
 *
 * Sources: research/slim/preprocessing, torchvision/transforms/_presets.py, timm's default configurations.
 */
import { checkPair } from "../geometry/padding.ts";
import { PRESETS, type Preset } from "../models/settings.ts";
import { concat } from "../ops/rearrange.ts";
import { resample2d } from "../ops/resample2d.ts";
import { checkRecord, oneOf, ShapeError, show } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Levels, type Normalization, normalize } from "./normalize.ts";
import { centerCrop, checkImage, type Interpolation, resize } from "./resize.ts";

/**
 * Which part of an image becomes the input, and how:
 *
 *   square    the largest central box with the input's proportions
 *   shorter   all of it, resized until the input is a fraction, 7/8, of its shorter side, then the middle
 *   fraction  the middle 7/8 of each side, whatever its proportions
 *   squash    all of it, whatever its proportions
 *   tf-resize the same, with tf.image.resize: four pixels make one, however much the image shrinks
 */
export const FITS = ["square", "shorter", "fraction", "squash", "tf-resize"] as const;
/** How an image is fitted to the shape of the input. */
export type Fit = (typeof FITS)[number];

const FRACTION = 0.875;

/** How an image becomes the input of a network. */
export interface Preparation {
  readonly fit: Fit;
  /** The share of a side that "shorter" and "fraction" keep. Default 0.875. */
  readonly fraction?: number;
  /** Ignored by "tf-resize", which is bilinear. */
  readonly interpolation: Interpolation;
  readonly normalization: Normalization | Levels;
  /** Order of three channels. Default "rgb". */
  readonly order?: ChannelOrder;
}

/** The orders of an image's channels. */
export const CHANNEL_ORDERS = ["rgb", "bgr"] as const;
/** The order of an image's channels. */
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number];

/**
 * Returns how images become input for a network of a published family.
 *
 * @param family prefix of the graph's name, e.g. "mobilenet_v1"
 * @throws ShapeError for an unknown preset
 *
 * @example preparationFor("keras", "mobilenet_v1").normalization; // "tf"
 */
export function preparationFor(
  preset: Preset,
  family: string = "",
): Preparation & { readonly normalization: Normalization } {
  oneOf("preparationFor", "preset", preset, PRESETS);
  if (typeof family !== "string") throw new ShapeError(`preparationFor: family is ${show(family)}, needs a string`);
  switch (preset) {
    case "keras":
      return { fit: "square", interpolation: "bilinear", normalization: "tf" };
    case "tf-slim":
      return { fit: "fraction", interpolation: "bilinear", normalization: "tf" };
    case "torchvision":
      return { fit: "shorter", interpolation: "bilinear", normalization: "torch" };
    case "timm": {
      const normalization = family.startsWith("mobilenet_v1") ? "tf" : "torch";
      const isLate = /^mobilenet_v4_conv_(medium|large)/.test(family);
      return { fit: "shorter", ...(isLate && { fraction: 0.95 }), interpolation: "bicubic", normalization };
    }
  }
}

/**
 * Turns an image into a network's input: fits, resizes and normalizes it.
 *
 * @param image      [h, w, c], grey levels from 0 to 255
 * @param resolution [h, w] of the network's input
 * @param how        a preparation, or only a normalization: then the central square, bilinear
 * @returns [1, h, w, c]
 * @throws ShapeError for another shape, or an unknown preparation
 *
 * @example preprocess(Tensor.zeros([300, 400, 3]), [224, 224], "tf").shape; // [1, 224, 224, 3]
 */
export function preprocess(
  image: Tensor,
  resolution: readonly [h: number, w: number],
  how: Normalization | Preparation,
): Tensor {
  const size = checkPair("preprocess", "resolution", resolution, 1);
  if (typeof how !== "string") checkRecord("preprocess", "how", how);
  const own: Preparation = typeof how === "string" ? { ...preparationFor("keras"), normalization: how } : how;
  const channels = oneOf("preprocess", "order", own.order ?? "rgb", CHANNEL_ORDERS);
  const sized = fitted(image, size, own);
  return normalize(channels === "bgr" ? reversed(sized) : sized, own.normalization);
}

/** Reverses the channels: blue first, as OpenCV stores images. A grey image stays the same. */
function reversed(image: Tensor): Tensor {
  const [H, W, C] = image.shape;
  return concat(
    Array.from({ length: C }, (_, c) => image.slice([0, 0, C - 1 - c], [H, W, 1])),
    2,
  );
}

function fitted(
  image: Tensor,
  [h, w]: readonly [h: number, w: number],
  { fit, fraction = FRACTION, interpolation }: Preparation,
): Tensor {
  const [H, W] = checkImage("preprocess", image).shape;
  switch (oneOf("preprocess", "fit", fit, FITS)) {
    case "square": {
      const scale = Math.min(H / h, W / w);
      const box = [h, w].map((extent) => Math.max(1, Math.round(extent * scale)));
      return resize(centerCrop(image, [box[0], box[1]]), [h, w], interpolation);
    }
    case "shorter": {
      const [rows, columns] = [Math.floor(h / fraction), Math.floor(w / fraction)];
      const isTight = rows * W >= columns * H; // whether the rows are the shorter side
      const size = isTight ? [rows, Math.floor((W * rows) / H)] : [Math.floor((H * columns) / W), columns];
      return middle(resize(image, [size[0], size[1]], interpolation), h, w);
    }
    case "fraction":
      return resize(centerCrop(image, [kept(H, fraction), kept(W, fraction)]), [h, w], interpolation);
    case "squash":
      return resize(image, [h, w], interpolation);
    case "tf-resize":
      return resample2d(image.reshape([1, ...image.shape]), { sizes: [h, w], mode: "linear" }).reshape([
        h,
        w,
        image.shape[2],
      ]);
  }
}

/** Returns what TensorFlow's central_crop keeps of an extent: it cuts the same whole number of pixels off both ends. */
function kept(extent: number, fraction: number): number {
  return extent - 2 * Math.floor((extent - extent * fraction) / 2);
}

/** Crops the middle; half of an odd margin is rounded to even, as Python does for torchvision. */
function middle(image: Tensor, h: number, w: number): Tensor {
  const [H, W, C] = image.shape;
  const start = (extent: number, size: number): number => {
    const half = (extent - size) / 2;
    return Number.isInteger(half) ? half : 2 * Math.round(half / 2);
  };
  const [top, left] = [start(H, h), start(W, w)];
  return image.slice([top, left, 0], [h, w, C]);
}
