/** @file Transposed convolution in a graph. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { CONV_TRANSPOSE_OPTIONS, convTranspose2dGeometry, outputPaddingOf } from "../../geometry/convTranspose2d.ts";
import { checkPair } from "../../geometry/padding.ts";
import { checkBoolean, oneOf } from "../../tensor/errors.ts";
import { checkInteger, checkRank } from "../../tensor/shape.ts";
import { known } from "./checks.ts";
import type { Operation } from "./operation.ts";
import { windowOf } from "./window.ts";

const OPTIONS = [...CONV_TRANSPOSE_OPTIONS, "outputs", "kernel", "bias", "activation"];

export const convTranspose2d: Operation<"convTranspose2d"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      const op = "convTranspose2d";
      const { outputs, groups = 1, ...options } = known(op, spec, OPTIONS);
      checkInteger(op, "groups", groups, 1);
      checkInteger(op, "outputs", outputs, 1);
      const shape = shapeOf(x);
      checkRank(op, "input", shape, [4]);
      const [KH, KW] = checkPair(op, "kernel", options.kernel ?? 3, 1);
      const filter = [KH, KW, Math.ceil(outputs / groups), shape[3]];
      const bias = checkBoolean(op, "bias", options.bias ?? true);
      const activation = oneOf(op, "activation", options.activation ?? "none", ACTIVATIONS);
      const { strides, padding, dilations, outputPadding } = options;
      const steps = { strides, padding, dilations, outputPadding, groups };
      const geometry = convTranspose2dGeometry(op, shape, filter, steps);
      const { N, H, W, C } = geometry;
      return append(
        spec,
        [x],
        { op, geometry, activation, outputShape: [N, H, W, C] },
        { filter, bias: bias ? [C] : null },
      );
    },
  again: (g, { name, inputs: [x], geometry, activation, weights }) => {
    const { C, KH, KW, G } = geometry;
    const steps = { ...windowOf(geometry), outputPadding: outputPaddingOf(geometry) };
    return g.convTranspose2d(x, {
      ...{ name, outputs: C, kernel: [KH, KW], groups: G, activation, bias: "bias" in weights },
      ...steps,
    });
  },
  kernel: (kernels, { geometry, activation }) => kernels.convTranspose2d(geometry, activation),
};
