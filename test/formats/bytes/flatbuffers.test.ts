import { describe, expect, test } from "vitest";
import {
  byteRange,
  bytesOf,
  float32,
  int8,
  int32,
  int32s,
  rootTable,
  table,
  tables,
  text,
} from "../../../src/formats/bytes/flatbuffers.ts";
import * as write from "../../../src/formats/bytes/flatbuffersWriter.ts";
import { FormatError } from "../../../src/index.ts";

const file = write.writeFlatBuffers(
  [
    write.i8(-3),
    write.i32(70_000),
    null,
    write.f32(0.5),
    write.text("grün"),
    write.int32s([1, -2, 3]),
    write.table([write.i32(7)]),
    write.tables([[write.i32(1)], [], [write.i32(3)]]),
    write.bytes(new Uint8Array([9, 8, 7]), 16),
    write.i32(4, 4),
  ],
  "TEST",
);

test("what is written is read", () => {
  const root = rootTable("f", file);
  expect(String.fromCharCode(...file.subarray(4, 8))).toBe("TEST");
  expect([int8(root, 0), int32(root, 1), int32(root, 2), float32(root, 3), text(root, 4)]).toEqual([
    -3,
    70_000,
    0,
    0.5,
    "grün",
  ]);
  expect(int32s(root, 5)).toEqual([1, -2, 3]);
  const inner = table(root, 6, "inner");
  expect(inner && int32(inner, 0)).toBe(7);
  expect(tables(root, 7, "list").map((one) => int32(one, 0, -1))).toEqual([1, -1, 3]);
  const range = byteRange(root, 8);
  expect(range && [...bytesOf(root, range)]).toEqual([9, 8, 7]);
  expect(range && range[0] % 16).toBe(0);
});

test("what is absent is its default", () => {
  const root = rootTable("f", file);
  expect(int32(root, 9, 4)).toBe(4);
  expect([int32(root, 40), text(root, 40), int32s(root, 40), table(root, 40, "x"), byteRange(root, 40)]).toEqual([
    0,
    "",
    null,
    null,
    null,
  ]);
  expect(tables(root, 40, "x")).toEqual([]);
});

test("the same data are the same bytes", () => {
  const again = () => write.writeFlatBuffers([write.i8(1), write.text("a"), write.tables([[write.f32(2)]])], "SAME");
  expect(again()).toEqual(again());
});

describe("refused, with the place", () => {
  /** A table at byte 8 whose vtable stands behind it, and something else. */
  const bytes = (...words: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(words).buffer);
  const ROOT = 8;
  // offset of the root, identifier, then the table: offset back to its vtable, one field; the vtable: 6 and 8 bytes
  const withField = (field: number, ...rest: readonly number[]): Uint8Array =>
    bytes(ROOT, 0, -8, field, (8 << 16) | 6, 4, ...rest);
  test.each<[string, Uint8Array, (file: Uint8Array) => unknown, RegExp]>([
    ["no bytes", new Uint8Array(), (f) => rootTable("f", f), /^f: needs 4 bytes beyond the end at byte 0/],
    ["a root beyond the end", bytes(400), (f) => rootTable("f", f), /^f: has an offset that leads nowhere at byte 0/],
    ["a root that is itself", bytes(0, 0), (f) => rootTable("f", f), /has an offset that leads nowhere/],
    [
      "a vtable before the file",
      bytes(8, 0, 100, 0),
      (f) => rootTable("f", f),
      /needs 4 bytes beyond the end at byte -92/,
    ],
    ["a vtable of odd size", bytes(8, 0, -4, (8 << 16) | 5), (f) => rootTable("f", f), /has a vtable of 5 bytes/],
    ["a table of no bytes", bytes(8, 0, -4, 6), (f) => rootTable("f", f), /has a table of 0 bytes/],
    [
      "a vtable that reaches beyond",
      bytes(8, 0, -4, (4 << 16) | 40),
      (f) => rootTable("f", f),
      /needs 40 bytes beyond the end/,
    ],
    [
      "a table that reaches beyond",
      bytes(8, 0, -4, (400 << 16) | 4),
      (f) => rootTable("f", f),
      /needs 400 bytes beyond the end/,
    ],
    [
      "a field outside",
      bytes(8, 0, -8, 0, (8 << 16) | 6, 90),
      (f) => int32(rootTable("f", f), 0),
      /has field 0 outside of itself/,
    ],
    [
      "a string without end",
      withField(12, 0xffff),
      (f) => text(rootTable("f", f), 0),
      /needs 65535 bytes beyond the end/,
    ],
    [
      "a vector whose size overflows",
      withField(12, -1),
      (f) => int32s(rootTable("f", f), 0),
      /needs 17179869180 bytes beyond the end/,
    ],
    [
      "tables in a circle",
      withField(12, 1, -16),
      (f) => tables(rootTable("f", f), 0, "list"),
      /list\[0\]: has an offset that leads nowhere/,
    ],
  ])("%s", (_, content, read, message) => {
    expect(() => read(content)).toThrow(message);
    expect(() => read(content)).toThrow(FormatError);
  });

  test("parts that are shared again and again", () => {
    const list = Array.from({ length: 4 }, () => write.i32(1));
    const many = write.writeFlatBuffers([write.tables([[write.int32s(list.map(() => 5))]])], "MANY");
    const root = rootTable("f", many);
    expect(() => {
      for (let i = 0; i < 2 ** 21; i++) int32s(tables(root, 0, "list")[0], 0);
    }).toThrow(/has more parts than its size allows/);
  });
});
