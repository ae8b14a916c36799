/**
 * @file Zip archives: entries one after another, then a directory that lists their offsets.
 *
 * Source: PKWARE's APPNOTE, sections 4.3.7 (entry), 4.3.12 (directory), 4.3.16 (end). Encryption, split archives and
 * Zip64 are not supported.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import type { ByteSource } from "../source.ts";
import { crc32 } from "./crc32.ts";
import { type Allowance, unpacked } from "./unpack.ts";

export const ENTRY = 0x04034b50;
export const LISTED = 0x02014b50;
export const END = 0x06054b50;
const ENTRY_BYTES = 30;
const LISTED_BYTES = 46;
const END_BYTES = 22;
const STORED = 0;
const DEFLATED = 8;

export interface ZipEntry {
  readonly name: string;
  /** As the directory states; `read` returns exactly this many bytes or throws. */
  readonly size: number;
  /** Returns up to `length` leading bytes, to decide whether the rest is worth unpacking. */
  head(length: number): Promise<Uint8Array>;
  /** Returns the entry's contents, with size and checksum verified. */
  read(): Promise<Uint8Array>;
}

/**
 * Reads the directory of an archive, which may follow other data: offsets count from the file's start or the archive's.
 *
 * @param allowed budget for unpacking; compressed entries draw on it as they are read
 * @throws FormatError if the directory is invalid
 */
export async function readZip(source: ByteSource, allowed: Allowance): Promise<readonly ZipEntry[]> {
  const fail = (what: string): never => {
    throw new FormatError(`${source.name}: ${what}, not a zip archive that can be read`);
  };
  const { end, at: endAt } = await endOf(source, fail);
  const [count, size, stated] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  if (stated + size > source.size)
    return fail(`the directory lies at byte ${stated} to ${stated + size} of ${source.size}`);
  const isStated =
    count === 0 || size < 4 || viewOf(await source.read(stated, stated + 4)).getUint32(0, true) === LISTED;
  const start = isStated ? 0 : Math.max(0, endAt - size - stated);
  const offset = start + stated;
  const directory = viewOf(await source.read(offset, offset + size));
  const all: { readonly name: string; readonly listed: Listed }[] = [];
  const seen = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + LISTED_BYTES > size || directory.getUint32(at, true) !== LISTED) return fail(`entry ${i} is not listed`);
    const lengths = [28, 30, 32].map((file) => directory.getUint16(at + file, true));
    const [nameLength, extraLength, commentLength] = lengths;
    if (at + LISTED_BYTES + nameLength > size) return fail(`the name of entry ${i} is cut off`);
    const name = new TextDecoder().decode(bytesOf(directory, at + LISTED_BYTES, nameLength));
    if (seen.has(name)) return fail(`${show(name)} is there twice`);
    seen.add(name);
    const listed = {
      flags: directory.getUint16(at + 8, true),
      method: directory.getUint16(at + 10, true),
      checksum: directory.getUint32(at + 16, true),
      packed: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      offset: start + directory.getUint32(at + 42, true),
    };
    all.push({ name, listed });
    at += LISTED_BYTES + nameLength + extraLength + commentLength;
  }
  checkApart(all, offset, fail);
  return all.map(({ name, listed }) => ({
    name,
    size: listed.size,
    head: async (length) => inflated(source, name, listed, length),
    read: async () => {
      if (listed.method === DEFLATED) allowed.take(`${source.name}: ${show(name)}`, listed.size);
      return readEntry(source, name, listed);
    },
  }));
}

/** Entries must not overlap; otherwise a small file could expand to an enormous one (a zip bomb). */
function checkApart(
  entries: readonly { readonly name: string; readonly listed: Listed }[],
  end: number,
  fail: (what: string) => never,
): void {
  const inOrder = [...entries].sort((a, b) => a.listed.offset - b.listed.offset);
  inOrder.forEach(({ name, listed }, i) => {
    const next = inOrder[i + 1]?.listed.offset ?? end;
    const min = listed.offset + ENTRY_BYTES + new TextEncoder().encode(name).length + listed.packed;
    if (min > next) fail(`${show(name)} reaches to byte ${min}, where byte ${next} belongs to another entry`);
  });
}

/** Finds the record at the end; a comment may follow it. */
async function endOf(
  source: ByteSource,
  fail: (what: string) => never,
): Promise<{ readonly end: DataView; readonly at: number }> {
  const length = Math.min(source.size, END_BYTES + 0xffff);
  const tail = viewOf(await source.read(source.size - length, source.size));
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    return { end: new DataView(tail.buffer, tail.byteOffset + at, END_BYTES), at: source.size - length + at };
  }
  return fail("it has no directory");
}

interface Listed {
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

async function readEntry(source: ByteSource, name: string, listed: Listed): Promise<Uint8Array> {
  const { size, checksum } = listed;
  const plain = await inflated(source, name, listed, size);
  const fail = refusal(source, name);
  if (plain.length !== size) return fail(`unpacks to ${plain.length} bytes, its size is ${size}`);
  const found = crc32(plain);
  if (found !== checksum) return fail(`has the checksum ${found.toString(16)}, needs ${checksum.toString(16)}`);
  return plain;
}

function refusal({ name: file }: ByteSource, name: string): (what: string) => never {
  return (what) => {
    throw new FormatError(`${file}: ${show(name)} ${what}`);
  };
}

/** Reads an entry's bytes as the archive stores them, possibly compressed. */
async function packedBytes(source: ByteSource, name: string, listed: Listed): Promise<Uint8Array> {
  const fail = refusal(source, name);
  const { flags, method, packed, size, offset } = listed;
  if (flags & 1) return fail("is encrypted");
  if (method !== STORED && method !== DEFLATED) return fail(`is packed by method ${method}, needs stored or deflate`);
  if (method === STORED && packed !== size) return fail(`is stored in ${packed} bytes, its size is ${size}`);
  if (offset + ENTRY_BYTES > source.size) return fail(`begins at byte ${offset} of ${source.size}`);
  const head = viewOf(await source.read(offset, offset + ENTRY_BYTES));
  if (head.getUint32(0, true) !== ENTRY) return fail(`is not at byte ${offset}`);
  const begin = offset + ENTRY_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  if (begin + packed > source.size) return fail(`takes bytes ${begin} to ${begin + packed} of ${source.size}`);
  return source.read(begin, begin + packed);
}

/** Returns up to `max` leading bytes of an entry. Throws if more follow although the directory states no more. */
async function inflated(source: ByteSource, name: string, listed: Listed, max: number): Promise<Uint8Array> {
  const fail = refusal(source, name);
  const bytes = await packedBytes(source, name, listed);
  if (listed.method === STORED) return bytes.subarray(0, max);
  const found = await unpacked(bytes, "deflate-raw", max).catch((cause: Error) =>
    fail(`cannot be unpacked (${cause.message})`),
  );
  if (max >= listed.size && !found.isAll) fail(`unpacks to more than its ${listed.size} bytes`);
  return found.bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function bytesOf({ buffer, byteOffset }: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + at, length);
}
