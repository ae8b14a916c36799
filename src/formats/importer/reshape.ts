/** @file Gives the same elements another shape. */
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import { checkOneImage, inGroups, inOrder, placed, ungrouped, withoutGroups } from "./axes.ts";
import { axesOf, type Context, elementsOf, isConstant, type Known, type Value } from "./values.ts";

/** Reshapes; one extent may be -1 and is inferred. A batch size that the file fixes becomes 1. */
export function reshapedTo(c: Context, x: Known, wanted: Shape): Known {
  const shape = [...wanted];
  if (!isConstant(x) && c.batch > 1 && shape[0] === c.batch) shape[0] = 1;
  const open = shape.indexOf(-1);
  if (open >= 0)
    shape[open] = elementsOf(x) / shape.reduce((size, extent, i) => (i === open ? size : size * extent), 1);
  return reshaped(c, x, shape);
}

/** Removes these axes of one element; null: all of them. */
export function squeezed(c: Context, x: Known, listed: readonly number[] | null): Known {
  const axes = listed && axesOf(c, listed, x.shape.length);
  return reshaped(
    c,
    x,
    x.shape.filter((extent, axis) => (axes ? !axes.includes(axis) : extent !== 1)),
  );
}

/** Inserts axes of one element at these positions. */
export function unsqueezed(c: Context, x: Known, listed: readonly number[]): Known {
  const rank = x.shape.length + listed.length;
  const axes = axesOf(c, listed, rank);
  if (axes.includes(0) && !isConstant(x)) checkOneImage(c);
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
  return reshaped(c, x, shape);
}

/** Returns the same elements in the same order under another shape. */
export function reshaped(c: Context, x: Known, shape: Shape): Known {
  if (sizeOf(shape) !== elementsOf(x)) c.fail(`turns ${x.shape.join("×")} into ${shape.join("×")}`);
  if (isConstant(x)) return { ...x, shape };
  const keepsPixels = sameShape(x.shape.slice(-2), shape.slice(-2)) && shape[0] === 1;
  if (x.turned && keepsPixels && shape.length > 4) return inGroups(c, x, shape, c.name);
  if (x.isGrouped && keepsPixels && shape.length === 4) return withoutGroups(c, x, shape, c.name);
  return reordered(c, ungrouped(c, x), shape);
}

function reordered(c: Context, x: Value, shape: Shape): Known {
  const plain = inOrder(c, x);
  return sameShape(plain.shape, shape) ? plain : { ...placed(c, plain.name, shape), levels: x.levels };
}
