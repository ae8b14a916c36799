/** @file Writes ZIP archives: entries stored, not compressed. */
import { concatBytes } from "../../tensor/bytes.ts";
import { crc32 } from "./crc32.ts";
import { END, ENTRY, LISTED } from "./zip.ts";

/** Returns an archive of the files, stored uncompressed. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, body] of files) {
    const entry = new TextEncoder().encode(name);
    const shared = fields([crc32(body), body.length, body.length], entry.length);
    const head = numbers([ENTRY, 4], [20, 2], ...shared);
    local.push(head, entry, body);
    central.push(numbers([LISTED, 4], [20, 2], [20, 2], ...shared, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), entry);
    offset += head.length + entry.length + body.length;
  }
  const directory = central.reduce((sum, part) => sum + part.length, 0);
  const { size } = files;
  const end = numbers([END, 4], [0, 2], [0, 2], [size, 2], [size, 2], [directory, 4], [offset, 4], [0, 2]);
  return concatBytes([...local, ...central, end]);
}

/**
 * Fields that both headers of an entry share: flags, method 0 (stored), time and date (1980-01-01), checksum, sizes,
 * length of the name, no extras.
 */
function fields([checksum, stored, size]: readonly [number, number, number], name: number): [number, 2 | 4][] {
  return [
    [0, 2],
    [0, 2],
    [0, 2],
    [0x21, 2],
    [checksum, 4],
    [stored, 4],
    [size, 4],
    [name, 2],
    [0, 2],
  ];
}

/** Encodes numbers as little-endian bytes of the given widths. */
export function numbers(...values: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)),
  );
}
