/** @file Integer vectors as a set: operands, sums, their multipliers, and the output. */
import { ROUNDINGS } from "../../geometry/requantization.ts";
import type { IntegerType, QuantizedTensor, QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { QuantizedConvVectors } from "../quantized/vectors.ts";
import { axesOf, commonCodes, commonWords } from "./convolution.ts";
import {
  codeOf,
  type Field,
  geometryOf,
  type NamedArray,
  plain,
  type VectorData,
  type VectorSet,
} from "./vectorSet.ts";

/** Types by code. */
export const TYPES: readonly QuantizedType[] = ["int8", "uint8"];

const C_TYPES: Readonly<Record<IntegerType, string>> = { int8: "int8_t", uint8: "uint8_t", int32: "int32_t" };

export function quantizedSet(vectors: QuantizedConvVectors): VectorSet {
  const { name, oracle } = vectors;
  const { problem, rounding } = oracle;
  const { input, filter, output } = problem;
  const types = [input.type, filter.type, output.type];
  return {
    name,
    title: `${problem.op}, ${plain(name)}, ${[...new Set(types)].join(" and ")}, rounded by ${rounding}`,
    words: {
      ...commonWords(problem),
      inputType: input.type,
      filterType: filter.type,
      outputType: output.type,
      rounding,
    },
    geometry: geometryOf(oracle.geometry),
    levels: [
      ["INPUT_ZERO_POINT", input.zeroPoint],
      ["OUTPUT_ZERO_POINT", output.zeroPoint],
      ["OUTPUT_MIN", output.range.min],
      ["OUTPUT_MAX", output.range.max],
    ],
    codes: [
      ...commonCodes(problem),
      codeOf("INPUT_TYPE", input.type, TYPES),
      codeOf("FILTER_TYPE", filter.type, TYPES),
      codeOf("OUTPUT_TYPE", output.type, TYPES),
      codeOf("ROUNDING", rounding, ROUNDINGS),
    ],
    arrays: arraysOf(vectors),
    fields: fieldsOf(types),
  };
}

function fieldsOf([input, filter, output]: readonly IntegerType[]): readonly Field[] {
  return [
    ["input", C_TYPES[input]],
    ["filter", C_TYPES[filter]],
    ["bias", "int32_t"],
    ["im2col", C_TYPES[input]],
    ["accumulators", "int32_t"],
    ["multiplier", "int32_t"],
    ["shift", "int32_t"],
    ["scale", "float"],
    ["output", C_TYPES[output]],
    ["filter_zero_point", "int32_t"],
    ["input_scale", "float"],
    ["filter_scale", "float"],
    ["output_scale", "float"],
  ];
}

function arraysOf({ oracle, input, filter, patches }: QuantizedConvVectors): readonly NamedArray[] {
  const { shape, output, accumulators, multipliers, problem } = oracle;
  const { geometry: g } = oracle;
  const axes = axesOf(problem);
  const tensor = (name: string, { shape, data }: QuantizedTensor, what: string): NamedArray => {
    return { name, shape, data, what };
  };
  const list = (name: string, data: VectorData, what: string): NamedArray => {
    return { name, shape: [data.length], data, what };
  };
  const patchShape = [g.N * g.OH * g.OW, g.KH * g.KW * g.C];
  return [
    tensor("input", input, axes.input),
    tensor("filter", filter, axes.filter),
    ...(problem.bias === null ? [] : [list("bias", problem.bias, "[o], in steps of input_scale * filter_scale")]),
    {
      name: "im2col",
      shape: patchShape,
      data: patches,
      what: `${axes.patches}, what lies under each window, the input's zero point for padding`,
    },
    { name: "accumulators", shape, data: accumulators, what: `${axes.output}, sums with their bias` },
    list(
      "multiplier",
      Int32Array.from(multipliers, ({ multiplier }) => multiplier),
      "[o], 2^30 to 2^31 - 1",
    ),
    list(
      "shift",
      Int32Array.from(multipliers, ({ shift }) => shift),
      "[o], the tflite rules multiply by multiplier * 2^(shift - 31)",
    ),
    list(
      "scale",
      Float32Array.from(multipliers, ({ scale }) => scale),
      "[o], float-half-even multiplies by it: input_scale * filter_scale / output_scale",
    ),
    tensor("output", output, axes.output),
    list("filter_zero_point", Int32Array.from(problem.filter.zeroPoints), "[o]"),
    list("input_scale", Float32Array.of(input.scale as number), "[1]"),
    list("filter_scale", Float32Array.from(problem.filter.scales), "[o]"),
    list("output_scale", Float32Array.of(output.scale as number), "[1]"),
  ];
}
