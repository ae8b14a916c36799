import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { writeZip } from "../../../src/formats/bytes/zipWriter.ts";
import { writeNpz } from "../../../src/formats/npz/npz.ts";
import { FormatError, readWeights } from "../../../src/index.ts";

// Written by test/oracles/npz.py.
const { archives, values } = JSON.parse(readFileSync("test/oracles/npz.json", "utf8")) as {
  archives: Record<string, string>;
  values: Record<string, { shape: number[]; data: (number | string)[] }>;
};
const bytesOf = (name: string): Uint8Array => new Uint8Array(Buffer.from(archives[name], "base64"));

test.each(Object.keys(archives))("what NumPy writes, %s: every type, either order, any rank", async (name) => {
  const { format, weights } = await readWeights(bytesOf(name));
  expect(format).toBe("npz");
  // conv1/kernel is Keras' name for a graph's conv1/filter.
  const named = new Map(Object.entries(values).map(([key, value]) => [key.replace("kernel", "filter"), value]));
  expect([...weights.keys()]).toEqual([...named.keys()]);
  for (const [key, { shape, data }] of named) {
    const expected = data.map((value) => (value === "inf" ? Number.POSITIVE_INFINITY : Math.fround(value as number)));
    expect(weights.get(key)?.shape, key).toEqual(shape);
    expect([...(weights.get(key)?.toFloat32Array() ?? [])], key).toEqual(expected);
  }
});

test("what is written here comes back", async () => {
  const data = Float32Array.from([1, -0, 2.5, Number.NaN, 1e-40, 3]);
  const { weights } = await readWeights(writeNpz(new Map([["a/b", { shape: [3, 2], data }]])));
  expect(weights.get("a/b")?.toFloat32Array()).toEqual(data);
});

describe("refused", () => {
  /** The stored archive with a change at a text's place. */
  const changed = (find: string, replace: string): Uint8Array => {
    const text = Buffer.from(bytesOf("stored")).toString("latin1");
    expect(text).toContain(find);
    expect(replace.length).toBe(find.length);
    return new Uint8Array(Buffer.from(text.replace(find, replace), "latin1"));
  };

  test.each<[string, () => Uint8Array, RegExp]>([
    ["a changed number", () => changed("\x00\x00\x00\x3e", "\x00\x00\x00\x3f"), /has the checksum/],
    ["cut off", () => bytesOf("stored").slice(0, 900), /it has no directory, not a zip archive/],
    [
      "no arrays in it",
      () => new Uint8Array(Buffer.from("504b0506".padEnd(44, "0"), "hex")),
      /a zip archive without .npy files/,
    ],
    [
      "an array of objects",
      () => writeNpzWith("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
      /a.npy: has the type "\|O", needs one of/,
    ],
    [
      "the highest byte first",
      () => writeNpzWith("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }"),
      /has the type ">f4", needs one of/,
    ],
    [
      "more numbers than bytes",
      () => writeNpzWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"),
      /has 4 bytes, 2 of <f4 needs 8/,
    ],
    [
      "an entry over another",
      () => overlapping(),
      /"a.npy" reaches to byte \d+, where byte \d+ belongs to another entry/,
    ],
    ["no dictionary", () => writeNpzWith("[1, 2]"), /has the header "\[1, 2\]", needs descr/],
  ])("%s", async (_, make, message) => {
    const error = await readWeights(make()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });
});

/** An archive whose two entries are listed at the same place. */
function overlapping(): Uint8Array {
  const one = { shape: [1], data: Float32Array.of(1) };
  const bytes = Buffer.from(
    writeNpz(
      new Map([
        ["a", one],
        ["b", one],
      ]),
    ),
  );
  const first = bytes.indexOf("PK\u0001\u0002", 0, "latin1");
  const second = bytes.indexOf("PK\u0001\u0002", first + 4, "latin1");
  bytes.writeUInt32LE(bytes.readUInt32LE(first + 42), second + 42);
  return new Uint8Array(bytes);
}

/** An archive of one array of four bytes whose header is as given; its checksum is right. */
function writeNpzWith(header: string): Uint8Array {
  const plain = writeNpz(new Map([["a", { shape: [1], data: Float32Array.of(1) }]]));
  const text = Buffer.from(plain).toString("latin1");
  const old = /\{'descr'.*\n/.exec(text)?.[0] ?? "";
  const body = Buffer.from(text.replace(old, `${header.padEnd(old.length - 1)}\n`), "latin1");
  const crc = crc32(body.subarray(35, body.indexOf("PK\u0001\u0002", 0, "latin1")));
  for (const at of [14, body.indexOf("PK\u0001\u0002", 0, "latin1") + 16]) body.writeUInt32LE(crc, at);
  return new Uint8Array(body);
}

/** By the definition, bit by bit: the polynomial of ISO 3309. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test("a PyTorch checkpoint and a pickle are told apart, and what is in them", async () => {
  const entries = { "own/data.pkl": 90, "own/data/0": 400, "own/data/1": 24, "own/version": 2 };
  const zip = (more: Readonly<Record<string, number>>) =>
    writeZip(new Map(Object.entries({ ...entries, ...more }).map(([name, size]) => [name, new Uint8Array(size)])));
  await expect(readWeights(zip({}))).rejects.toThrow(
    /a PyTorch checkpoint of 2 tensors, 424 bytes, whose names are in a Python pickle; in Python: safetensors.torch.save_file/,
  );
  await expect(readWeights(zip({ "own/code/__torch__.py": 9 }))).rejects.toThrow(/a TorchScript program of 2 tensors/);
  await expect(readWeights(Uint8Array.of(0x80, 2, 0x8a))).rejects.toThrow(/a Python pickle, needs safetensors/);
});
