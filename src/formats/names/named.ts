/** @file The weights of a file without its network, under a graph's names. */
import { type ModelFile, readAll } from "../format.ts";
import type { WeightsFile } from "../loadTypes.ts";
import { checkNumbers } from "../numbers.ts";
import { renamed, schemeNamed } from "./names.ts";

/** @param source for messages @throws FormatError if weights of a known network contain NaN */
export async function named(
  source: string,
  { tensors }: ModelFile,
): Promise<Pick<WeightsFile, "naming" | "preset" | "weights" | "names">> {
  const { weights, naming, names } = renamed(await readAll(tensors));
  if (naming === null) return { naming, preset: "keras", weights, names }; // NaN may be intended
  checkNumbers(source, weights, names);
  return { naming, preset: schemeNamed(naming).preset, weights, names };
}
