/** @file Dense layers and batch normalization in a graph. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { checkEpsilon } from "../../geometry/batchNormalization.ts";
import { checkBoolean, oneOf } from "../../tensor/errors.ts";
import { checkInteger, checkRank } from "../../tensor/shape.ts";
import { channelled, known } from "./checks.ts";
import type { Operation } from "./operation.ts";

export const dense: Operation<"dense"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      known("dense", spec, ["outputs", "bias", "activation"]);
      const shape = shapeOf(x);
      checkRank("dense", "input", shape, [2]);
      const O = checkInteger("dense", "outputs", spec.outputs, 1);
      const activation = oneOf("dense", "activation", spec.activation ?? "none", ACTIVATIONS);
      const weights = { filter: [shape[1], O], bias: checkBoolean("dense", "bias", spec.bias ?? true) ? [O] : null };
      return append(spec, [x], { op: "dense", activation, outputShape: [shape[0], O] }, weights);
    },
  again: (g, { name, inputs: [x], activation, weights }) => {
    return g.dense(x, { name, outputs: weights.filter?.shape[1], bias: "bias" in weights, activation });
  },
  kernel: (kernels, { inputShapes: [[N, I]], outputShape, activation }) => {
    return kernels.dense({ N, I, O: outputShape[1] }, activation);
  },
};

export const batchNormalization: Operation<"batchNormalization"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      known("batchNormalization", spec, ["epsilon"]);
      const shape = channelled("batchNormalization", shapeOf(x));
      const epsilon = checkEpsilon("batchNormalization", spec.epsilon ?? 1e-5);
      const C = [shape[shape.length - 1]];
      const weights = { scale: C, bias: C, mean: C, variance: C };
      return append(spec, [x], { op: "batchNormalization", epsilon, outputShape: shape }, weights);
    },
  again: (g, { name, inputs: [x], epsilon }) => g.batchNormalization(x, { name, epsilon }),
  kernel: (kernels, { outputShape, epsilon }) => kernels.batchNormalization(outputShape, epsilon),
};
