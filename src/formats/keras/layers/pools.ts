/** @file Keras' pools, and layers that resize or crop images. */
import { cutFrom, whole } from "../../importer/picks.ts";
import { reducedOver } from "../../importer/reduce.ts";
import { resizedTo } from "../../importer/tensorflow/resize.ts";
import { type Known, type Value, valueInput } from "../../importer/values.ts";
import {
  beside,
  type Context,
  flagIn,
  imageOf,
  integerIn,
  isChannelsFirst,
  type Layer,
  layer,
  paddingIn,
  pairIn,
  wordIn,
} from "../layer.ts";

export function pool(op: "averagePool2d" | "maxPool2d"): Layer {
  return layer((c) => {
    const { x, as } = imageOf(c);
    const windowDimensions = pairIn(c, "pool_size", [2, 2]);
    const strides = pairIn(c, "strides", windowDimensions);
    return as(c.g[op](x.name, { name: c.name, windowDimensions, strides, padding: paddingIn(c) }));
  });
}

/** Pools over all axes but batch and channels. */
export function globalPool(op: "reduceMean" | "reduceMax"): Layer {
  return layer((c) => {
    const x = valueInput(c);
    const channels = isChannelsFirst(c) ? 1 : x.shape.length - 1;
    const axes = [...x.shape.keys()].filter((axis) => axis !== 0 && axis !== channels);
    return reducedOver(c, op, x, axes, flagIn(c, "keepdims", false));
  });
}

/** The input image in the file's order, for functions that TensorFlow has only for [n, h, w, c]. */
function lastChannels(c: Context): Value {
  if (isChannelsFirst(c)) c.fail("resizes images with their channels first, needs channels_last");
  return imageOf(c).x;
}

/** Repeats pixels, or interpolates: between pixel centres, or in TensorFlow.js between pixel corners. */
export const upSampling2d: Layer = layer((c) => {
  const x = lastChannels(c);
  const factors = pairIn(c, "size", [2, 2]);
  const mode = wordIn(c, "interpolation", ["nearest", "bilinear"], "nearest");
  const size = factors.map((factor, i) => x.shape[1 + i] * factor);
  const isHalf = mode === "bilinear" && c.dialect !== "tfjs";
  return resizedTo(c, x, size, mode === "nearest" ? "nearest" : "linear", false, isHalf);
});

/** Also for TensorFlow.js, whose own layer of this name fails in every model. */
export const resizing: Layer = layer((c) => {
  const x = lastChannels(c);
  const size = [integerIn(c, "height"), integerIn(c, "width")] as const;
  const mode = wordIn(c, "interpolation", ["bilinear", "nearest"], "bilinear") === "nearest" ? "nearest" : "linear";
  const isCropped = flagIn(c, "crop_to_aspect_ratio", false);
  if (flagIn(c, "pad_to_aspect_ratio", false)) c.fail("has pad_to_aspect_ratio, which is not supported");
  if (flagIn(c, "antialias", false)) c.fail("has antialias, which is not supported");
  return resizedTo(c, isCropped ? cropped(c, x, size) : x, size, mode, false, true);
});

/** Crops the middle of an image to the aspect ratio of the wanted size. */
function cropped(c: Context, x: Value, [h, w]: readonly [number, number]): Value {
  const [, H, W] = x.shape;
  const rows = Math.max(1, Math.min(H, Math.trunc((W * h) / w)));
  const columns = Math.max(1, Math.min(W, Math.trunc((H * w) / h)));
  if (rows === H && columns === W) return x;
  return middle(beside(c, "cropped"), x, [1, 2], [rows, columns]) as Value;
}

/** Crops each of these axes to this many elements in the middle. */
function middle(c: Context, x: Value, axes: readonly number[], counts: readonly number[]): Known {
  const cuts = x.shape.map((extent, axis) => {
    const count = counts[axes.indexOf(axis)];
    return count === undefined ? whole(extent) : { first: Math.trunc((extent - count) / 2), step: 1, count };
  });
  return cutFrom(c, x, cuts);
}

/** Images must be at least as large as the crop; Keras would resize smaller ones. */
export const centerCrop: Layer = layer((c) => {
  const x = valueInput(c);
  const axes = isChannelsFirst(c) ? [2, 3] : [1, 2];
  const counts = [integerIn(c, "height"), integerIn(c, "width")];
  const isLarge = x.shape.length === 4 && axes.every((axis, i) => counts[i] > 0 && counts[i] <= x.shape[axis]);
  if (!isLarge) c.fail(`crops ${x.shape.join("×")} to ${counts.join("×")}, needs images of that size at least`);
  return middle(c, x, axes, counts);
});
