/** @file Reads IDX files. Their format: idxFormat.ts. */

import { allowance } from "../formats/bytes/unpack.ts";
import { openSource, type WeightsSource } from "../formats/source.ts";
import { knownKeys } from "../tensor/errors.ts";
import type { Idx } from "./idxFormat.ts";

export type { Idx } from "./idxFormat.ts";

/**
 * Reads an IDX file, the format of MNIST and Fashion-MNIST, gzipped or not.
 *
 * @param options `maxBytes`: max unpacked size of a gzipped file, default 1 GiB
 * @throws FormatError if the file cannot be read, or is not an IDX file with its stated number of unsigned bytes
 *
 * @example
 * const bytes = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9); // one axis of two bytes
 * const { shape, data } = await readIdx(bytes);
 * shape; // [2]
 * data[1]; // 9
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
