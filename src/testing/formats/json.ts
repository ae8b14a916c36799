/** @file Vectors as JSON. Numbers that JSON lacks are strings: "NaN", "Infinity", "-Infinity". */
import type { ConvVectors } from "../vectors.ts";
import { arraysOf, extentsOf } from "./arrays.ts";

export function vectorsToJson(vectors: ConvVectors): string {
  const { name, oracle } = vectors;
  const { op, layout, precision, problem } = oracle;
  const number = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
  const arrays = arraysOf(vectors).map(({ name: key, shape, data }) => [
    key,
    { shape, data: Array.from(data, number) },
  ]);
  return JSON.stringify({
    name,
    op,
    activation: problem.activation,
    layout,
    filterLayout: op === "depthwiseConv2d" && problem.filterLayout === "hwio" ? "hwim" : problem.filterLayout,
    precision,
    geometry: Object.fromEntries(extentsOf(vectors)),
    ...Object.fromEntries(arrays),
  });
}
