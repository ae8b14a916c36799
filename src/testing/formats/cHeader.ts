/**
 * @file Vectors as a C header: constants and arrays, or a whole suite as an array of structs. C89 except INFINITY, NAN
 * and the integer types of stdint.h.
 */
import { meaningsOf, type NamedArray, plain, type VectorData, type VectorSet } from "./vectorSet.ts";

/** Numbers per line; bytes are twice as many. */
const PER_LINE = 6;

/** @param prefix of every name, e.g. "conv" */
export function vectorsToC({ title, geometry, levels, codes, arrays }: VectorSet, prefix: string): string {
  const upper = prefix.toUpperCase();
  return [
    `/* ${title}. Written by separable vectors. */`,
    ...guarded(`${upper}_VECTORS_H`, headersOf(arrays), [
      ...[...geometry, ...levels].map(([name, value]) => `#define ${upper}_${name} ${value}`),
      ...codes.map((code) => `#define ${upper}_${code.name} ${code.value} /* ${meaningsOf(code)} */`),
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
export function suiteToC(suite: Iterable<VectorSet>, prefix: string): string {
  const upper = prefix.toUpperCase();
  const bodies: string[] = [];
  const rows: string[] = [];
  let fields: readonly string[] = [];
  const headers = new Set<string>();
  for (const { name, title, geometry, levels, codes, arrays, fields: own } of suite) {
    const key = `${prefix}_${String(rows.length + 1).padStart(4, "0")}`;
    for (const header of headersOf(arrays)) headers.add(header);
    bodies.push([`/* ${title} */`, ...arrays.flatMap((array) => definition(array, `${key}_${array.name}`))].join("\n"));
    const integers = [...geometry, ...levels];
    const numbers = [...integers.map(([, value]) => value), ...codes.map(({ value }) => value)];
    const pointers = own.map(([field]) => (arrays.some((array) => array.name === field) ? `${key}_${field}` : "0"));
    rows.push(`  { ${[JSON.stringify(plain(name)), ...numbers, ...pointers].join(", ")} },`);
    fields = [
      "  const char *name;",
      `  int ${integers.map(([name]) => name.toLowerCase()).join(", ")};`,
      ...codes.map((code) => `  int ${code.name.toLowerCase()}; /* ${meaningsOf(code)} */`),
      ...own.map(([name, type]) => `  const ${type} *${name};${name === "bias" ? " /* 0 if there is none */" : ""}`),
    ];
  }
  return [
    `/* ${rows.length} convolutions. Written by separable vectors. */`,
    ...guarded(
      `${upper}_SUITE_H`,
      [...headers],
      [
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
      ],
    ),
  ].join("\n");
}

function guarded(guard: string, headers: readonly string[], body: readonly string[]): string[] {
  const includes = headers.map((header) => `#include <${header}>`);
  return [`#ifndef ${guard}`, `#define ${guard}`, ...includes, "", ...body, "", "#endif", ""];
}

/** The headers that arrays need: for NAN and INFINITY, and for integer types. */
function headersOf(arrays: readonly NamedArray[]): readonly string[] {
  return [
    ...(arrays.some(isSpecial) ? ["math.h"] : []),
    ...(arrays.some(({ data }) => typeOf(data).endsWith("_t")) ? ["stdint.h"] : []),
  ];
}

function isSpecial({ data }: NamedArray): boolean {
  return data.some((value) => !Number.isFinite(value));
}

function typeOf(data: VectorData): string {
  if (data instanceof Float32Array) return "float";
  if (data instanceof Float64Array) return "double";
  return data instanceof Int8Array ? "int8_t" : data instanceof Uint8Array ? "uint8_t" : "int32_t";
}

function definition({ data }: NamedArray, name: string, what?: string): string[] {
  return [
    ...(what === undefined ? [] : ["", `/* ${what} */`]),
    `static const ${typeOf(data)} ${name}[${data.length}] = {`,
    ...lines(data),
    "};",
  ];
}

/** Nine digits distinguish any two float32, seventeen any two float64. */
function lines(data: VectorData): string[] {
  const type = typeOf(data);
  const numbers = Array.from(data, (value) => {
    if (type.endsWith("_t")) return value === -(2 ** 31) ? "-2147483647 - 1" : String(value);
    if (Number.isNaN(value)) return "NAN";
    if (!Number.isFinite(value)) return value > 0 ? "INFINITY" : "-INFINITY";
    return type === "float" ? `${value.toExponential(8)}f` : value.toExponential(16);
  });
  const perLine = type.endsWith("8_t") ? 2 * PER_LINE : PER_LINE;
  return Array.from({ length: Math.ceil(numbers.length / perLine) }, (_, i) => {
    return `  ${numbers.slice(i * perLine, (i + 1) * perLine).join(", ")},`;
  });
}
