/** @file Vectors as JSON. Numbers that JSON lacks are strings: "NaN", "Infinity", "-Infinity". */
import type { VectorSet } from "./vectorSet.ts";

export function vectorsToJson({ name, words, geometry, levels, arrays }: VectorSet): string {
  const number = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
  const data = arrays.map(({ name: key, shape, data }) => [key, { shape, data: Array.from(data, number) }]);
  return JSON.stringify({
    name,
    ...words,
    geometry: Object.fromEntries(geometry),
    ...(levels.length > 0 && { levels: Object.fromEntries(levels) }),
    ...Object.fromEntries(data),
  });
}
