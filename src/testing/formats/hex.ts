/** @file Vectors for Verilog's $readmemh: one file per array, one number of eight hexadecimal digits per line. */
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, codesOf, extentsOf, meaningsOf, type NamedArray, titleOf } from "./arrays.ts";

/**
 * Returns files by name: input.hex, filter.hex, bias.hex, im2col.hex, output.hex, bound.hex, statistical_bound.hex, and
 * geometry.vh with the extents.
 *
 * @param prefix     of the parameters, so that two sets of vectors fit into one module
 * @param asIntegers whole numbers in two's complement instead of the bits of float32, if all of them are whole
 */
export function vectorsToHex(vectors: ConvVectors, prefix: string, asIntegers: boolean): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const upper = prefix.toUpperCase();
  const { output, values } = vectors.oracle;
  const arrays = arraysOf(vectors)
    .filter(({ name }) => name !== "output64") // wider than a word; bounds are widened to hold around the rounded output
    .map((array): NamedArray => {
      if (!array.name.endsWith("bound")) return array;
      const data = array.data.map((bound, i) => bound + Math.abs(output.data[i] - values[i]));
      return { ...array, data, what: array.what.replace("output64", "output") };
    });
  const isWhole = asIntegers && arrays.every(({ data }) => data.every((value) => (value | 0) === value));
  for (const { name, data } of arrays) {
    files.set(`${name}.hex`, `${Array.from(data, isWhole ? integerWord : floatWord).join("\n")}\n`);
  }
  const geometry = [
    `// ${titleOf(vectors)}. Written by separable vectors.`,
    `// Words are ${isWhole ? "integers in two's complement" : "the bits of float32"}.`,
    ...arrays.map(({ name, what, data }) => `// ${name}.hex: ${what}; ${data.length} words`),
    ...extentsOf(vectors).map(([name, value]) => `localparam integer ${upper}_${name} = ${value};`),
    ...codesOf(vectors).map(
      (code) => `localparam integer ${upper}_${code.name} = ${code.value}; // ${meaningsOf(code)}`,
    ),
    `localparam integer ${upper}_INTEGERS = ${isWhole ? 1 : 0}; // 0 words of float32, 1 integers`,
  ];
  files.set("geometry.vh", `${geometry.join("\n")}\n`);
  return files;
}

function integerWord(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

const view = new DataView(new ArrayBuffer(4));

/** The bits of a float32. Bounds are rounded up, so that they still hold. */
function floatWord(value: number): string {
  view.setFloat32(0, value);
  if (view.getFloat32(0) < value) view.setUint32(0, view.getUint32(0) + 1); // bounds are not negative
  return view.getUint32(0).toString(16).padStart(8, "0");
}
