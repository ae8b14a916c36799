/** @file Vectors for Verilog's $readmemh: one file per array, one number per line: a byte or a word of eight digits. */
import { testbench } from "./testbench.ts";
import { meaningsOf, type NamedArray, type VectorData, type VectorSet } from "./vectorSet.ts";

/**
 * Returns files by name: input.hex, filter.hex, …, output.hex, and geometry.vh with the extents; for integers, also
 * testbench.v. For real numbers, the bounds are those of the rounded output.
 *
 * @param prefix     of the parameters, so that two sets of vectors fit into one module
 * @param asIntegers whole numbers in two's complement instead of the bits of float32, if all of them are whole
 */
export function vectorsToHex(set: VectorSet, prefix: string, asIntegers: boolean): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const upper = prefix.toUpperCase();
  const arrays = inWords(set.arrays);
  const isWhole = asIntegers && arrays.every(({ data }) => data.every((value) => (value | 0) === value));
  for (const { name, data } of arrays) files.set(`${name}.hex`, `${digitsOf(data, isWhole).join("\n")}\n`);
  const integers = [...set.geometry, ...set.levels];
  const geometry = [
    `// ${set.title}. Written by separable vectors.`,
    `// Integers are in two's complement${isWhole ? "" : ", real numbers the bits of float32"}.`,
    ...arrays.map(({ name, what, data }) => `// ${name}.hex: ${what}; ${data.length} ${unitOf(data)}`),
    ...integers.map(([name, value]) => `localparam integer ${upper}_${name} = ${value};`),
    ...set.codes.map((code) => `localparam integer ${upper}_${code.name} = ${code.value}; // ${meaningsOf(code)}`),
    ...(set.levels.length > 0
      ? []
      : [`localparam integer ${upper}_INTEGERS = ${isWhole ? 1 : 0}; // 0 words of float32, 1 integers`]),
  ];
  files.set("geometry.vh", `${geometry.join("\n")}\n`);
  if (set.levels.length > 0) files.set("testbench.v", testbench(prefix));
  return files;
}

/** Arrays that fit words: the output in float64 is left out, and bounds hold around the rounded one. */
function inWords(arrays: readonly NamedArray[]): readonly NamedArray[] {
  const [output, exact] = ["output", "output64"].map((name) => arrays.find((array) => array.name === name)?.data);
  if (output === undefined || exact === undefined) return arrays;
  return arrays
    .filter(({ name }) => name !== "output64")
    .map((array): NamedArray => {
      if (!array.name.endsWith("bound")) return array;
      const data = Float64Array.from(array.data, (bound, i) => bound + Math.abs(output[i] - exact[i]));
      return { ...array, data, what: array.what.replace("output64", "output") };
    });
}

function unitOf({ BYTES_PER_ELEMENT }: VectorData): string {
  return BYTES_PER_ELEMENT === 1 ? "bytes" : "words";
}

function digitsOf(data: VectorData, isWhole: boolean): readonly string[] {
  if (data instanceof Int8Array || data instanceof Uint8Array)
    return Array.from(data, (value) => digits(value & 0xff, 2));
  const isInteger = isWhole || data instanceof Int32Array;
  return Array.from(data, (value) => digits(isInteger ? value >>> 0 : bitsOf(value), 8));
}

function digits(value: number, count: number): string {
  return value.toString(16).padStart(count, "0");
}

const view = new DataView(new ArrayBuffer(4));

/** The bits of a float32. Bounds are rounded up, so that they still hold. */
function bitsOf(value: number): number {
  view.setFloat32(0, value);
  if (view.getFloat32(0) < value) view.setUint32(0, view.getUint32(0) + 1); // bounds are not negative
  return view.getUint32(0);
}
