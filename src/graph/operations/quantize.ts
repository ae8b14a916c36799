/** @file Conversions between real numbers and integers in a graph. */
import { QUANTIZE_RULES } from "../../geometry/requantization.ts";
import { knownKeys, oneOf } from "../../tensor/errors.ts";
import type { OutputQuantization } from "../../tensor/quantizedTensor.ts";
import { checkInteger } from "../../tensor/shape.ts";
import type { NodeQuantization } from "../graph.ts";
import { known } from "./checks.ts";
import type { Operation } from "./operation.ts";

function none(op: string): never {
  throw new Error(`${op} has a kernel for integers only`); // graph/quantized/kernels.ts
}

export const quantize: Operation<"quantize"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      knownKeys("quantize", spec, ["name", "type", "scale", "zeroPoint", "rule", "offset"]);
      const { name, rule = null, offset = 0, ...output } = spec;
      checkInteger("quantize", "offset", offset, -255, 255);
      if (rule !== null) oneOf("quantize", "rule", rule, QUANTIZE_RULES);
      const options = { ...(name !== undefined && { name }), output };
      return append(options, [x], { op: "quantize", rule, offset, outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x], quantization, rule, offset }) => {
    const { output } = quantization as NodeQuantization;
    return g.quantize(x, { name, offset, ...(rule && { rule }), ...(output as OutputQuantization) });
  },
  kernel: () => none("quantize"),
};

export const dequantize: Operation<"dequantize"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec = {}) => {
      known("dequantize", spec, []);
      return append(spec, [x], { op: "dequantize", outputShape: shapeOf(x) });
    },
  again: (g, { name, inputs: [x] }) => g.dequantize(x, { name }),
  kernel: () => none("dequantize"),
};
