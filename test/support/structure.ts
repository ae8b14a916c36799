/** Files whose structure is whole and whose content is not: fields changed, left out, repeated, nested. */

import { fieldsOf, rootMessage } from "../../src/formats/bytes/protobuf.ts";
import { bytesField, type Parts, varintField } from "../../src/formats/bytes/protobufWriter.ts";
import type { Random } from "../../src/index.ts";
import { whole } from "./onnxFile.ts";

/** Values that readers barrier where another one belongs. */
export const GARBAGE: readonly unknown[] = [
  0,
  1,
  -1,
  2,
  7,
  0.5,
  1e9,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 40),
  1e308,
  null,
  true,
  "",
  "zzz",
  "input",
  "F32",
  "float32",
  "..",
  "\u202e",
  [],
  [[]],
  [0],
  [1, 2, 3],
  {},
  { shape: [1] },
  "__proto__",
];

const pick = <T>(source: Random, items: readonly T[]): T => items[source.integer(items.length)];

/** Plain data with one to three changes anywhere in it. */
export function changedJson(source: Random, original: unknown): unknown {
  const copy: unknown = structuredClone(original);
  for (let edits = 1 + source.integer(3); edits > 0; edits--) changeOne(source, copy);
  return copy;
}

function changeOne(source: Random, root: unknown): void {
  let position = root as Record<string, unknown>;
  for (let depth = 0; depth < 12; depth++) {
    const keys = Object.keys(position);
    if (keys.length === 0) return;
    const key = pick(source, keys);
    const inner = position[key];
    const goesOn = typeof inner === "object" && inner !== null && source.integer(5) > 0;
    if (goesOn) {
      position = inner as Record<string, unknown>;
      continue;
    }
    switch (source.integer(6)) {
      case 0:
        if (Array.isArray(position)) position.splice(Number(key), 1);
        else delete position[key];
        return;
      case 1:
        position[key] = [inner];
        return;
      case 2:
        if (Array.isArray(position)) position.push(...Array(1 + source.integer(50)).fill(inner));
        else position[`${key}_2`] = inner;
        return;
      case 3:
        position[key] = nestedIn(inner, source.integer(2) === 0 ? 5000 : 3);
        return;
      default:
        position[key] = structuredClone(pick(source, GARBAGE));
        return;
    }
  }
}

function nestedIn(value: unknown, depth: number): unknown {
  let nested = value;
  for (let i = 0; i < depth; i++) nested = [nested];
  return nested;
}

/** Deeply nested data has no JSON.stringify of its own: the stack ends first. */
export function jsonOf(value: unknown): string {
  if (Array.isArray(value)) {
    let [depth, inner]: [number, unknown] = [0, value];
    while (Array.isArray(inner) && inner.length === 1) [depth, inner] = [depth + 1, inner[0]];
    if (depth > 100) return "[".repeat(depth) + jsonOf(inner) + "]".repeat(depth);
    return `[${value.map(jsonOf).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${jsonOf(inner)}`)
    .join(",")}}`;
}

/** A protobuf message with one field changed, left out, repeated or put somewhere else, at any depth. */
export function changedMessage(source: Random, bytes: Uint8Array, depth = 0): Parts {
  const fields = [...fieldsOf(rootMessage("test", bytes))];
  if (fields.length === 0) return [bytes];
  const chosen = source.integer(fields.length);
  return fields.flatMap(({ number, value }, i): Parts => {
    const plain =
      value.kind === "varint"
        ? varintField(number, value.value)
        : value.kind === "bytes"
          ? bytesField(number, [value.bytes])
          : [fixed(number, value.bytes)];
    if (i !== chosen) return plain;
    if (value.kind === "bytes" && depth < 6 && source.integer(4) > 0 && isMessage(value.bytes)) {
      return bytesField(number, changedMessage(source, value.bytes, depth + 1));
    }
    switch (source.integer(7)) {
      case 0:
        return [];
      case 1:
        return Array(1 + source.integer(3))
          .fill(plain)
          .flat();
      case 2:
        return Array(200).fill(plain).flat();
      case 3:
        return varintField(number, BigInt(Math.trunc(pick(source, [0, 1, 7, 16, 2 ** 31, 2 ** 53, 2 ** 62]))));
      case 4:
        return bytesField(number, [new Uint8Array(source.integer(40)).fill(source.integer(256))]);
      case 5: {
        let inner: Parts = plain;
        for (let d = 0; d < 70; d++) inner = bytesField(number, inner);
        return inner;
      }
      default:
        return value.kind === "varint"
          ? varintField(1 + source.integer(15), value.value)
          : bytesField(1 + source.integer(15), [whole(plain)]);
    }
  });
}

function fixed(number: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([number * 8 + (bytes.length === 4 ? 5 : 1), ...bytes]);
}

function isMessage(bytes: Uint8Array): boolean {
  try {
    return [...fieldsOf(rootMessage("test", bytes))].length > 0;
  } catch {
    return false;
  }
}

/** A zip archive with one to three of the numbers in its records changed. */
export function changedZip(source: Random, original: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(original);
  const view = new DataView(bytes.buffer);
  const records: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] < 9 && bytes[at + 3] < 9) records.push(at);
  }
  for (let edits = 1 + source.integer(3); edits > 0; edits--) {
    const at = pick(source, records) + 4 + 2 * source.integer(21);
    const value = pick(source, [0, 1, 8, 9, 22, 46, 255, 65535, bytes.length, bytes.length - 1, 2 ** 31, 2 ** 32 - 1]);
    if (at + 4 > bytes.length) continue;
    if (source.integer(2) === 0) view.setUint16(at, value % 65536, true);
    else view.setUint32(at, value, true);
  }
  return bytes;
}

/**
 * A file of offsets and lengths, FlatBuffers, with one to three of them changed: they lead nowhere, backwards, in
 * circles, beyond the end, or to another table; vectors and vtables are longer or shorter than they are.
 */
export function changedWords(source: Random, original: Uint8Array): Uint8Array {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  for (let edits = 1 + source.integer(3); edits > 0; edits--) {
    if (source.integer(2) === 0) {
      const at = 4 * source.integer(bytes.length >> 2);
      const now = view.getUint32(at, true);
      const other = 4 * source.integer(bytes.length >> 2);
      const words = [
        0,
        1,
        4,
        now + 1,
        now - 4,
        now * 2,
        bytes.length,
        2 ** 31,
        2 ** 32 - 1,
        other - at,
        source.integer(64),
      ];
      view.setUint32(at, pick(source, words) >>> 0, true);
    } else {
      const at = 2 * source.integer(bytes.length >> 1);
      const now = view.getUint16(at, true);
      view.setUint16(at, pick(source, [0, 1, 2, 4, now + 2, now - 2, 0x7fff, 0xffff, source.integer(64)]), true);
    }
  }
  return bytes;
}
