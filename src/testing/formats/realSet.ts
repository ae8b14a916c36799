/** @file Real-valued vectors as a set: the answer in float32 and float64, and two bounds. */

import { CONV_ALGORITHMS } from "../../geometry/winograd.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { PRECISIONS } from "../precision.ts";
import type { ConvVectors } from "../vectors.ts";
import { axesOf, commonCodes, commonWords } from "./convolution.ts";
import { codeOf, type Field, geometryOf, type NamedArray, plain, type VectorSet } from "./vectorSet.ts";

const FIELDS: readonly Field[] = [
  ["input", "float"],
  ["filter", "float"],
  ["bias", "float"],
  ["im2col", "float"],
  ["output", "float"],
  ["output64", "double"],
  ["bound", "double"],
  ["statistical_bound", "double"],
];

export function realSet(vectors: ConvVectors): VectorSet {
  const { name, oracle } = vectors;
  const { problem, precision } = oracle;
  const bias = problem.bias === null ? "none" : "yes";
  return {
    name,
    title: `${problem.op}, ${plain(name)}, activation ${problem.activation}, bias ${bias}`,
    words: { ...commonWords(problem), precision, algorithm: problem.algorithm },
    geometry: geometryOf(oracle.geometry),
    levels: [],
    codes: [
      ...commonCodes(problem),
      codeOf("PRECISION", precision, PRECISIONS),
      codeOf("ALGORITHM", problem.algorithm, CONV_ALGORITHMS),
    ],
    arrays: arraysOf(vectors),
    fields: FIELDS,
  };
}

/** Input, filter, bias (if any), im2col, output, output64, bound, statistical_bound. */
function arraysOf({ oracle, input, filter, bias, patches }: ConvVectors): readonly NamedArray[] {
  const { shape, output, values, bounds, statistics, precision, problem } = oracle;
  const axes = axesOf(problem);
  const array = (name: string, tensor: Tensor, what: string): NamedArray => {
    return { name, shape: tensor.shape, data: tensor.toFloat32Array(), what };
  };
  const kernel = `a correct ${precision} kernel`;
  return [
    array("input", input, axes.input),
    array("filter", filter, axes.filter),
    ...(bias === null ? [] : [array("bias", bias, "[o]")]),
    array("im2col", patches, `${axes.patches}, what lies under each window, 0 for padding`),
    array("output", output, `${axes.output}, in float64, rounded once`),
    { name: "output64", shape, data: values, what: "the same, not rounded" },
    { name: "bound", shape, data: bounds, what: `|yours - output64| of ${kernel} is at most this, by proof` },
    {
      name: "statistical_bound",
      shape,
      data: statistics ?? bounds,
      what: `and at most this but for once in a million convolutions${statistics === null ? "; here the proof alone judges" : ""}`,
    },
  ];
}
