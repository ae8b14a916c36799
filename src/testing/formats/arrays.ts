/** @file The arrays of a set of vectors under the names that every format gives them. */
import type { Shape } from "../../tensor/shape.ts";
import type { ConvVectors } from "../vectors.ts";

export interface NamedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array;
  readonly what: string;
}

/** Input, filter, bias (where there is one), patches, output, output64, bound. */
export function arraysOf({ oracle, input, filter, bias, patches }: ConvVectors): readonly NamedArray[] {
  const { shape, output, values, bounds, op } = oracle;
  const filterAxes = {
    conv2d: "[kh, kw, c / groups, o]",
    depthwiseConv2d: "[kh, kw, c, multiplier]",
    pointwiseConv2d: "[c, o]",
  };
  const array = (
    name: string,
    tensor: { readonly shape: Shape; toFloat32Array(): Float32Array },
    what: string,
  ): NamedArray => {
    return { name, shape: tensor.shape, data: tensor.toFloat32Array(), what };
  };
  return [
    array("input", input, "[n, h, w, c]"),
    array("filter", filter, filterAxes[op]),
    ...(bias === null ? [] : [array("bias", bias, "[o]")]),
    array("im2col", patches, "[n * oh * ow, kh * kw * c], what lies under each window, 0 for padding"),
    array("output", output, "[n, oh, ow, o], in float64, rounded once"),
    { name: "output64", shape, data: values, what: "the same, not rounded" },
    {
      name: "bound",
      shape,
      data: bounds,
      what: "|yours - output64| a float32 kernel may have, whatever the order of its sums",
    },
  ];
}

/** The extents and steps of the geometry under names that every language takes. */
export function extentsOf({
  oracle: { geometry: g },
}: ConvVectors): readonly (readonly [name: string, value: number])[] {
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

/** One line that says which convolution it is. */
export function titleOf({ name, oracle: { op, problem } }: ConvVectors): string {
  const plain = name.replaceAll(/[^ -~]|\*\//g, "_"); // it stands in comments of other languages
  return `${op}, ${plain}, activation ${problem.activation}, bias ${problem.bias === null ? "none" : "yes"}`;
}
