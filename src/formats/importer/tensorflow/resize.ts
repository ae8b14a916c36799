/** @file Resizes images as TensorFlow and TensorFlow Lite do. */
import { asInFile } from "../axes.ts";
import { type Context, constantInput, integersOf, type Value, valueInput } from "../values.ts";

/** @param isAligned align_corners @param isHalf half_pixel_centers */
export function resizedTo(
  c: Context,
  x: Value,
  size: readonly number[],
  mode: "linear" | "nearest",
  isAligned: boolean,
  isHalf: boolean,
): Value {
  if (size.length !== 2) c.fail(`has ${size.length} numbers as size, needs rows and columns`);
  const coordinates = isAligned ? "align-corners" : isHalf ? "half-pixel" : "asymmetric";
  const rounding = isAligned || isHalf ? "round-prefer-ceil" : "floor";
  const spec = { name: c.name, sizes: [size[0], size[1]] as const, mode, coordinates, rounding } as const;
  const image = asInFile(c, x);
  const name = c.g.resample2d(image.name, spec);
  return { name, shape: c.g.shapeOf(name), turned: false };
}

/** The image and its size are the inputs. */
export function resized(c: Context, mode: "linear" | "nearest", isAligned: boolean, isHalf: boolean): Value {
  return resizedTo(c, valueInput(c), integersOf(constantInput(c, 1, "size")), mode, isAligned, isHalf);
}
