/** @file Vectors as NumPy's .npz: the arrays, and the geometry and choices as integers. */
import type { NpyArray } from "../../formats/npz/npy.ts";
import { writeNpz } from "../../formats/npz/npz.ts";
import type { VectorSet } from "./vectorSet.ts";

export function vectorsToNpz({ geometry, levels, codes, arrays }: VectorSet): Uint8Array<ArrayBuffer> {
  const choices = codes.map(({ name, value }): [string, number] => [name, value]);
  const numbers = [...geometry, ...levels, ...choices].map(([name, value]): [string, NpyArray] => {
    return [name, { shape: [], data: Int32Array.of(value) }];
  });
  const named = arrays.map(({ name, shape, data }): [string, NpyArray] => [name, { shape, data }]);
  return writeNpz(new Map([...named, ...numbers]));
}
