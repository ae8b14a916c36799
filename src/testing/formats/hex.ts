/** @file Vectors for Verilog's $readmemh: a file for each array, a float32 as eight hexadecimal digits on each line. */
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, extentsOf, titleOf } from "./arrays.ts";

/** Files by name: input.hex, filter.hex, bias.hex, im2col.hex, output.hex, bound.hex, and geometry.vh with the extents. */
export function vectorsToHex(vectors: ConvVectors): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const { output, values, bounds } = vectors.oracle;
  const arrays = arraysOf(vectors)
    .filter(({ name }) => name !== "output64") // twice as wide as the words; so the bound is around the rounded output
    .map((array) => {
      if (array.name !== "bound") return array;
      const data = bounds.map((most, i) => most + Math.abs(output.data[i] - values[i]));
      return { ...array, data, what: "|yours - output| a float32 kernel may have, whatever the order of its sums" };
    });
  for (const { name, data } of arrays) files.set(`${name}.hex`, `${[...words(data)].join("\n")}\n`);
  const geometry = extentsOf(vectors).map(([name, value]) => `localparam integer ${name} = ${value};`);
  const comments = arrays.map(({ name, what, data }) => `// ${name}.hex: ${what}; ${data.length} words`);
  files.set(
    "geometry.vh",
    `${[`// ${titleOf(vectors)}. Written by separable vectors.`, ...comments, ...geometry].join("\n")}\n`,
  );
  return files;
}

/** Bit patterns of float32. A bound is rounded up, so that it stays one. */
function* words(data: Float32Array | Float64Array): Generator<string> {
  const view = new DataView(new ArrayBuffer(4));
  for (const value of data) {
    view.setFloat32(0, value);
    if (view.getFloat32(0) < value) view.setUint32(0, view.getUint32(0) + 1); // bounds are not negative
    yield view.getUint32(0).toString(16).padStart(8, "0");
  }
}
