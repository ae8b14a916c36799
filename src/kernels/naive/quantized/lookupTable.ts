/** @file Functions of one integer of eight bits, as tables of 256 integers. */
import { INTEGER_RANGES, type IntegerData, type QuantizedType } from "../../../tensor/quantizedTensor.ts";

/** table[q - min] = f(q) for every integer q of the type. */
export function lookupTable(type: QuantizedType, f: (q: number) => number): Int32Array {
  const [min, max] = INTEGER_RANGES[type];
  return Int32Array.from({ length: max - min + 1 }, (_, i) => f(min + i));
}

/** y[i] = table[x[i] - min] */
export function applyTable(table: Int32Array, type: QuantizedType, x: IntegerData, y: IntegerData): void {
  const [min] = INTEGER_RANGES[type];
  for (let i = 0; i < y.length; i++) y[i] = table[x[i] - min];
}
