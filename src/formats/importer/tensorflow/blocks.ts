/**
 * @file Dilated convolutions as older converters write them: SpaceToBatchND cuts the image into one image for each row
 * and column modulo a block, a convolution without dilation reads these, and BatchToSpaceND joins them again.
 */
import { asInFile } from "../axes.ts";
import type { Two, Window } from "../convolutions.ts";
import { type Operator, operator } from "../operator.ts";
import { type Context, constantInput, type Value, valueInput } from "../values.ts";

/** Reads two numbers, or two pairs. */
function numbers(c: Context, i: number, count: number, what: string): readonly number[] {
  const { data } = constantInput(c, i, what);
  if (data.length !== count) c.fail(`has ${data.length} numbers as ${what}, needs ${count}: rows and columns`);
  return [...data];
}

export const spaceToBatch: Operator = operator((c): Value => {
  const x = asInFile(c, valueInput(c));
  const [h, w] = numbers(c, 1, 2, "block shape");
  const [top, bottom, left, right] = numbers(c, 2, 4, "paddings");
  const [N, H, W, C] = x.shape;
  const [rows, columns] = [(H + top + bottom) / h, (W + left + right) / w];
  if (x.shape.length !== 4 || !Number.isInteger(rows) || !Number.isInteger(columns) || h < 1 || w < 1) {
    return c.fail(`cuts ${x.shape.join("×")} into blocks of ${h}×${w}`);
  }
  const shape = [N * h * w, rows, columns, C];
  return { ...x, shape, blocks: { size: [h, w], padding: [top, bottom, left, right] } };
});

export const batchToSpace: Operator = operator((c): Value => {
  const x = valueInput(c);
  const { blocks } = x;
  const [h, w] = numbers(c, 1, 2, "block shape");
  const [top, bottom, left, right] = numbers(c, 2, 4, "crops");
  if (blocks === undefined || blocks.size[0] !== h || blocks.size[1] !== w || blocks.padding.some((rows) => rows > 0)) {
    return c.fail("puts blocks together, needs SpaceToBatchND and a convolution before it");
  }
  const whole: Value = { name: x.name, shape: c.g.shapeOf(x.name), turned: false };
  if (top + bottom + left + right === 0) return whole;
  const [N, H, W, C] = whole.shape;
  const size = [N, H - top - bottom, W - left - right, C];
  return { ...whole, shape: size, name: c.g.slice(whole.name, [0, top, left, 0], size, { name: c.name }) };
}, true);

/** The window of a convolution; on blocks, with the dilation and padding that the cuts represent. */
export function windowIn(c: Context, { blocks }: Value, window: Window): Window {
  if (blocks === undefined) return window;
  const { strides, dilations, padding } = window;
  if (padding !== "valid" || [...strides, ...dilations].some((step) => step !== 1)) {
    c.fail("works on blocks with padding, strides or dilations, needs none");
  }
  return { strides, dilations: blocks.size, padding: blocks.padding };
}

/** The result of a convolution of x: in blocks if x is. */
export function inBlocks(x: Value, y: Value, [KH, KW]: Two): Value {
  if (x.blocks === undefined) return y;
  const [N, H, W] = x.shape;
  const blocks = { size: x.blocks.size, padding: [0, 0, 0, 0] as const };
  return { ...y, shape: [N, H - KH + 1, W - KW + 1, y.shape[3]], blocks };
}
