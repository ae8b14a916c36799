/** @file The arrays and numbers of a set of vectors, under the names that all formats share. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { LAYOUTS } from "../../tensor/layout.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { CONV_KINDS } from "../oracle.ts";
import { PRECISIONS } from "../precision.ts";
import type { FilterOrder } from "../problem.ts";
import { type ConvVectors, hasChannelsFirst } from "../vectors.ts";

export interface NamedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array;
  readonly what: string;
}

/** Filter layouts by code; depthwise and pointwise filters with the same memory order share one. */
export const FILTER_ORDERS: readonly FilterOrder[] = ["hwio", "oihw", "ohwi", "ihwo"];

/** Input, filter, bias (where there is one), im2col, output, output64, bound, statistical_bound. */
export function arraysOf({ oracle, input, filter, bias, patches }: ConvVectors): readonly NamedArray[] {
  const { shape, output, values, bounds, statistics, layout, precision } = oracle;
  const [ofInput, ofOutput] =
    layout === "nhwc" ? ["[n, h, w, c]", "[n, oh, ow, o]"] : ["[n, c, h, w]", "[n, o, oh, ow]"];
  const columns = hasChannelsFirst(oracle) ? "c * kh * kw" : "kh * kw * c";
  const array = (name: string, tensor: Tensor, what: string): NamedArray => {
    return { name, shape: tensor.shape, data: tensor.toFloat32Array(), what };
  };
  const kernel = `a correct ${precision} kernel`;
  return [
    array("input", input, ofInput),
    array("filter", filter, filterAxes(oracle)),
    ...(bias === null ? [] : [array("bias", bias, "[o]")]),
    array("im2col", patches, `[n * oh * ow, ${columns}], what lies under each window, 0 for padding`),
    array("output", output, `${ofOutput}, in float64, rounded once`),
    { name: "output64", shape, data: values, what: "the same, not rounded" },
    { name: "bound", shape, data: bounds, what: `|yours - output64| of ${kernel} is at most this, by proof` },
    {
      name: "statistical_bound",
      shape,
      data: statistics ?? bounds,
      what: `and at most this but for once in a million convolutions${statistics === null ? "; here the proof alone judges" : ""}`,
    },
  ];
}

function filterAxes({ op, problem: { filterLayout } }: ConvVectors["oracle"]): string {
  if (op === "depthwiseConv2d") {
    return filterLayout === "oihw" ? "[c * multiplier, 1, kh, kw]" : "[kh, kw, c, multiplier]";
  }
  const names = { h: "kh", w: "kw", i: op === "conv2d" ? "c / groups" : "c", o: "o" } as const;
  const axes = [...filterLayout].filter((axis) => op === "conv2d" || axis === "i" || axis === "o");
  return `[${axes.map((axis) => names[axis as keyof typeof names]).join(", ")}]`;
}

/** Extents, strides, dilations and padding, under names that are valid in every language. */
export function extentsOf({ oracle: { geometry: g } }: ConvVectors): readonly (readonly [string, number])[] {
  return [
    ["N", g.N],
    ["H", g.H],
    ["W", g.W],
    ["C", g.C],
    ["OH", g.OH],
    ["OW", g.OW],
    ["O", g.O],
    ["KH", g.KH],
    ["KW", g.KW],
    ["GROUPS", g.G],
    ["STRIDE_H", g.strideH],
    ["STRIDE_W", g.strideW],
    ["DILATION_H", g.dilationH],
    ["DILATION_W", g.dilationW],
    ["PAD_TOP", g.padTop],
    ["PAD_BOTTOM", g.padBottom],
    ["PAD_LEFT", g.padLeft],
    ["PAD_RIGHT", g.padRight],
  ];
}

/** A choice as a number, for formats without words: C, Verilog, NumPy. */
export interface Code {
  readonly name: string;
  readonly value: number;
  readonly meanings: readonly string[];
}

/** The other properties of the convolution, as codes. */
export function codesOf({ oracle: { op, problem, layout, precision } }: ConvVectors): readonly Code[] {
  const code = (name: string, value: string, meanings: readonly string[]): Code => {
    return { name, value: meanings.indexOf(value), meanings };
  };
  return [
    code("OP", op, CONV_KINDS),
    code("HAS_BIAS", problem.bias === null ? "no" : "yes", ["no", "yes"]),
    code("ACTIVATION", problem.activation, ACTIVATIONS),
    code("LAYOUT", layout, LAYOUTS),
    code("FILTER_LAYOUT", problem.filterLayout, FILTER_ORDERS),
    code("PRECISION", precision, PRECISIONS),
  ];
}

/** `0 none, 1 relu, …` */
export function meaningsOf({ meanings }: Code): string {
  return meanings.map((meaning, i) => `${i} ${meaning}`).join(", ");
}

/** Describes the convolution in one line. */
export function titleOf({ name, oracle: { op, problem } }: ConvVectors): string {
  const plain = name.replaceAll(/[^ -~]|\*\//g, "_"); // goes into comments of other languages
  return `${op}, ${plain}, activation ${problem.activation}, bias ${problem.bias === null ? "none" : "yes"}`;
}
