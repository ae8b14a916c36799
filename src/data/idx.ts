/** @file Reads IDX files. Their format: idxFormat.ts. */

import { allowance } from "../formats/bytes/unpack.ts";
import { openSource, type WeightsSource } from "../formats/source.ts";
import { knownKeys } from "../tensor/errors.ts";
import type { Idx } from "./idxFormat.ts";

export type { Idx } from "./idxFormat.ts";

/**
 * @param options `maxBytes`: max unpacked size of a gzipped file, default 1 GiB
 * @throws FormatError if the file cannot be read, or is not an IDX file with its stated number of unsigned bytes
 */
export async function readIdx(from: WeightsSource, options: { readonly maxBytes?: number } = {}): Promise<Idx> {
  knownKeys("readIdx", options, ["maxBytes"]);
  const allowed = allowance("readIdx", options.maxBytes);
  const source = await openSource("readIdx", from);
  try {
    const { idxIn } = await import("./idxFormat.ts");
    return await idxIn(source.name, await source.read(0, source.size), allowed);
  } finally {
    await source.close();
  }
}
