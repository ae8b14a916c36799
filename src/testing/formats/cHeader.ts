/** @file Vectors as a C header: constants and arrays, C89 but for INFINITY and NAN. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, extentsOf, titleOf } from "./arrays.ts";

const PER_LINE = 6;

/** @param prefix of every name, e.g. "conv" */
export function vectorsToC(vectors: ConvVectors, prefix: string): string {
  const upper = prefix.toUpperCase();
  const { activation, bias } = vectors.oracle.problem;
  const arrays = arraysOf(vectors);
  const special = arrays.some(({ data }) => data.some((value) => !Number.isFinite(value)));
  return [
    `/* ${titleOf(vectors)}. Written by separable vectors. */`,
    `#ifndef ${upper}_VECTORS_H`,
    `#define ${upper}_VECTORS_H`,
    ...(special ? ["#include <math.h>"] : []),
    "",
    ...extentsOf(vectors).map(([name, value]) => `#define ${upper}_${name} ${value}`),
    `#define ${upper}_HAS_BIAS ${bias === null ? 0 : 1}`,
    `#define ${upper}_ACTIVATION ${ACTIVATIONS.indexOf(activation)} /* ${ACTIVATIONS.map((name, i) => `${i} ${name}`).join(", ")} */`,
    ...arrays.flatMap(({ name, data, what }) => {
      const isFloat = data instanceof Float32Array;
      return [
        "",
        `/* ${what} */`,
        `static const ${isFloat ? "float" : "double"} ${prefix}_${name}[${data.length}] = {`,
        ...lines(data, isFloat),
        "};",
      ];
    }),
    "",
    "#endif",
    "",
  ].join("\n");
}

/** Nine digits tell any two float32 apart, seventeen any two float64. */
function lines(data: Float32Array | Float64Array, isFloat: boolean): string[] {
  const numbers = Array.from(data, (value) => {
    if (Number.isNaN(value)) return "NAN";
    if (!Number.isFinite(value)) return value > 0 ? "INFINITY" : "-INFINITY";
    return isFloat ? `${value.toExponential(8)}f` : value.toExponential(16);
  });
  return Array.from({ length: Math.ceil(numbers.length / PER_LINE) }, (_, i) => {
    return `  ${numbers.slice(i * PER_LINE, (i + 1) * PER_LINE).join(", ")},`;
  });
}
