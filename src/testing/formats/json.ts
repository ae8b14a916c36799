/** @file Vectors as JSON. Numbers that JSON does not have are strings: "NaN", "Infinity", "-Infinity". */
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, extentsOf } from "./arrays.ts";

export function vectorsToJson(vectors: ConvVectors): string {
  const { name, oracle } = vectors;
  const number = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
  const arrays = arraysOf(vectors).map(({ name: key, shape, data }) => [
    key,
    { shape, data: Array.from(data, number) },
  ]);
  const geometry = Object.fromEntries(extentsOf(vectors));
  const { activation } = oracle.problem;
  return JSON.stringify({ name, op: oracle.op, activation, layout: "nhwc", geometry, ...Object.fromEntries(arrays) });
}
