/** @file Packed data, unpacked within a limit: a megabyte of zeros packed well is gigabytes. */

import { concatBytes } from "../tensor/bytes.ts";
import { FormatError } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Bytes to which the packed parts of one file may unpack, together, unless `maxBytes` says otherwise: 1 GiB. */
export const MAX_BYTES: number = 2 ** 30;

/** What is left of the limit for one file. */
export interface Allowance {
  /** @throws FormatError if that is more than is left */
  take(file: string, bytes: number): void;
  readonly left: number;
}

/** @param maxBytes the limit @throws ShapeError unless it is a number of bytes */
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
 * The first bytes that a packed stream holds, up to `most`, and whether more follow.
 *
 * @throws an error of the engine if the stream is broken
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
    reader.cancel().catch(() => {}); // what is left is not wanted
  }
}
