/** @file Real-valued or integer vectors: the set that is written, and the oracle that judges answers. */
import type { ConvOracle } from "../oracle.ts";
import type { QuantizedConvOracle } from "../quantized/oracle.ts";
import type { QuantizedConvVectors } from "../quantized/vectors.ts";
import type { ConvVectors } from "../vectors.ts";
import { quantizedSet } from "./quantizedSet.ts";
import { realSet } from "./realSet.ts";
import type { VectorSet } from "./vectorSet.ts";

export interface VectorsOfCase {
  readonly set: VectorSet;
  readonly oracle: ConvOracle | QuantizedConvOracle;
}

export function ofNumbers(vectors: ConvVectors): VectorsOfCase {
  return { set: realSet(vectors), oracle: vectors.oracle };
}

export function ofIntegers(vectors: QuantizedConvVectors): VectorsOfCase {
  return { set: quantizedSet(vectors), oracle: vectors.oracle };
}
