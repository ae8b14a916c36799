/** @file Integer vectors: recomputes their convolution from the operands. */
import type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { ROUNDINGS } from "../../geometry/requantization.ts";
import { FormatError } from "../../tensor/errors.ts";
import { type IntegerData, integersOf, type QuantizedType, quantizedTensor } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import { TYPES } from "../../testing/formats/quantizedSet.ts";
import { quantizedConvOracle } from "../../testing/quantized/oracle.ts";
import { asIntegers, asNumbers } from "./decode.ts";
import type { ReadVectors } from "./readVectors.ts";
import { describedBy, type VectorsReader } from "./vectorsReader.ts";

export function quantizedVectors(reader: VectorsReader): ReadVectors {
  const { arrays, number, choice } = reader;
  const { op, shapes, options, activation } = describedBy(reader);
  const [inputType, filterType, outputType] = ["input", "filter", "output"].map((operand) => {
    return choice(`${operand}Type`, `${operand.toUpperCase()}_TYPE`, TYPES);
  });
  const [inputScale] = asNumbers(false)(reader.array("input_scale", [1]));
  const [outputScale] = asNumbers(false)(reader.array("output_scale", [1]));
  const input = integers(reader, "input", inputType, shapes.input);
  const filter = integers(reader, "filter", filterType, shapes.filter);
  const scales = asNumbers(false)(reader.array("filter_scale", shapes.bias));
  const { axis, each } = channelsOf(options.filterLayout, shapes.filter, scales);
  const zeroPoints = integers(reader, "filter_zero_point", "int32", shapes.bias);
  const isThere = arrays.has("bias");
  const oracle = quantizedConvOracle(
    op,
    quantizedTensor(input, shapes.input, { scale: inputScale, zeroPoint: number("INPUT_ZERO_POINT") }),
    quantizedTensor(filter, shapes.filter, {
      axis,
      scale: each(scales),
      zeroPoint: each(zeroPoints),
    }),
    {
      ...options,
      activation: activation as QuantizedActivation,
      bias: isThere ? (integers(reader, "bias", "int32", shapes.bias) as Int32Array) : null,
      output: { type: outputType, scale: outputScale, zeroPoint: number("OUTPUT_ZERO_POINT") },
      rounding: choice("rounding", "ROUNDING", ROUNDINGS),
    },
  );
  return { oracle, output: oracle.output.data, decode: asIntegers(outputType) };
}

function integers(
  { path, array }: VectorsReader,
  name: string,
  type: QuantizedType | "int32",
  shape: Shape,
): IntegerData {
  const numbers = asIntegers(type)(array(name, shape));
  const data = integersOf(type, numbers.length);
  data.set(numbers);
  const wrong = numbers.findIndex((number, i) => number !== data[i]);
  if (wrong === -1) return data;
  throw new FormatError(`${path}: number ${wrong} of ${name} is ${numbers[wrong]}, needs an ${type}`);
}

/**
 * Returns the filter axis along which scales vary, and a function that reduces a list with a number per output to one
 * with a number per index of that axis. In a depthwise filter that is the channel axis, unless the multiples of a
 * channel have different scales.
 */
function channelsOf(
  layout: string,
  shape: Shape,
  scales: ArrayLike<number>,
): {
  readonly axis: number;
  each(perOutput: ArrayLike<number>): readonly number[];
} {
  if (layout !== "hwim") return { axis: layout.indexOf("o"), each: (perOutput) => Array.from(perOutput) };
  const [, , C, M] = shape;
  const isPerMultiple = Array.from(scales).some((scale, o) => scale !== scales[o - (o % M)]);
  const [count, step] = isPerMultiple ? [M, 1] : [C, M];
  return {
    axis: isPerMultiple ? 3 : 2,
    each: (perOutput) => Array.from({ length: count }, (_, i) => perOutput[i * step]),
  };
}
