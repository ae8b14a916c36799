/** @file Convolutions in a graph. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { type ConvKind, conv2dGeometry } from "../../geometry/conv2d.ts";
import { checkPair } from "../../geometry/padding.ts";
import { outputShape } from "../../geometry/window.ts";
import { checkAlgorithm } from "../../geometry/winograd.ts";
import { checkBoolean, oneOf, ShapeError } from "../../tensor/errors.ts";
import { checkInteger, type Shape } from "../../tensor/shape.ts";
import type { ConvNode } from "../graph.ts";
import type { Value } from "../methods/value.ts";
import type { NodeList } from "../nodeList.ts";
import type { ConvSpec } from "../specs.ts";
import { known } from "./checks.ts";
import type { Operation } from "./operation.ts";
import { windowOf } from "./window.ts";

const COMMON = ["strides", "padding", "dilations", "bias", "activation", "filter"];

function append(
  { shapeOf, levelsOf, append }: NodeList,
  op: ConvKind,
  x: Value,
  spec: Omit<ConvSpec, "outputs">,
  filterOf: (C: number, kernel: readonly [number, number]) => Shape,
): Value {
  const shape = shapeOf(x);
  const kernel = checkPair(op, "kernel", spec.kernel ?? 3, 1);
  const filter = filterOf(shape[shape.length - 1], kernel);
  const { strides, padding, dilations, groups } = spec;
  const bias = checkBoolean(op, "bias", spec.bias ?? true);
  const geometry = conv2dGeometry(shape, filter, { strides, padding, dilations, groups }, op);
  const activation = oneOf(op, "activation", spec.activation ?? "none", ACTIVATIONS);
  const weights = { filter, bias: bias ? [geometry.O] : null };
  const algorithm = checkAlgorithm(op, spec.algorithm, geometry);
  if (algorithm === "direct") {
    return append(spec, [x], { op, geometry, activation, outputShape: outputShape(geometry) }, weights);
  }
  if (levelsOf(x) !== null) throw new ShapeError(`${op}: algorithm is "${algorithm}" for integers, needs real numbers`);
  return append(spec, [x], { op, geometry, activation, algorithm, outputShape: outputShape(geometry) }, weights);
}

/** The options that all convolutions take from a node in the same way. */
function again({ name, geometry, activation, weights }: ConvNode) {
  return { name, ...windowOf(geometry), activation, bias: "bias" in weights };
}

export const conv2d: Operation<"conv2d"> = {
  method: (list) => (x, spec) => {
    const { outputs, groups = 1 } = known("conv2d", spec, ["kernel", "groups", "outputs", "algorithm", ...COMMON]);
    checkInteger("conv2d", "groups", groups, 1);
    checkInteger("conv2d", "outputs", outputs, 1);
    return append(list, "conv2d", x, spec, (C, [KH, KW]) => [KH, KW, Math.ceil(C / groups), outputs]);
  },
  again: (g, node) => {
    const { O, G, KH, KW } = node.geometry;
    const algorithm = node.algorithm && { algorithm: node.algorithm };
    return g.conv2d(node.inputs[0], { outputs: O, kernel: [KH, KW], groups: G, ...algorithm, ...again(node) });
  },
  kernel: (kernels, { geometry, activation, algorithm }) => kernels.conv2d(geometry, activation, algorithm),
};

export const depthwiseConv2d: Operation<"depthwiseConv2d"> = {
  method:
    (list) =>
    (x, spec = {}) => {
      const { multiplier = 1 } = known("depthwiseConv2d", spec, ["kernel", "multiplier", ...COMMON]);
      checkInteger("depthwiseConv2d", "multiplier", multiplier, 1);
      return append(list, "depthwiseConv2d", x, spec, (C, [KH, KW]) => [KH, KW, C, multiplier]);
    },
  again: (g, node) => {
    const { O, C, KH, KW } = node.geometry;
    return g.depthwiseConv2d(node.inputs[0], { multiplier: O / C, kernel: [KH, KW], ...again(node) });
  },
  kernel: (kernels, { geometry, activation }) => kernels.depthwiseConv2d(geometry, activation),
};

export const pointwiseConv2d: Operation<"pointwiseConv2d"> = {
  method: (list) => (x, spec) => {
    const { outputs } = known("pointwiseConv2d", spec, ["outputs", ...COMMON]);
    checkInteger("pointwiseConv2d", "outputs", outputs, 1);
    return append(list, "pointwiseConv2d", x, spec, (C) => [C, outputs]);
  },
  again: (g, node) => g.pointwiseConv2d(node.inputs[0], { outputs: node.geometry.O, ...again(node) }),
  kernel: (kernels, { geometry, activation }) => kernels.pointwiseConv2d(geometry, activation),
};
