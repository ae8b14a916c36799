/** @file Builder methods with weights: convolutions, dense layers, batch normalization. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { checkEpsilon } from "../../geometry/batchNormalization.ts";
import { type ConvKind, conv2dGeometry } from "../../geometry/conv2d.ts";
import { checkPair } from "../../geometry/padding.ts";
import { outputShape } from "../../geometry/window.ts";
import { checkBoolean, oneOf } from "../../tensor/errors.ts";
import { checkInteger, checkRank, type Shape } from "../../tensor/shape.ts";
import type { ConvSpec, GraphBuilder, Value } from "../specs.ts";
import { channelled, known } from "./checks.ts";
import type { NodeList } from "./nodeList.ts";

export function layerMethods({
  shapeOf,
  append,
}: NodeList): Pick<GraphBuilder, "conv2d" | "depthwiseConv2d" | "pointwiseConv2d" | "dense" | "batchNormalization"> {
  const conv = (
    op: ConvKind,
    x: Value,
    spec: Omit<ConvSpec, "outputs">,
    filterOf: (C: number, kernel: readonly [number, number]) => Shape,
  ): Value => {
    const shape = shapeOf(x);
    const kernel = checkPair(op, "kernel", spec.kernel ?? 3, 1);
    const filter = filterOf(shape[shape.length - 1], kernel);
    const { strides, padding, dilations, groups } = spec;
    const bias = checkBoolean(op, "bias", spec.bias ?? true);
    const geometry = conv2dGeometry(shape, filter, { strides, padding, dilations, groups }, op);
    const activation = oneOf(op, "activation", spec.activation ?? "none", ACTIVATIONS);
    const weights = { filter, bias: bias ? [geometry.O] : null };
    return append(spec, [x], { op, geometry, activation, outputShape: outputShape(geometry) }, weights);
  };

  return {
    conv2d: (x, spec) => {
      const { outputs, groups = 1 } = known("conv2d", spec);
      checkInteger("conv2d", "groups", groups, 1);
      checkInteger("conv2d", "outputs", outputs, 1);
      return conv("conv2d", x, spec, (C, [KH, KW]) => [KH, KW, Math.ceil(C / groups), outputs]);
    },
    depthwiseConv2d: (x, spec = {}) => {
      const { multiplier = 1 } = known("depthwiseConv2d", spec);
      checkInteger("depthwiseConv2d", "multiplier", multiplier, 1);
      return conv("depthwiseConv2d", x, spec, (C, [KH, KW]) => [KH, KW, C, multiplier]);
    },
    pointwiseConv2d: (x, spec) => {
      const { outputs } = known("pointwiseConv2d", spec);
      checkInteger("pointwiseConv2d", "outputs", outputs, 1);
      return conv("pointwiseConv2d", x, spec, (C) => [C, outputs]);
    },
    dense: (x, spec) => {
      known("dense", spec);
      const shape = shapeOf(x);
      checkRank("dense", "input", shape, [2]);
      const O = checkInteger("dense", "outputs", spec.outputs, 1);
      const activation = oneOf("dense", "activation", spec.activation ?? "none", ACTIVATIONS);
      const weights = { filter: [shape[1], O], bias: checkBoolean("dense", "bias", spec.bias ?? true) ? [O] : null };
      return append(spec, [x], { op: "dense", activation, outputShape: [shape[0], O] }, weights);
    },
    batchNormalization: (x, spec = {}) => {
      known("batchNormalization", spec);
      const shape = channelled("batchNormalization", shapeOf(x));
      const epsilon = checkEpsilon("batchNormalization", spec.epsilon ?? 1e-5);
      const C = [shape[shape.length - 1]];
      const weights = { scale: C, bias: C, mean: C, variance: C };
      return append(spec, [x], { op: "batchNormalization", epsilon, outputShape: shape }, weights);
    },
  };
}
