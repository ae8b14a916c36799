/** @file Keras' layers that move elements: margins, crops, other shapes and orders. */
import { cutFrom, tiled, whole } from "../../importer/picks.ts";
import { padded, transposed } from "../../importer/rearrange.ts";
import { reshapedTo, unsqueezed } from "../../importer/reshape.ts";
import { firstInput, type Value, valueInput } from "../../importer/values.ts";
import { beside, type Context, integerIn, isChannelsFirst, type Layer, layer, numbersIn } from "../layer.ts";

/** Reads rows and columns before and after, from one number, two numbers, or two pairs. */
function marginsIn(c: Context, name: string): readonly (readonly [number, number])[] {
  const list = numbersIn(c, name, [1]);
  const [a, b = a, ...more] = list;
  const margins = more.length === 0 ? [a, a, b, b] : list;
  if (margins.length !== 4 || !margins.every((n) => Number.isInteger(n) && n >= 0)) {
    c.fail(`has ${name} ${list.join(", ")}, needs one number, two, or two pairs`);
  }
  return [
    [margins[0], margins[1]],
    [margins[2], margins[3]],
  ];
}

/** Extends a list for rows and columns to all axes. */
function forEachAxis<T>(c: Context, x: Value, perAxis: readonly T[], other: T): readonly T[] {
  if (x.shape.length !== 4) c.fail(`takes ${x.shape.join("×")}, needs images of rank 4`);
  const first = isChannelsFirst(c) ? 2 : 1;
  return x.shape.map((_, axis) => perAxis[axis - first] ?? other);
}

export const zeroPadding2d: Layer = layer((c) => {
  const x = valueInput(c);
  return padded(c, x, forEachAxis(c, x, marginsIn(c, "padding"), [0, 0]), "constant", 0);
});

export const cropping2d: Layer = layer((c) => {
  const x = valueInput(c);
  const margins = forEachAxis(c, x, marginsIn(c, "cropping"), [0, 0]);
  return cutFrom(
    c,
    x,
    x.shape.map((extent, axis) => {
      const [before, after] = margins[axis];
      const count = extent - before - after;
      if (count < 1) c.fail(`cuts ${before} and ${after} off axis ${axis}, which has ${extent}`);
      return before + after === 0 ? whole(extent) : { first: before, step: 1, count };
    }),
  );
});

/** Flattens in the order rows, columns, channels, whatever the file's order. */
export const flatten: Layer = layer((c) => {
  const x = valueInput(c);
  const { length } = x.shape;
  if (length === 1) return reshapedTo(c, x, [x.shape[0], 1]);
  if (!isChannelsFirst(c) || length < 3) return reshapedTo(c, x, [x.shape[0], -1]);
  const last = [0, ...Array.from({ length: length - 2 }, (_, i) => i + 2), 1];
  return reshapedTo(c, transposed(beside(c, "turned"), x, last), [x.shape[0], -1]);
});

export const reshape: Layer = layer((c) => {
  const x = valueInput(c);
  return reshapedTo(c, x, [x.shape[0], ...numbersIn(c, "target_shape")]);
});

/** Axes are counted from 1; the batch axis stays. */
export const permute: Layer = layer((c) => {
  const x = valueInput(c);
  const dims = numbersIn(c, "dims");
  const sorted = [...dims].sort((a, b) => a - b);
  if (dims.length !== x.shape.length - 1 || sorted.some((axis, i) => axis !== i + 1)) {
    c.fail(`has dims ${dims.join(", ")}, needs 1 to ${x.shape.length - 1}, each once`);
  }
  return transposed(c, x, [0, ...dims]);
});

export const repeatVector: Layer = layer((c) => {
  const x = valueInput(c);
  if (x.shape.length !== 2) c.fail(`takes ${x.shape.join("×")}, needs rank 2`);
  const wide = unsqueezed(beside(c, "wide"), x, [1]) as Value;
  return tiled(c, wide, [1, integerIn(c, "n"), 1]);
});

/** Layers that only have an effect in training. */
export const same: Layer = layer((c) => firstInput(c));
