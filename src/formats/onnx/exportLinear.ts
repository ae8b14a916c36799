/** @file Exports nodes with weights or products, and resampling, as ONNX nodes. */
import { outputPaddingOf } from "../../geometry/convTranspose2d.ts";
import type { ConvTransposeNode, GraphNode, LayerNormNode, Resample2dNode } from "../../graph/graph.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { TO_NCHW, TO_NHWC } from "../importer/axes.ts";
import { dilationsAttribute, int, ints, type OnnxWriter, stepsOf, text, windowAttributes } from "./writer.ts";

export function writeConvTranspose(
  file: OnnxWriter,
  { name, geometry: g }: ConvTransposeNode,
  x: string,
  filter: string,
  bias: readonly string[],
  y: string,
): void {
  const attributes = [
    ...windowAttributes(g),
    ...dilationsAttribute(g),
    ...ints("output_padding", outputPaddingOf(g)),
    ...int("group", g.G),
  ];
  file.node("ConvTranspose", [x, filter, ...bias], y, attributes, name);
}

export function writeResample(file: OnnxWriter, node: Resample2dNode): void {
  const { name, inputs, outputShape, mode, coordinates, rounding, scales } = node;
  const attributes = [
    ...text("mode", mode),
    ...text("coordinate_transformation_mode", coordinates.replaceAll("-", "_")),
    ...(mode === "nearest" ? text("nearest_mode", rounding.replaceAll("-", "_")) : []),
  ];
  const [x] = inputs;
  if (scales !== undefined) {
    const factors = file.tensor(`${name}/scales`, new Tensor(Float32Array.of(1, 1, ...scales), [4]));
    file.node("Resize", [x, "", factors], name, attributes);
    return;
  }
  // Resize needs the sizes of all axes, and the batch size is open: the first two are taken from x.
  const step = stepsOf(file, name);
  const limits = [file.integers(`${name}/from`, [0]), file.integers(`${name}/to`, [2])];
  const first = step("Slice", [step("Shape", [x], "shape"), ...limits], "first");
  const [, OH, OW] = outputShape;
  const sizes = step("Concat", [first, file.integers(`${name}/rows`, [OH, OW])], "sizes", int("axis", 0));
  file.node("Resize", [x, "", "", sizes], name, attributes);
}

/** Images are multiplied in the graph's order, so they are transposed before and after. */
export function writeMatmul(file: OnnxWriter, { name, inputs, outputShape }: GraphNode): void {
  if (outputShape.length !== 4) {
    file.node("MatMul", inputs, name);
    return;
  }
  const turned = inputs.map((x, i) => file.node("Transpose", [x], file.fresh(`${name}/${i}`), ints("perm", TO_NHWC)));
  const product = file.node("MatMul", turned, file.fresh(`${name}/product`), [], name);
  file.node("Transpose", [product], name, ints("perm", TO_NCHW), file.fresh(`${name}/back`));
}

/** Slopes broadcast from the last axis. An image's channels are axis 1 in the file: [c, 1, 1]; else they are last. */
export function writePrelu(file: OnnxWriter, { name, inputs, outputShape, weights }: GraphNode, slope: Tensor): void {
  const shape = outputShape.length === 4 ? [slope.size, 1, 1] : [slope.size];
  file.node("PRelu", [inputs[0], file.tensor(weights.slope.name, slope.reshape(shape))], name);
}

/** Opset 14 has no LayerNormalization: mean, variance and quotient step by step, with images in the graph's order. */
export function writeLayerNorm(
  file: OnnxWriter,
  node: LayerNormNode,
  weightOf: (role: "scale" | "bias") => Tensor | null,
): void {
  const { name, inputs, outputShape, axes, epsilon, weights } = node;
  const isTurned = outputShape.length === 4;
  const step = stepsOf(file, name);
  const x = isTurned ? step("Transpose", inputs, "nhwc", ints("perm", TO_NHWC)) : inputs[0];
  const along = [
    ...ints(
      "axes",
      Array.from({ length: axes }, (_, i) => i - axes),
    ),
    ...int("keepdims", 1),
  ];
  const centred = step("Sub", [x, step("ReduceMean", [x], "mean", along)], "centred");
  const variance = step("ReduceMean", [step("Mul", [centred, centred], "squares")], "variance", along);
  const deviation = step(
    "Sqrt",
    [step("Add", [variance, file.scalar(`${name}/epsilon`, epsilon)], "raised")],
    "deviation",
  );
  let y = step("Div", [centred, deviation], "normal");
  const [scale, bias] = [weightOf("scale"), weightOf("bias")];
  if (scale) y = step("Mul", [y, file.tensor(weights.scale.name, scale)], "scaled");
  if (bias) y = step("Add", [y, file.tensor(weights.bias.name, bias)], "shifted");
  if (isTurned) file.node("Transpose", [y], name, ints("perm", TO_NCHW));
  else file.node("Identity", [y], name);
}
