/** @file Which network a set of weights belongs to, read off their names and shapes. */
import type { Weights } from "../graph/weights.ts";
import { ShapeError } from "../tensor/errors.ts";
import type { MobilenetV1Options } from "./mobilenetV1.ts";

const PUBLISHED_ALPHAS: readonly number[] = [1, 0.75, 0.5, 0.25];

/**
 * The options with which `mobilenetV1` makes the network of these weights: alpha, classes, channels, kind of
 * convolution, shallow or not, batch norm or folded. The resolution does not show in weights.
 *
 * @throws ShapeError if they are not those of a MobileNetV1
 */
export function mobilenetV1OptionsOf(weights: Weights): MobilenetV1Options {
  const stem = weights.get("conv1/filter");
  const head = weights.get("conv_preds/filter");
  if (stem?.shape.length !== 4 || head?.shape.length !== 2) {
    const found = [...weights.keys()].slice(0, 3).join(", ");
    throw new ShapeError(
      `weights: needs conv1/filter and conv_preds/filter of a MobileNetV1, has ${found || "none"}, …`,
    );
  }
  const [, , channels, width] = stem.shape;
  return {
    alpha: PUBLISHED_ALPHAS.find((alpha) => Math.floor(32 * alpha) === width) ?? width / 32,
    classes: head.shape[1],
    channels,
    convolution: weights.has("conv_dw_1/filter") ? "separable" : "standard",
    shallow: !weights.has("conv_pw_7/filter") && !weights.has("conv_7/filter"),
    batchNorm: weights.has("conv1_bn/mean"),
  };
}
