/** @file Operations in a graph that keep the shape of their input, or broadcast. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { oneOf, ShapeError, show } from "../../tensor/errors.ts";
import { broadcastShape } from "../../tensor/shape.ts";
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
  kernel: (kernels, { outputShape, activation: f }) => kernels.activation(outputShape, f),
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

function broadcast<Op extends "add" | "mul">(op: Op): Operation<Op> {
  return {
    method:
      ({ shapeOf, append }) =>
      (a, b, spec = {}) => {
        known(op, spec, []);
        return append(spec, [a, b], { op, outputShape: broadcastShape(op, shapeOf(a), shapeOf(b)) });
      },
    again: (g, { name, inputs: [a, b] }) => g[op](a, b, { name }),
    kernel: (kernels, { inputShapes: [a, b], outputShape }) => kernels[op](a, b, outputShape),
  };
}

export const add: Operation<"add"> = broadcast("add");
export const mul: Operation<"mul"> = broadcast("mul");

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
  kernel: (kernels, { outputShape, minValue, maxValue }) => kernels.clamp(outputShape, minValue, maxValue),
};

export const hardSigmoid: Operation<"hardSigmoid"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      const { alpha = 1 / 6, beta = 1 / 2 } = known("hardSigmoid", spec, ["alpha", "beta"]);
      for (const [key, value] of Object.entries({ alpha, beta })) {
        if (!Number.isFinite(value))
          throw new ShapeError(`hardSigmoid: ${key} is ${show(value)}, needs a finite number`);
      }
      return append(spec, [x], { op: "hardSigmoid", alpha, beta, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], alpha, beta }) => g.hardSigmoid(x, { name, alpha, beta }),
  kernel: (kernels, { outputShape, alpha, beta }) => kernels.hardSigmoid(outputShape, alpha, beta),
};
