import type { ConvOracle } from "../../testing/oracle.ts";
import type { QuantizedConvOracle } from "../../testing/quantized/oracle.ts";
import type { Decode } from "./decode.ts";

/** The oracle of vectors, its output, and how the words of an answer are decoded. */
export interface ReadVectors {
  readonly oracle: ConvOracle | QuantizedConvOracle;
  readonly output: ArrayLike<number>;
  readonly decode: Decode;
}
