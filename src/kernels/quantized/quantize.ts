/** @file Quantises real numbers at the input of an integer network. */
import { outputRange } from "../../geometry/quantizedActivation.ts";
import { quantizeRule, type Rounding } from "../../geometry/requantization.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type IntegerData, integersOf, type QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { indicesAt } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { quantizer } from "../naive/quantized/quantize.ts";

/** @throws ShapeError for NaN, which no integer represents */
export function quantized(op: string, input: Tensor, levels: QuantizedLevels, rounding: Rounding): IntegerData {
  const toInteger = quantizer(quantizeRule(rounding), levels.scale, outputRange(levels));
  const { data: real, offset, size, shape } = input.contiguous();
  const data = integersOf(levels.type, size);
  for (let i = 0; i < size; i++) {
    const x = real[offset + i];
    if (Number.isNaN(x)) {
      throw new ShapeError(`${op}: input is NaN at [${indicesAt(shape, i).join(", ")}], which no integer stands for`);
    }
    data[i] = toInteger(x);
  }
  return data;
}
