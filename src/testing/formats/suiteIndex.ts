/** @file The index of a suite: a list of its cases, from which its files can be regenerated. */
import { FormatError, show } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import type { QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { ConvCase, Draw } from "../geometries.ts";
import { type QuantizedVectorOptions, seededQuantizedVectors } from "../quantized/vectors.ts";
import { seededVectors, type VectorOptions } from "../vectors.ts";
import { ofIntegers, ofNumbers, type VectorsOfCase } from "./vectorsOfCase.ts";

export const INDEX = "index.json";

/** Name of a case in a suite: that of its file, folder or array. */
export function keyOf(index: number): string {
  return String(index + 1).padStart(4, "0");
}

/** How the operands of a case are drawn and laid out: real numbers, or integers if they have a type. */
export type Drawing = RealDrawing | QuantizedDrawing;

interface RealDrawing extends VectorOptions {
  readonly values: Draw;
}

interface QuantizedDrawing extends QuantizedVectorOptions {
  readonly type: QuantizedType;
}

interface Suite {
  /** Seed of the first case; each further case adds 1. */
  readonly seed: number;
  readonly drawing: Drawing;
  readonly format: string;
}

/** One case of a suite: its shapes, and how its numbers are drawn. */
export type IndexEntry = ConvCase & Drawing & { readonly file: string; readonly seed: number; readonly format: string };

export function indexOfSuite(cases: readonly ConvCase[], { seed, drawing, format }: Suite): string {
  const entries = cases.map((wanted, i): IndexEntry => {
    return { file: keyOf(i), seed: seed + i, format, ...drawing, ...wanted };
  });
  return `${JSON.stringify(entries, null, 1)}\n`;
}

/** The vectors of a case as a set, and the oracle of its answers. */
export function drawnVectors(wanted: ConvCase, seed: number, drawing: Drawing): VectorsOfCase {
  if ("type" in drawing) {
    const { type, per, rounding, layout, filterLayout } = drawing;
    return ofIntegers(seededQuantizedVectors(wanted, seed, { type, per, rounding, layout, filterLayout }));
  }
  const { values = "normal", layout, filterLayout, precision, algorithm } = drawing;
  return ofNumbers(
    seededVectors(wanted, seed, values, { layout, filterLayout, precision, ...(algorithm && { algorithm }) }),
  );
}

/** @param file named in errors @throws FormatError if the text is not such an index */
export function readIndex(file: string, text: string): readonly IndexEntry[] {
  const entries = parseJson(file, text);
  if (!Array.isArray(entries)) throw new FormatError(`${file}: is ${show(entries)}, needs the list of a suite`);
  if (entries.length === 0) throw new FormatError(`${file}: the suite is empty, needs at least one case`);
  for (const [i, entry] of entries.entries()) {
    const {
      file: name,
      op,
      input,
      filter,
      options,
      seed,
    } = (entry ?? {}) as Partial<ConvCase & { readonly file: string; readonly seed: number }>;
    if (typeof name === "string" && /^\w{1,20}$/.test(name) && op && input && filter && options && seed !== undefined)
      continue;
    throw new FormatError(`${file}: case ${i} is no case of a suite, needs file, op, input, filter, options and seed`);
  }
  return entries;
}

/** Regenerates the vectors of a case. @throws FormatError if the entry is invalid */
export function vectorsOfEntry(file: string, entry: IndexEntry): VectorsOfCase {
  try {
    return drawnVectors(entry, entry.seed, entry);
  } catch (cause) {
    throw new FormatError(`${file}: case ${entry.file}: ${(cause as Error).message}`, { cause });
  }
}
