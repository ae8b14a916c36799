/** @file The width multiplier: how many channels a layer has at a given alpha, by each family's rule. */
import { ShapeError, show } from "../tensor/errors.ts";

/** MobileNetV1's rule: ⌊alpha · outputs⌋. @throws ShapeError, when the result is called, if that leaves no channel */
export function widthOf(op: string, alpha: number): (outputs: number) => number {
  return (outputs) => {
    const scaled = Math.floor(outputs * alpha);
    if (typeof alpha === "number" && Number.isInteger(scaled) && scaled >= 1) return scaled;
    throw new ShapeError(
      `${op}: alpha is ${show(alpha)}, needs a number that leaves at least 1 of ${outputs} channels`,
    );
  };
}

/**
 * Rounds v to the nearest multiple of 8, at least 8 and no more than a tenth below v. For MobileNetV2 and later.
 *
 * Source: tensorflow/models, slim/nets/mobilenet/conv_blocks.py, _make_divisible.
 */
export function makeDivisible(v: number): number {
  const rounded = Math.max(8, Math.floor((v + 4) / 8) * 8);
  return rounded < 0.9 * v ? rounded + 8 : rounded;
}

/** Checks a width multiplier. @throws ShapeError unless it is a number above 0 and at most 8 */
export function checkAlpha(op: string, alpha: unknown): number {
  if (typeof alpha === "number" && alpha > 0 && alpha <= 8) return alpha;
  throw new ShapeError(`${op}: alpha is ${show(alpha)}, needs a number above 0 and up to 8`);
}
