/**
 * @file The wire format of FlatBuffers: tables whose fields are found through a list of offsets, the vtable.
 *
 *   table   int32 back to its vtable, then the fields
 *   vtable  uint16 its bytes, uint16 the table's bytes, then for each field uint16 from the table's start; 0: default
 *   offset  uint32 forwards, from its position
 *   vector  uint32 length, then the elements
 *   string  a vector of bytes, and a zero
 *   file    offset of the root table, four letters for its kind
 *
 * Source: flatbuffers.dev, "Internals". Nothing is trusted: every read is inside the file, and the vectors read have no
 * more elements in total than a file of that size can hold.
 */
import { FormatError } from "../../tensor/errors.ts";

/** A file, and how many elements of vectors may still be read. */
interface FlatFile {
  readonly name: string;
  readonly view: DataView;
  left: number;
}

/** A table, and the fields on the way to it, for errors: "model.tflite: subgraphs[0].tensors". */
export interface Table {
  readonly file: FlatFile;
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
  readonly vtable: number;
  readonly vtableBytes: number;
}

/** Parts of a file may be shared, so the limit on elements is above the file's size: four times that, plus this. */
const SHARED = 2 ** 20;
/** Maximum bytes of a string. */
const MAX_STRING = 2 ** 20;

/** @throws FormatError unless there is a root table */
export function rootTable(name: string, bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const file = { name, view, left: 4 * bytes.length + SHARED };
  return tableAt(file, name, target(file, name, 0));
}

function fail(path: string, what: string, at: number): never {
  throw new FormatError(`${path}: ${what} at byte ${at}, not a FlatBuffers table`);
}

function checkInside({ view }: FlatFile, path: string, at: number, bytes: number): void {
  if (at < 0 || at + bytes > view.byteLength) fail(path, `needs ${bytes} bytes beyond the end`, at);
}

/** Follows an offset. */
function target(file: FlatFile, path: string, at: number): number {
  checkInside(file, path, at, 4);
  const to = at + file.view.getUint32(at, true);
  if (to === at || to >= file.view.byteLength) fail(path, "has an offset that leads nowhere", at);
  return to;
}

function tableAt(file: FlatFile, path: string, at: number): Table {
  checkInside(file, path, at, 4);
  const vtable = at - file.view.getInt32(at, true);
  checkInside(file, path, vtable, 4);
  const [vtableBytes, bytes] = [file.view.getUint16(vtable, true), file.view.getUint16(vtable + 2, true)];
  if (vtableBytes < 4 || vtableBytes % 2 !== 0) fail(path, `has a vtable of ${vtableBytes} bytes`, vtable);
  if (bytes < 4) fail(path, `has a table of ${bytes} bytes`, vtable);
  checkInside(file, path, vtable, vtableBytes);
  checkInside(file, path, at, bytes);
  return { file, path, at, bytes, vtable, vtableBytes };
}

/** The position of a field; null if it has its default. */
function fieldAt(table: Table, id: number, bytes: number): number | null {
  const slot = 4 + 2 * id;
  if (slot >= table.vtableBytes) return null;
  const offset = table.file.view.getUint16(table.vtable + slot, true);
  if (offset === 0) return null;
  if (offset < 4 || offset + bytes > table.bytes) fail(table.path, `has field ${id} outside of itself`, table.at);
  return table.at + offset;
}

type Reader = (view: DataView, at: number) => number;

/** Reads a number from a table. @param byDefault value of an absent field; default 0 */
type NumberField = (table: Table, id: number, byDefault?: number) => number;
/** Reads a vector of numbers; null if it is absent. */
type NumbersField = (table: Table, id: number) => readonly number[] | null;

function scalar(bytes: number, read: Reader): NumberField {
  return (table, id, byDefault = 0) => {
    const at = fieldAt(table, id, bytes);
    return at === null ? byDefault : read(table.file.view, at);
  };
}

const readInt32: Reader = (view, at) => view.getInt32(at, true);
const readFloat32: Reader = (view, at) => view.getFloat32(at, true);
const readInt64: Reader = (view, at) => Number(view.getBigInt64(at, true));

export const int8: NumberField = scalar(1, (view, at) => view.getInt8(at));
export const uint8: NumberField = scalar(1, (view, at) => view.getUint8(at));
export const int32: NumberField = scalar(4, readInt32);
export const uint32: NumberField = scalar(4, (view, at) => view.getUint32(at, true));
export const uint64: NumberField = scalar(8, (view, at) => Number(view.getBigUint64(at, true)));
export const float32: NumberField = scalar(4, readFloat32);

export function bool(table: Table, id: number): boolean {
  return uint8(table, id) !== 0;
}

/** The path of a field, for errors. */
function pathOf({ path, file }: Table, name: string): string {
  return `${path}${path === file.name ? ": " : "."}${name}`;
}

/** The table that a field points to. @param name of the field, for errors */
export function table(own: Table, id: number, name: string): Table | null {
  const at = fieldAt(own, id, 4);
  const path = pathOf(own, name);
  return at === null ? null : tableAt(own.file, path, target(own.file, path, at));
}

/** The start and the length of a vector. */
function vector(own: Table, id: number, bytes: number): readonly [at: number, length: number] | null {
  const field = fieldAt(own, id, 4);
  if (field === null) return null;
  const { file, path } = own;
  const at = target(file, path, field);
  checkInside(file, path, at, 4);
  const length = file.view.getUint32(at, true);
  checkInside(file, path, at + 4, length * bytes);
  return [at + 4, length];
}

function spend(own: Table, elements: number): void {
  own.file.left -= elements;
  if (own.file.left < 0) fail(own.path, "has more parts than its size allows", own.at);
}

function numbers(bytes: number, read: Reader): NumbersField {
  return (own, id) => {
    const found = vector(own, id, bytes);
    if (found === null) return null;
    const [at, length] = found;
    spend(own, length);
    return Array.from({ length }, (_, i) => read(own.file.view, at + i * bytes));
  };
}

export const int32s: NumbersField = numbers(4, readInt32);
export const float32s: NumbersField = numbers(4, readFloat32);
export const int64s: NumbersField = numbers(8, readInt64);

/** A vector of tables; empty if it is absent. @param name of the field, for errors */
export function tables(own: Table, id: number, name: string): readonly Table[] {
  const found = vector(own, id, 4);
  if (found === null) return [];
  const [at, length] = found;
  spend(own, length);
  const { file } = own;
  const field = pathOf(own, name);
  return Array.from({ length }, (_, i) => {
    const path = `${field}[${i}]`;
    return tableAt(file, path, target(file, path, at + 4 * i));
  });
}

/** The position of a byte vector in the file; null if it is absent. */
export function byteRange(own: Table, id: number): readonly [begin: number, end: number] | null {
  const found = vector(own, id, 1);
  return found && [found[0], found[0] + found[1]];
}

/** A string; "" if it is absent. */
export function text(own: Table, id: number): string {
  const range = byteRange(own, id);
  if (range === null) return "";
  const [begin, end] = range;
  if (end - begin > MAX_STRING) fail(own.path, `has a string of ${end - begin} bytes`, begin);
  spend(own, end - begin);
  const { buffer, byteOffset } = own.file.view;
  return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + begin, end - begin));
}

/** A view of the file's bytes from `begin` up to `end`, which must be inside the file. */
export function bytesOf(own: Table, [begin, end]: readonly [number, number]): Uint8Array {
  checkInside(own.file, own.path, begin, end - begin);
  const { buffer, byteOffset } = own.file.view;
  return new Uint8Array(buffer, byteOffset + begin, end - begin);
}
