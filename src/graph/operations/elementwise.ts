/** @file Operations in a graph that keep the shape of their input, or broadcast. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { type BinaryOp, GELU_FORMS, type PlainFunction } from "../../geometry/elementwise.ts";
import { checkFinite, oneOf, ShapeError } from "../../tensor/errors.ts";
import { checkLevels } from "../../tensor/quantizedTensor.ts";
import { broadcastShape } from "../../tensor/shape.ts";
import type { GraphBuilder } from "../methods/graphBuilder.ts";
import { channelled, known, plainNumber } from "./checks.ts";
import type { Operation } from "./operation.ts";

export const activation: Operation<"activation"> = {
  method:
    ({ shapeOf, append }) =>
    (x, f, spec = {}) => {
      known("activation", spec, []);
      oneOf("activation", "activation", f, ACTIVATIONS);
      return append(spec, [x], { op: "activation", activation: f, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], activation: f }) => g.activation(x, f, { name }),
  kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
};

export const softmax: Operation<"softmax"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      known("softmax", spec, []);
      return append(spec, [x], { op: "softmax", outputShape: channelled("softmax", shapeOf(x)) });
    },
  again: (g, { name, inputs: [x] }) => g.softmax(x, { name }),
  kernel: (kernels, { outputShape }) => kernels.softmax(outputShape),
};

/** A function of one element that has no parameters. */
function plain<Op extends PlainFunction>(op: Op): Operation<Op> {
  return {
    method: (({ shapeOf, append }) =>
      (x, spec = {}) => {
        known(op, spec, []);
        return append(spec, [x], { op, outputShape: shapeOf(x) });
      }) as Operation<Op>["method"],
    again: (g, { name, inputs: [x] }) => (g[op] as GraphBuilder["tanh"])(x, { name }),
    kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
  };
}

export const abs: Operation<"abs"> = plain("abs");
export const neg: Operation<"neg"> = plain("neg");
export const reciprocal: Operation<"reciprocal"> = plain("reciprocal");
export const sqrt: Operation<"sqrt"> = plain("sqrt");
export const exp: Operation<"exp"> = plain("exp");
export const log: Operation<"log"> = plain("log");
export const erf: Operation<"erf"> = plain("erf");
export const tanh: Operation<"tanh"> = plain("tanh");
export const roundEven: Operation<"roundEven"> = plain("roundEven");

/** A function with a factor below 0; like every weight, it is a float32. */
function withAlpha<Op extends "leakyRelu" | "elu">(op: Op, byDefault: number): Operation<Op> {
  return {
    method: (({ shapeOf, append }) =>
      (x, spec = {}) => {
        const { alpha: given = byDefault } = known(op, spec, ["alpha"]);
        const alpha = Math.fround(checkFinite(op, "alpha", given));
        return append(spec, [x], { op, alpha, outputShape: shapeOf(x) });
      }) as Operation<Op>["method"],
    again: (g, { name, inputs: [x], alpha }) => (g[op] as GraphBuilder["elu"])(x, { name, alpha }),
    kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
  };
}

export const leakyRelu: Operation<"leakyRelu"> = withAlpha("leakyRelu", 0.01);
export const elu: Operation<"elu"> = withAlpha("elu", 1);

export const gelu: Operation<"gelu"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      const { approximate: given = "none" } = known("gelu", spec, ["approximate"]);
      const approximate = oneOf("gelu", "approximate", given, GELU_FORMS);
      return append(spec, [x], { op: "gelu", approximate, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], approximate }) => g.gelu(x, { name, approximate }),
  kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
};

export const fakeQuantize: Operation<"fakeQuantize"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      const op = "fakeQuantize";
      const { scale, zeroPoint, type = "int8" } = known(op, spec, ["scale", "zeroPoint", "type"]);
      const levels = checkLevels(op, "", { scale, zeroPoint, type });
      return append(spec, [x], { op, ...levels, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], scale, zeroPoint, type }) => g.fakeQuantize(x, { name, scale, zeroPoint, type }),
  kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
};

export const clamp: Operation<"clamp"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      known("clamp", spec, ["minValue", "maxValue"]);
      const minValue = plainNumber("clamp", "minValue", spec.minValue ?? Number.NEGATIVE_INFINITY);
      const maxValue = plainNumber("clamp", "maxValue", spec.maxValue ?? Number.POSITIVE_INFINITY);
      if (minValue > maxValue) {
        throw new ShapeError(`clamp: minValue is ${minValue}, needs at most maxValue ${maxValue}`);
      }
      return append(spec, [x], { op: "clamp", minValue, maxValue, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], minValue, maxValue }) => g.clamp(x, { name, minValue, maxValue }),
  kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
};

export const hardSigmoid: Operation<"hardSigmoid"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      const { alpha = 1 / 6, beta = 1 / 2 } = known("hardSigmoid", spec, ["alpha", "beta"]);
      for (const [key, value] of Object.entries({ alpha, beta })) checkFinite("hardSigmoid", key, value);
      return append(spec, [x], { op: "hardSigmoid", alpha, beta, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], alpha, beta }) => g.hardSigmoid(x, { name, alpha, beta }),
  kernel: (kernels, node) => kernels.elementwise(node.outputShape, node),
};

function binary<Op extends BinaryOp>(op: Op): Operation<Op> {
  return {
    method: (({ shapeOf, append }) =>
      (a, b, spec = {}) => {
        known(op, spec, []);
        return append(spec, [a, b], { op, outputShape: broadcastShape(op, shapeOf(a), shapeOf(b)) });
      }) as Operation<Op>["method"],
    again: (g, { name, inputs: [a, b] }) => (g[op] as GraphBuilder["add"])(a, b, { name }),
    kernel: (kernels, { inputShapes: [a, b], outputShape }) => kernels.binary(op, a, b, outputShape),
  };
}

export const add: Operation<"add"> = binary("add");
export const sub: Operation<"sub"> = binary("sub");
export const mul: Operation<"mul"> = binary("mul");
export const div: Operation<"div"> = binary("div");
export const max: Operation<"max"> = binary("max");
export const min: Operation<"min"> = binary("min");
