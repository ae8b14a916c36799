/**
 * @file Vectors as a C header: constants and arrays, or a whole suite as an array of structs. C89 except INFINITY and
 * NAN.
 */
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, codesOf, extentsOf, meaningsOf, type NamedArray, titleOf } from "./arrays.ts";

const PER_LINE = 6;

/** @param prefix of every name, e.g. "conv" */
export function vectorsToC(vectors: ConvVectors, prefix: string): string {
  const upper = prefix.toUpperCase();
  const arrays = arraysOf(vectors);
  return [
    `/* ${titleOf(vectors)}. Written by separable vectors. */`,
    ...guarded(`${upper}_VECTORS_H`, arrays.some(isSpecial), [
      ...extentsOf(vectors).map(([name, value]) => `#define ${upper}_${name} ${value}`),
      ...codesOf(vectors).map((code) => `#define ${upper}_${code.name} ${code.value} /* ${meaningsOf(code)} */`),
      ...arrays.flatMap((array) => definition(array, `${prefix}_${array.name}`, array.what)),
    ]),
  ].join("\n");
}

/**
 * Writes a suite as one header: `PREFIX_CASES`, and `prefix_cases[PREFIX_CASES]` with the extents, codes and arrays of
 * each.
 *
 * @param suite  consumed one by one, so that the operands need not be kept
 * @param prefix of every name
 */
export function suiteToC(suite: Iterable<ConvVectors>, prefix: string): string {
  const upper = prefix.toUpperCase();
  const bodies: string[] = [];
  const rows: string[] = [];
  let fields: readonly string[] = [];
  let hasSpecial = false;
  for (const vectors of suite) {
    const key = `${prefix}_${String(rows.length + 1).padStart(4, "0")}`;
    const arrays = arraysOf(vectors);
    hasSpecial ||= arrays.some(isSpecial);
    bodies.push(
      [`/* ${titleOf(vectors)} */`, ...arrays.flatMap((array) => definition(array, `${key}_${array.name}`))].join("\n"),
    );
    const numbers = [...extentsOf(vectors).map(([, value]) => value), ...codesOf(vectors).map(({ value }) => value)];
    const pointers = ARRAYS.map(([name]) => (arrays.some((array) => array.name === name) ? `${key}_${name}` : "0"));
    rows.push(
      `  { ${[JSON.stringify(vectors.name.replaceAll(/[^ -~]/g, "_")), ...numbers, ...pointers].join(", ")} },`,
    );
    fields = [
      "  const char *name;",
      `  int ${extentsOf(vectors)
        .map(([name]) => name.toLowerCase())
        .join(", ")};`,
      ...codesOf(vectors).map((code) => `  int ${code.name.toLowerCase()}; /* ${meaningsOf(code)} */`),
      ...ARRAYS.map(([name, type]) => `  const ${type} *${name};${name === "bias" ? " /* 0 if there is none */" : ""}`),
    ];
  }
  return [
    `/* ${rows.length} convolutions. Written by separable vectors. */`,
    ...guarded(`${upper}_SUITE_H`, hasSpecial, [
      `#define ${upper}_CASES ${rows.length}`,
      "",
      `struct ${prefix}_case {`,
      ...fields,
      "};",
      "",
      ...bodies,
      "",
      `static const struct ${prefix}_case ${prefix}_cases[${upper}_CASES] = {`,
      ...rows,
      "};",
    ]),
  ].join("\n");
}

const ARRAYS: readonly (readonly [name: string, type: string])[] = [
  ["input", "float"],
  ["filter", "float"],
  ["bias", "float"],
  ["im2col", "float"],
  ["output", "float"],
  ["output64", "double"],
  ["bound", "double"],
  ["statistical_bound", "double"],
];

function guarded(guard: string, needsMath: boolean, body: readonly string[]): string[] {
  const include = needsMath ? ["#include <math.h>"] : [];
  return [`#ifndef ${guard}`, `#define ${guard}`, ...include, "", ...body, "", "#endif", ""];
}

function isSpecial({ data }: NamedArray): boolean {
  return data.some((value) => !Number.isFinite(value));
}

function definition({ data }: NamedArray, name: string, what?: string): string[] {
  const isFloat = data instanceof Float32Array;
  return [
    ...(what === undefined ? [] : ["", `/* ${what} */`]),
    `static const ${isFloat ? "float" : "double"} ${name}[${data.length}] = {`,
    ...lines(data, isFloat),
    "};",
  ];
}

/** Nine digits distinguish any two float32, seventeen any two float64. */
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
