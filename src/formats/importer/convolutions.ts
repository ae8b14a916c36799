/**
 * @file Convolutions with constant filters over images [n, h, w, c] of the graph, for files whose filters have their
 * outputs last. The weights become the node's, under its name.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Padding4 } from "../../geometry/padding.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Context } from "./values.ts";

export type Two = readonly [h: number, w: number];

export interface Window {
  readonly strides: Two;
  readonly dilations: Two;
  readonly padding: "same" | "valid" | Padding4;
}

/** The operations after the sum of products. */
export interface Ending {
  readonly bias: Tensor | null;
  readonly activation: Activation;
}

export function filterOfRank4({ fail }: Context, filter: Tensor): Tensor {
  return filter.shape.length === 4 ? filter : fail(`has a filter ${filter.shape.join("×")}, needs rank 4`);
}

/** @returns an ending as options of the graph's node; its bias becomes a weight */
function taken(c: Context, { bias, activation }: Ending, outputs: number) {
  if (bias !== null && bias.size !== outputs) c.fail(`has a bias ${bias.shape.join("×")}, needs ${outputs}`);
  if (bias !== null) c.weights.set(`${c.name}/bias`, bias.reshape([outputs]));
  return { name: c.name, bias: bias !== null, activation };
}

/** @param x the graph's image @param filter [kh, kw, c / groups, o] @returns the graph's value */
export function convolution(c: Context, x: string, filter: Tensor, window: Window, ending: Ending): string {
  const [KH, KW, I, O] = filterOfRank4(c, filter).shape;
  const C = c.g.shapeOf(x)[3];
  const groups = C / I;
  if (!Number.isInteger(groups) || O % groups !== 0) {
    c.fail(`has ${C} channels, its filter takes ${I} of them for ${O} outputs`);
  }
  const spec = { ...taken(c, ending, O), outputs: O };
  const { padding, strides } = window;
  const isPadded = Array.isArray(padding) && padding.some((rows) => rows > 0);
  if (KH === 1 && KW === 1 && groups === 1 && !isPadded && strides.every((step) => step === 1)) {
    c.weights.set(`${c.name}/filter`, filter.reshape([I, O]));
    return c.g.pointwiseConv2d(x, spec);
  }
  c.weights.set(`${c.name}/filter`, filter);
  return c.g.conv2d(x, { ...spec, kernel: [KH, KW], groups, ...window });
}

/** @param filter [kh, kw, c, multiplier] */
export function depthwiseConvolution(c: Context, x: string, filter: Tensor, window: Window, ending: Ending): string {
  const [KH, KW, C, M] = filterOfRank4(c, filter).shape;
  const channels = c.g.shapeOf(x)[3];
  if (C !== channels) c.fail(`has a filter ${filter.shape.join("×")} for ${channels} channels`);
  const spec = { ...taken(c, ending, C * M), kernel: [KH, KW] as const, multiplier: M };
  c.weights.set(`${c.name}/filter`, filter);
  return c.g.depthwiseConv2d(x, { ...spec, ...window });
}

/**
 * Transposed convolution to a size that the file states: surplus rows are cut off before and after, the odd one after.
 *
 * @param filter [kh, kw, o, c]
 * @param rule   "same" cuts, "valid" does not
 */
export function transposedConvolution(
  c: Context,
  x: string,
  filter: Tensor,
  size: Two,
  { strides, dilations }: Omit<Window, "padding">,
  rule: "same" | "valid",
  ending: Ending,
): string {
  const [KH, KW, O, I] = filterOfRank4(c, filter).shape;
  const [, H, W, C] = c.g.shapeOf(x);
  if (I !== C) c.fail(`has ${C} channels, its filter takes ${I}`);
  const surplus = [H, W].map((pixels, i) => {
    const taps = ([KH, KW][i] - 1) * dilations[i] + 1;
    return (pixels - 1) * strides[i] + taps - size[i];
  });
  const [rows, columns] = surplus.map((n) => (rule === "same" ? Math.max(0, n) : 0));
  const padding = [Math.floor(rows / 2), Math.ceil(rows / 2), Math.floor(columns / 2), Math.ceil(columns / 2)] as const;
  const outputPadding = [rows - surplus[0], columns - surplus[1]] as const;
  if (outputPadding.some((n) => n < 0)) c.fail(`makes ${size.join("×")} pixels of ${[H, W].join("×")}`);
  const spec = { ...taken(c, ending, O), outputs: O, kernel: [KH, KW] as const };
  c.weights.set(`${c.name}/filter`, filter);
  return c.g.convTranspose2d(x, { ...spec, strides, dilations, padding, outputPadding });
}
