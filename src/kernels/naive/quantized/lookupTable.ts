/** @file Functions of one integer of eight bits, as tables of 256 integers. */
import { INTEGER_RANGES, type IntegerData, type QuantizedType } from "../../../tensor/quantizedTensor.ts";
import type { QuantizedFunction } from "../../contract/quantized.ts";
import { quantizedFunction } from "./functions.ts";

/** For every integer q of a type, values[q - min]. */
export interface LookupTable {
  readonly type: QuantizedType;
  readonly values: Int32Array;
}

/** values[q - min] = f(q) for every integer q of the type. */
export function lookupTable(f: QuantizedFunction): LookupTable {
  const { type } = f.x;
  const [min, max] = INTEGER_RANGES[type];
  const of = quantizedFunction(f);
  return { type, values: Int32Array.from({ length: max - min + 1 }, (_, i) => of(min + i)) };
}

/** y[i] = values[x[i] - min] */
export function applyTable({ type, values }: LookupTable, x: IntegerData, y: IntegerData): void {
  const [min] = INTEGER_RANGES[type];
  for (let i = 0; i < y.length; i++) y[i] = values[x[i] - min];
}
