/**
 * @file Writes FlatBuffers (flatbuffers.ts has the wire format): each table after its vtable, followed by what it
 * points to, in the order of its fields. The same data always yield the same bytes.
 */

/** A field of a table. Numbers equal to the schema's default are left out. */
export type FlatField =
  | { readonly kind: "i8" | "i32" | "f32"; readonly value: number; readonly byDefault: number }
  | { readonly kind: "table"; readonly fields: FlatTable }
  | { readonly kind: "tables"; readonly list: readonly FlatTable[] }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly align: number; readonly count: number };

/** Fields by their position in the schema; null: left out. */
export type FlatTable = readonly (FlatField | null)[];

export function i8(value: number, byDefault: number = 0): FlatField {
  return { kind: "i8", value, byDefault };
}

export function i32(value: number, byDefault: number = 0): FlatField {
  return { kind: "i32", value, byDefault };
}

export function f32(value: number, byDefault: number = 0): FlatField {
  return { kind: "f32", value, byDefault };
}

export function flag(value: boolean): FlatField {
  return i8(Number(value));
}

export function table(fields: FlatTable): FlatField {
  return { kind: "table", fields };
}

export function tables(list: readonly FlatTable[]): FlatField {
  return { kind: "tables", list };
}

export function text(word: string): FlatField {
  const bytes = new TextEncoder().encode(`${word}\0`);
  return { kind: "bytes", bytes, align: 1, count: bytes.length - 1 };
}

export function int32s(list: readonly number[]): FlatField {
  const view = new DataView(new ArrayBuffer(4 * list.length));
  list.forEach((value, i) => {
    view.setInt32(4 * i, value, true);
  });
  return { kind: "bytes", bytes: new Uint8Array(view.buffer), align: 4, count: list.length };
}

export function float32s(list: readonly number[]): FlatField {
  const view = new DataView(new ArrayBuffer(4 * list.length));
  list.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return { kind: "bytes", bytes: new Uint8Array(view.buffer), align: 4, count: list.length };
}

export function int64s(list: readonly number[]): FlatField {
  const view = new DataView(new ArrayBuffer(8 * list.length));
  list.forEach((value, i) => {
    view.setBigInt64(8 * i, BigInt(value), true);
  });
  return { kind: "bytes", bytes: new Uint8Array(view.buffer), align: 8, count: list.length };
}

/** @param align alignment of the first byte */
export function bytes(data: Uint8Array, align: number): FlatField {
  return { kind: "bytes", bytes: data, align, count: data.length };
}

const SIZES = { i8: 1, i32: 4, f32: 4, table: 4, tables: 4, bytes: 4 } as const;

/** @param identifier four letters */
export function writeFlatBuffers(root: FlatTable, identifier: string): Uint8Array {
  const file = growing();
  const at = file.reserve(8, 4);
  [...identifier].forEach((letter, i) => {
    file.view().setUint8(at + 4 + i, letter.charCodeAt(0));
  });
  pointTo(file, at, writeTable(file, root));
  return file.bytes();
}

interface Growing {
  /** Reserves zeroed bytes, the first of them aligned. @returns their offset */
  reserve(bytes: number, align: number): number;
  /** A view of everything, valid until the buffer grows again. */
  view(): DataView;
  set(at: number, bytes: Uint8Array): void;
  bytes(): Uint8Array;
}

function growing(): Growing {
  let data = new Uint8Array(1024);
  let end = 0;
  return {
    reserve: (bytes, align) => {
      const at = Math.ceil(end / align) * align;
      end = at + bytes;
      if (end > data.length) {
        const wider = new Uint8Array(Math.max(end, 2 * data.length));
        wider.set(data);
        data = wider;
      }
      return at;
    },
    view: () => new DataView(data.buffer),
    set: (at, bytes) => data.set(bytes, at),
    bytes: () => data.slice(0, end),
  };
}

function pointTo(file: Growing, from: number, to: number): void {
  file.view().setUint32(from, to - from, true);
}

function writeTable(file: Growing, fields: FlatTable): number {
  const kept = fields.map((field) => (field !== null && isWritten(field) ? field : null));
  const count = kept.findLastIndex((field) => field !== null) + 1;
  // The widest fields come first, so that each is aligned.
  const order = kept.flatMap((field, id) => (field === null ? [] : [{ field, id }]));
  order.sort((a, b) => SIZES[b.field.kind] - SIZES[a.field.kind]);
  const offsets = new Map<number, number>();
  let size = 4;
  for (const { field, id } of order) {
    offsets.set(id, size);
    size += SIZES[field.kind];
  }
  const vtableBytes = 4 + 2 * count;
  const vtable = file.reserve(vtableBytes, 2);
  const at = file.reserve(size, 4);
  const view = file.view();
  view.setUint16(vtable, vtableBytes, true);
  view.setUint16(vtable + 2, size, true);
  for (const [id, offset] of offsets) view.setUint16(vtable + 4 + 2 * id, offset, true);
  view.setInt32(at, at - vtable, true);
  for (const [id, offset] of [...offsets].sort(([a], [b]) => a - b))
    writeField(file, at + offset, kept[id] as FlatField);
  return at;
}

function isWritten(field: FlatField): boolean {
  return !("byDefault" in field) || field.value !== field.byDefault;
}

function writeField(file: Growing, at: number, field: FlatField): void {
  switch (field.kind) {
    case "i8":
      file.view().setInt8(at, field.value);
      return;
    case "i32":
      file.view().setInt32(at, field.value, true);
      return;
    case "f32":
      file.view().setFloat32(at, field.value, true);
      return;
    case "table":
      pointTo(file, at, writeTable(file, field.fields));
      return;
    case "tables": {
      const vector = file.reserve(4 + 4 * field.list.length, 4);
      file.view().setUint32(vector, field.list.length, true);
      pointTo(file, at, vector);
      field.list.forEach((fields, i) => {
        pointTo(file, vector + 4 + 4 * i, writeTable(file, fields));
      });
      return;
    }
    case "bytes": {
      // The length precedes the first element, which is the one that is aligned.
      const align = Math.max(field.align, 4);
      const first = file.reserve(4 + align + field.bytes.length, 4);
      const data = Math.ceil((first + 4) / align) * align;
      file.view().setUint32(data - 4, field.count, true);
      file.set(data, field.bytes);
      pointTo(file, at, data - 4);
    }
  }
}
