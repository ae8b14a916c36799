/** Files with damage, for readers that must not trust them. */
import type { Random } from "../../src/index.ts";
import { concatBytes } from "../../src/tensor/bytes.ts";

/**
 * The bytes with one to four edits: a bit turned, a byte set, the end cut off, some bytes left out, a piece put in.
 *
 * @param until most edits fall before this byte, e.g. into a header
 */
export function damaged(
  source: Random,
  original: Uint8Array,
  pieces: readonly Uint8Array[],
  until: number,
): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let edits = 1 + source.integer(4); edits > 0 && bytes.length > 0; edits--) {
    const at = source.integer(source.integer(4) === 0 ? bytes.length : Math.min(until, bytes.length));
    switch (source.integer(5)) {
      case 0:
        bytes[at] ^= 1 << source.integer(8);
        break;
      case 1:
        bytes[at] = source.integer(256);
        break;
      case 2:
        if (source.integer(3) === 0) bytes = joined(bytes.subarray(0, at));
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + 1 + source.integer(8)));
        break;
      default:
        bytes = joined(bytes.subarray(0, at), pieces[source.integer(pieces.length)], bytes.subarray(at));
    }
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatBytes(parts);
}
