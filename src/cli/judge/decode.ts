/** @file Decodes hexadecimal words: integers of a type, or the bits of float32. Other numbers stay unchanged. */
import type { QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { FoundArray } from "./texts.ts";

/** Reads the numbers of an array. */
export type Decode = (found: FoundArray) => Float32Array | Float64Array;

/** Decodes real numbers: the bits of float32, or whole numbers in two's complement. */
export function asNumbers(asIntegers: boolean): Decode {
  const view = new DataView(new ArrayBuffer(4));
  return words((word) => {
    if (asIntegers) return word | 0;
    view.setUint32(0, word);
    return view.getFloat32(0);
  });
}

/** Decodes bytes of a type; wider words, and those of int32, are in two's complement. */
export function asIntegers(type: QuantizedType | "int32"): Decode {
  return words((word) => {
    if (type === "int8" && word <= 0xff) return (word << 24) >> 24;
    return word | 0;
  });
}

/** NaN, which marks a word with x or z, stays. */
function words(decoded: (word: number) => number): Decode {
  return ({ data, areWords }) => (areWords ? data.map((word) => (Number.isNaN(word) ? word : decoded(word))) : data);
}
