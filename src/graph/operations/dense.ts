/** @file Dense layers, matrix products, normalizations and parametric ReLU in a graph. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { checkEpsilon } from "../../geometry/batchNormalization.ts";
import { matmulShape } from "../../geometry/matmul.ts";
import { checkBoolean, oneOf, ShapeError } from "../../tensor/errors.ts";
import { checkInteger, checkRank, formatShape, sizeOf } from "../../tensor/shape.ts";
import { channelled, known } from "./checks.ts";
import type { Operation } from "./operation.ts";

export const dense: Operation<"dense"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      known("dense", spec, ["outputs", "bias", "activation", "filter"]);
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

export const layerNormalization: Operation<"layerNormalization"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      const op = "layerNormalization";
      const options = known(op, spec, ["axes", "epsilon", "scale", "bias"]);
      const shape = shapeOf(x);
      const axes = checkInteger(op, "axes", options.axes ?? 1, 1, shape.length - 1);
      const epsilon = checkEpsilon(op, options.epsilon ?? 1e-5);
      const own = shape.slice(-axes);
      const scale = checkBoolean(op, "scale", options.scale ?? true) ? own : null;
      const bias = checkBoolean(op, "bias", options.bias ?? true) ? own : null;
      return append(spec, [x], { op, axes, epsilon, outputShape: shape }, { scale, bias });
    },
  again: (g, { name, inputs: [x], axes, epsilon, weights }) => {
    return g.layerNormalization(x, { name, axes, epsilon, scale: "scale" in weights, bias: "bias" in weights });
  },
  kernel: (kernels, { outputShape, axes, epsilon }) => {
    return kernels.layerNormalization(outputShape, sizeOf(outputShape.slice(-axes)), epsilon);
  },
};

export const prelu: Operation<"prelu"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      known("prelu", spec, []);
      const shape = channelled("prelu", shapeOf(x));
      return append(spec, [x], { op: "prelu", outputShape: shape }, { slope: [shape[shape.length - 1]] });
    },
  again: (g, { name, inputs: [x] }) => g.prelu(x, { name }),
  kernel: (kernels, { outputShape }) => kernels.prelu(outputShape),
};

export const matmul: Operation<"matmul"> = {
  method:
    ({ shapeOf, append }) =>
    (a, b, spec = {}) => {
      known("matmul", spec, []);
      const [first, second] = [shapeOf(a), shapeOf(b)];
      if (first.length < 3 || second.length !== first.length) {
        const shapes = [first, second].map(formatShape).join(" by ");
        throw new ShapeError(`matmul: multiplies ${shapes}, needs 1×…×m×k by 1×…×k×n of one rank, 3 or more`);
      }
      return append(spec, [a, b], { op: "matmul", outputShape: matmulShape("matmul", first, second) });
    },
  again: (g, { name, inputs: [a, b] }) => g.matmul(a, b, { name }),
  kernel: (kernels, { inputShapes: [a, b], outputShape }) => kernels.matmul(a, b, outputShape),
};
