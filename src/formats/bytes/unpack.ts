/** @file Decompression within a limit: a megabyte of compressed zeros can expand to a gigabyte. */

import { concatBytes } from "../../tensor/bytes.ts";
import { FormatError } from "../../tensor/errors.ts";
import { checkInteger } from "../../tensor/shape.ts";

/** Default limit on the total unpacked size of one file's compressed parts, in bytes: 1 GiB. */
export const MAX_BYTES: number = 2 ** 30;

/** The unpacking budget of one file. */
export interface Allowance {
  /** @throws FormatError if `bytes` exceeds what is left */
  take(file: string, bytes: number): void;
  readonly left: number;
}

/** @param maxBytes the limit @throws ShapeError unless it is a positive integer */
export function allowance(op: string, maxBytes: number | undefined): Allowance {
  let left = checkInteger(op, "maxBytes", maxBytes ?? MAX_BYTES, 1, Number.MAX_SAFE_INTEGER);
  const all = left;
  return {
    take: (file, bytes) => {
      if (bytes > left) {
        throw new FormatError(`${file} unpacks to ${bytes} bytes or more, ${left} of ${all} are left (maxBytes)`);
      }
      left -= bytes;
    },
    get left() {
      return left;
    },
  };
}

/**
 * Unpacks up to `max` leading bytes of a compressed stream; `isAll` says whether the stream ends there.
 *
 * @throws an error of the engine if the stream is corrupt
 */
export async function unpacked(
  bytes: Uint8Array,
  format: "gzip" | "deflate-raw",
  max: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly isAll: boolean }> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= max) {
      const { done, value } = await reader.read();
      if (done) return { bytes: concatBytes(parts), isAll: true };
      length += value.length;
      parts.push(value);
    }
    return { bytes: concatBytes(parts).subarray(0, max), isAll: false };
  } finally {
    reader.cancel().catch(() => {}); // the rest is not needed
  }
}
