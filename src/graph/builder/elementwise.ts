/** @file Builder methods that keep the shape of their input, or broadcast. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { oneOf, ShapeError, show } from "../../tensor/errors.ts";
import { broadcastShape } from "../../tensor/shape.ts";
import type { GraphBuilder, Named, Value } from "../specs.ts";
import { channelled, known, plainNumber } from "./checks.ts";
import type { NodeList } from "./nodeList.ts";

export function elementwiseMethods({
  shapeOf,
  append,
}: NodeList): Pick<GraphBuilder, "activation" | "softmax" | "add" | "mul" | "clamp" | "hardSigmoid"> {
  const broadcast = (op: "add" | "mul", a: Value, b: Value, spec: Named): Value => {
    known(op, spec);
    return append(spec, [a, b], { op, outputShape: broadcastShape(op, shapeOf(a), shapeOf(b)) });
  };

  return {
    activation: (x, activation, spec = {}) => {
      known("activation", spec);
      oneOf("activation", "activation", activation, ACTIVATIONS);
      return append(spec, [x], { op: "activation", activation, outputShape: shapeOf(x) });
    },
    softmax: (x, spec = {}) => {
      return append(known("softmax", spec), [x], { op: "softmax", outputShape: channelled("softmax", shapeOf(x)) });
    },
    add: (a, b, spec = {}) => broadcast("add", a, b, spec),
    mul: (a, b, spec = {}) => broadcast("mul", a, b, spec),
    clamp: (x, spec = {}) => {
      known("clamp", spec);
      const minValue = plainNumber("clamp", "minValue", spec.minValue ?? Number.NEGATIVE_INFINITY);
      const maxValue = plainNumber("clamp", "maxValue", spec.maxValue ?? Number.POSITIVE_INFINITY);
      if (minValue > maxValue) {
        throw new ShapeError(`clamp: minValue is ${minValue}, needs at most maxValue ${maxValue}`);
      }
      return append(spec, [x], { op: "clamp", minValue, maxValue, outputShape: shapeOf(x) });
    },
    hardSigmoid: (x, spec = {}) => {
      const { alpha = 1 / 6, beta = 1 / 2 } = known("hardSigmoid", spec);
      for (const [key, value] of Object.entries({ alpha, beta })) {
        if (!Number.isFinite(value))
          throw new ShapeError(`hardSigmoid: ${key} is ${show(value)}, needs a finite number`);
      }
      return append(spec, [x], { op: "hardSigmoid", alpha, beta, outputShape: shapeOf(x) });
    },
  };
}
