/** @file Parsers for vectors as Verilog and C text: $readmemh files, parameters, headers. */
import { FormatError, show } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";

export interface FoundArray {
  /** Null if the file does not state it. */
  readonly shape: Shape | null;
  /** Hexadecimal words are unsigned integers, NaN if they contain x or z. */
  readonly data: Float32Array | Float64Array;
  /** Whether the numbers are words, to be decoded as integers or as float32 bits. */
  readonly areWords: boolean;
}

/**
 * Parses the words of a $readmemh file: comments and underscores are dropped, `@` sets the address, x and z yield NaN.
 *
 * @throws FormatError
 */
export function parseHex(path: string, text: string): Float64Array {
  const words: number[] = [];
  let address = 0;
  for (const token of text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, " ").split(/\s+/)) {
    const digits = token.replaceAll("_", "");
    if (digits === "") continue;
    if (/^@[0-9a-f]{1,7}$/i.test(digits)) address = Number.parseInt(digits.slice(1), 16);
    else if (/^[0-9a-fxz]{1,8}$/i.test(digits))
      words[address++] = /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    else throw new FormatError(`${path}: word ${address} is ${show(token)}, needs at most eight hexadecimal digits`);
  }
  return Float64Array.from(words, (word) => word ?? Number.NaN);
}

/** Parses `localparam integer PREFIX_NAME = value;`, keyed by the name without its prefix. */
export function parseParameters(text: string): ReadonlyMap<string, number> {
  const found = [...text.matchAll(/^localparam integer (\w+) = (-?\d+);/gm)].map(
    ([, name, value]): [string, number] => [name, Number(value)],
  );
  return withoutPrefix(found, "N");
}

/** Parses the constants and arrays of a header that `separable vectors` wrote. @throws FormatError for any other */
export function parseHeader(
  path: string,
  text: string,
): { readonly numbers: ReadonlyMap<string, number>; readonly arrays: ReadonlyMap<string, FoundArray> } {
  const defines = [...text.matchAll(/^#define (\w+) (-?\d+)/gm)].map(([, name, value]): [string, number] => [
    name,
    Number(value),
  ]);
  const arrays = [...text.matchAll(/^static const (?:float|double|u?int\d+_t) (\w+)\[\d+\] = \{([^}]*)\};/gm)].map(
    ([, name, body]): [string, FoundArray] => {
      const numbers = body
        .split(",")
        .map((number) => number.trim())
        .filter((number) => number !== "");
      return [name, { shape: null, data: Float64Array.from(numbers, numberOfC), areWords: false }];
    },
  );
  if (arrays.length === 0) throw new FormatError(`${path}: has no arrays, needs a header that separable vectors wrote`);
  return { numbers: withoutPrefix(defines, "N"), arrays: withoutPrefix(arrays, "input") };
}

function numberOfC(text: string): number {
  if (text === "-2147483647 - 1") return -(2 ** 31);
  const special = /^(-?)(NAN|INFINITY)$/.exec(text);
  if (special === null) return Number(text.replace(/f$/, ""));
  return special[2] === "NAN" ? Number.NaN : special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Strips from all names the prefix that `known` has. */
function withoutPrefix<T>(named: readonly (readonly [string, T])[], known: string): ReadonlyMap<string, T> {
  const whole = named.find(([name]) => name === known || name.endsWith(`_${known}`))?.[0] ?? known;
  const prefix = whole.slice(0, whole.length - known.length);
  return new Map(
    named.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
