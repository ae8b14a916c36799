/** @file Vectors of integers: recomputes their convolution from the operands. */
import type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { ROUNDINGS } from "../../geometry/requantization.ts";
import { FormatError } from "../../tensor/errors.ts";
import { type IntegerData, integersOf, type QuantizedType, quantizedTensor } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import { TYPES } from "../../testing/formats/quantizedSet.ts";
import { quantizedConvOracle } from "../../testing/quantized/oracle.ts";
import { asIntegers, asNumbers } from "./decode.ts";
import type { ReadVectors } from "./vectorsFile.ts";
import { describedBy, type VectorsReader } from "./vectorsReader.ts";

export function quantizedVectors(reader: VectorsReader): ReadVectors {
  const { arrays, number, choice } = reader;
  const { op, shapes, options, activation } = describedBy(reader);
  const [inputType, filterType, outputType] = ["input", "filter", "output"].map((operand) => {
    return choice(`${operand}Type`, `${operand.toUpperCase()}_TYPE`, TYPES);
  });
  const [inputScale] = realNumbers(reader, "input_scale");
  const [outputScale] = realNumbers(reader, "output_scale");
  const input = integers(reader, "input", inputType, shapes.input);
  const filter = integers(reader, "filter", filterType, shapes.filter);
  const scales = realNumbers(reader, "filter_scale");
  const zeroPoints = integers(reader, "filter_zero_point", "int32", [scales.length]);
  const axis = scales.length === 1 ? null : axisOf(options.filterLayout, shapes.filter, scales.length);
  const isThere = arrays.has("bias");
  const oracle = quantizedConvOracle(
    op,
    quantizedTensor(input, shapes.input, { scale: inputScale, zeroPoint: number("INPUT_ZERO_POINT") }),
    quantizedTensor(filter, shapes.filter, {
      axis,
      scale: axis === null ? scales[0] : [...scales],
      zeroPoint: axis === null ? zeroPoints[0] : [...zeroPoints],
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

/** An array of any length. */
function realNumbers({ path, arrays }: VectorsReader, name: string): Float64Array | Float32Array {
  const found = arrays.get(name);
  if (found === undefined) throw new FormatError(`${path}: has no "${name}"`);
  return asNumbers(false)(found);
}

/** The axis of the filter that has this many scales; both axes of channels of a depthwise filter may. */
function axisOf(layout: string, shape: Shape, count: number): number {
  if (layout !== "hwim") return layout.indexOf("o");
  return shape[2] === count ? 2 : 3;
}
