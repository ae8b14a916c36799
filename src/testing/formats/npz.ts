/** @file Vectors as NumPy's .npz: the arrays, and the geometry and choices as integers. */
import type { NpyArray } from "../../formats/npz/npy.ts";
import { writeNpz } from "../../formats/npz/npz.ts";
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, codesOf, extentsOf } from "./arrays.ts";

export function vectorsToNpz(vectors: ConvVectors): Uint8Array<ArrayBuffer> {
  const codes = codesOf(vectors).map(({ name, value }): [string, number] => [name, value]);
  const numbers = [...extentsOf(vectors), ...codes].map(([name, value]): [string, NpyArray] => {
    return [name, { shape: [], data: Int32Array.of(value) }];
  });
  const arrays = arraysOf(vectors).map(({ name, shape, data }): [string, NpyArray] => [name, { shape, data }]);
  return writeNpz(new Map([...arrays, ...numbers]));
}
