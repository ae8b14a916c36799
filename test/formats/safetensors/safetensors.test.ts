import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromBfloat, fromHalf } from "../../../src/formats/bytes/dtype.ts";
import {
  FormatError,
  loadWeights,
  openSafetensors,
  ShapeError,
  Tensor,
  tensor,
  writeSafetensors,
} from "../../../src/index.ts";
import { awkward, counting } from "../../support/tensors.ts";

/** A file from a header and data, right or wrong. */
function file(header: unknown, data: Uint8Array | number = 0, length?: bigint): Uint8Array {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  const text = new TextEncoder().encode(json);
  const body = typeof data === "number" ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}
const entry = (dtype: unknown, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("reading back what was written", () => {
  const tensors = new Map([
    ["a", counting([2, 3])],
    ["view", awkward(counting([2, 2, 2]))],
    ["scalar", tensor([7], [])],
    ["empty", Tensor.zeros([0, 4])],
    ["__proto__", tensor([1, 2])],
    ["ünï", tensor([Number.NaN, -0, Infinity])],
  ]);
  const bytes = writeSafetensors(tensors, { maker: "test" });

  test("values, shapes, metadata, in order", async () => {
    const opened = await openSafetensors(bytes);
    expect([...opened.tensors.keys()]).toEqual([...tensors.keys()]);
    expect([...opened.metadata]).toEqual([["maker", "test"]]);
    for (const [name, value] of tensors) {
      const read = await opened.read(name);
      expect(read.shape).toEqual(value.shape);
      expect(read.toFloat32Array()).toEqual(value.toFloat32Array());
    }
    await expect(opened.read("b")).rejects.toThrow(new FormatError('bytes: there is no tensor "b"'));
  });

  test("the data is aligned", () => {
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  test("what cannot be written", () => {
    expect(() => writeSafetensors(new Map([["a", [1] as never]]))).toThrow(
      new ShapeError("writeSafetensors: a is [1], needs a Tensor"),
    );
    expect(() => writeSafetensors(new Map([["__metadata__", tensor([1])]]))).toThrow(
      "writeSafetensors: the name __metadata__ is reserved",
    );
  });
});

describe("types", () => {
  test.each<[string, number[], number[]]>([
    ["F64", [...new Uint8Array(new Float64Array([1.5, -2]).buffer)], [1.5, -2]],
    ["F32", [...new Uint8Array(new Float32Array([1.5, -2]).buffer)], [1.5, -2]],
    ["F16", [0x00, 0x3e, 0x00, 0xc0], [1.5, -2]],
    ["BF16", [0xc0, 0x3f, 0x00, 0xc0], [1.5, -2]],
    ["I64", [...new Uint8Array(new BigInt64Array([3n, -4n]).buffer)], [3, -4]],
    ["U64", [...new Uint8Array(new BigUint64Array([3n, 2n ** 40n]).buffer)], [3, 2 ** 40]],
    ["I32", [...new Uint8Array(new Int32Array([3, -4]).buffer)], [3, -4]],
    ["U32", [...new Uint8Array(new Uint32Array([3, 2 ** 31]).buffer)], [3, 2 ** 31]],
    ["I16", [...new Uint8Array(new Int16Array([3, -4]).buffer)], [3, -4]],
    ["U16", [...new Uint8Array(new Uint16Array([3, 65535]).buffer)], [3, 65535]],
    ["I8", [3, 0xfc], [3, -4]],
    ["U8", [3, 0xfc], [3, 252]],
    ["BOOL", [0, 1], [0, 1]],
  ])("%s", async (dtype, data, values) => {
    const shifted = file(
      { pad: entry("U8", [1], 0, 1), a: entry(dtype, [2], 1, 1 + data.length) },
      Uint8Array.from([9, ...data]),
    );
    expect((await (await openSafetensors(shifted)).read("a")).toArray()).toEqual(values);
  });

  test("half precision: subnormal, infinity, NaN, zeros", () => {
    expect([0x0001, 0x8001, 0x7c00, 0xfc00, 0x7bff, 0x0400].map(fromHalf)).toEqual([
      2 ** -24,
      -(2 ** -24),
      Infinity,
      -Infinity,
      65504,
      2 ** -14,
    ]);
    expect([fromHalf(0x7e00), fromHalf(0x8000), fromHalf(0)]).toEqual([NaN, -0, 0]);
    expect([0x7f80, 0xff80, 0x0001].map(fromBfloat)).toEqual([Infinity, -Infinity, 2 ** -133]);
    expect(fromBfloat(0x7fc0)).toBeNaN();
  });

  test("quantised bytes come as (value - zero point) · scale", async () => {
    const scale = new Uint8Array(new Float32Array([0.5]).buffer);
    const header = {
      w: entry("U8", [3], 0, 3),
      "w.scale": entry("F32", [1], 3, 7),
      "w.zero_point": entry("I32", [1], 7, 11),
    };
    const bytes = file(header, Uint8Array.from([128, 130, 0, ...scale, 128, 0, 0, 0]));
    const weights = await loadWeights(bytes);
    expect([...weights.keys()]).toEqual(["w"]);
    expect(weights.get("w")?.toArray()).toEqual([0, 1, -64]);
    const signed = file(
      { w: entry("I8", [1], 0, 1), "w.scale": entry("F32", [1], 1, 5) },
      Uint8Array.from([0xff, ...scale]),
    );
    expect((await loadWeights(signed)).get("w")?.toArray()).toEqual([-0.5]);
    const wide = file({ w: entry("U8", [1], 0, 1), "w.scale": entry("U8", [2], 1, 3) }, 3);
    await expect(loadWeights(wide)).rejects.toThrow(new FormatError("bytes: w.scale has 2 elements, needs 1"));
    const floats = file({ w: entry("F32", [1], 0, 4), "w.scale": entry("F32", [1], 4, 8) }, 8);
    expect([...(await loadWeights(floats)).keys()]).toEqual(["w", "w.scale"]);
  });
});

describe("a lying file is refused", () => {
  const a = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = "F32") => ({
    a: entry(dtype, shape, begin, end),
  });
  test.each<[string, Uint8Array, string]>([
    ["shorter than its length", new Uint8Array(7), "7 bytes, a safetensors file has at least 8"],
    ["header beyond the file", file({}, 0, 3n), "header claims 3 bytes, the file has 2 behind its length"],
    [
      "header of 2^53",
      file({}, 0, 2n ** 53n),
      "header claims 9007199254740992 bytes, needs at most 100000000: not a safetensors file, or damaged",
    ],
    [
      "header of 2^64 - 1",
      file({}, 0, 2n ** 64n - 1n),
      "header claims 18446744073709551615 bytes, needs at most 100000000: not a safetensors file, or damaged",
    ],
    ["no header", file("", 4), 'header does not start with "{", not a safetensors file'],
    ["an array", file("[]"), 'header does not start with "{", not a safetensors file'],
    ["white space first", file(" {}"), 'header does not start with "{", not a safetensors file'],
    ["bad UTF-8", file({}, Uint8Array.from([0xff]), 3n), "header is not valid UTF-8"],
    [
      "a name twice",
      file(
        '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061" \n\t :{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
      'header names "a" twice',
    ],
    ["metadata that is no object", file({ __metadata__: [1] }), "__metadata__ is [1], needs an object of strings"],
    ["metadata that is no string", file({ __metadata__: { a: 1 } }), "__metadata__.a is 1, needs a string"],
    ["an entry that is no object", file({ a: 3 }), 'tensor "a" is 3, needs an object'],
    ["an entry that is null", file({ a: null }), 'tensor "a" is null, needs an object'],
    [
      "an unknown type",
      file(a([1], 0, 4, "F8_E4M3"), 4),
      'tensor "a" has dtype "F8_E4M3", needs one of F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL',
    ],
    [
      "a type that is a number",
      file(a([1], 0, 4, 7), 4),
      'tensor "a" has dtype 7, needs one of F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL',
    ],
    ["a shape that is a number", file(a(1, 0, 4), 4), 'tensor "a" has shape 1, needs integers from 0 to 2147483647'],
    ["a negative extent", file(a([-1], 0, 4), 4), 'tensor "a" has shape [-1], needs integers from 0 to 2147483647'],
    ["a fractional extent", file(a([0.5], 0, 2), 2), 'tensor "a" has shape [0.5], needs integers from 0 to 2147483647'],
    [
      "an extent of 2^53",
      file(a([2 ** 53, 0], 0, 0)),
      'tensor "a" has shape [9007199254740992, 0], needs integers from 0 to 2147483647',
    ],
    [
      "a product that overflows",
      file(a([65536, 65536, 65536, 65536], 0, 0)),
      'tensor "a" has shape [65536, 65536, 65536, 65536], 18446744073709552000 elements, needs at most 536870912',
    ],
    [
      "offsets that are strings",
      file(a([1], "0", 4), 4),
      'tensor "a" has data_offsets ["0", 4], needs two non-negative integers',
    ],
    [
      "three offsets",
      file({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 8),
      'tensor "a" has data_offsets [0, 4, 8], needs two non-negative integers',
    ],
    [
      "no offsets",
      file({ a: { dtype: "F32", shape: [1] } }, 4),
      'tensor "a" has data_offsets undefined, needs two non-negative integers',
    ],
    ["begin behind end", file(a([1], 4, 0), 4), 'tensor "a" begins at byte 4, behind its end 0'],
    ["size that is not the shape's", file(a([2], 0, 4), 4), 'tensor "a" takes 4 bytes, its shape [2] of F32 needs 8'],
    ["beyond the file", file(a([2], 0, 8), 4), "tensors end at byte 8, the data at 4"],
    ["before the end of the file", file(a([1], 0, 4), 5), "tensors end at byte 4, the data at 5"],
    [
      "overlap",
      file({ a: entry("F32", [2], 0, 8), b: entry("F32", [1], 4, 8) }, 8),
      'tensor "b" begins at byte 4, overlaps the tensor before it, needs 8',
    ],
    [
      "a hole",
      file({ a: entry("U8", [1], 0, 1), b: entry("U8", [1], 2, 3) }, 3),
      'tensor "b" begins at byte 2, leaves a hole before it, needs 1',
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(openSafetensors(bytes)).rejects.toThrow(new FormatError(`bytes: ${message}`));
  });

  test("bad JSON", async () => {
    await expect(openSafetensors(file('{"a":'))).rejects.toThrow(/^bytes: header is not valid JSON \(/);
    await expect(openSafetensors(file(`{${"[".repeat(100_000)}`))).rejects.toThrow(FormatError);
  });

  test("long metadata is legal", async () => {
    const long = 'x\\"{'.repeat(2_000_000);
    expect((await openSafetensors(file({ __metadata__: { long } }))).metadata.get("long")).toBe(long);
  });

  test("no tensors at all is legal", async () => {
    expect((await openSafetensors(file({}))).tensors.size).toBe(0);
  });
});

describe("sources", () => {
  const tensors = new Map([
    ["layer/kernel", counting([1, 1, 2, 3])],
    ["b", counting([4])],
  ]);
  const bytes = writeSafetensors(tensors);
  const folder = mkdtempSync(join(tmpdir(), "separable-"));
  const path = join(folder, "weights.safetensors");
  writeFileSync(path, bytes);
  let server: Server;
  let base = "";
  const asked: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.range);
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
      if (request.url === "/missing") response.writeHead(404).end();
      else if (request.url === "/ranges" && from !== undefined) {
        response
          .writeHead(206, { "content-range": `bytes ${from}-${to}/${bytes.length}` })
          .end(bytes.subarray(Number(from), Number(to) + 1));
      } else if (request.url === "/short") {
        response.writeHead(206, { "content-range": `bytes 0-7/${bytes.length}` }).end(bytes.subarray(0, 3));
      } else response.writeHead(200).end(bytes);
    }).listen(0);
    base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const copy = bytes.slice().buffer;
  test.each<[string, () => Parameters<typeof loadWeights>[0]]>([
    ["a path", () => path],
    ["a file URL", () => pathToFileURL(path)],
    ["an ArrayBuffer", () => copy],
    ["a Uint8Array in the middle of a buffer", () => new Uint8Array([...new Uint8Array(3), ...bytes]).subarray(3)],
    ["a Blob", () => new Blob([new Uint8Array(copy)])],
    ["a File", () => new File([new Uint8Array(copy)], "weights.safetensors")],
    ["a URL with ranges", () => new URL(`${base}/ranges`)],
    ["a URL without", () => `${base}/whole`],
  ])("%s", async (_, source) => {
    const weights = await loadWeights(source());
    expect([...weights.keys()]).toEqual(["layer/filter", "b"]);
    expect(weights.get("b")?.toArray()).toEqual([0, 1, 2, 3]);
  });

  test("a file is read lazily: only the header, then only the tensor asked for", async () => {
    asked.length = 0;
    const opened = await openSafetensors(new URL(`${base}/ranges`));
    const before = asked.length;
    const { begin, end } = opened.tensors.get("b") ?? { begin: 0, end: 0 };
    expect((await opened.read("b")).size).toBe(4);
    const start = bytes.length - end;
    expect(asked.slice(before)).toEqual([`bytes=${start + begin}-${start + end - 1}`]);
  });

  test.each<[string, () => unknown, RegExp]>([
    ["a missing file", () => join(folder, "none"), /none: cannot be read \(ENOENT/],
    ["a folder with a model", () => folder, /: a folder, needs the file in it: .*\.safetensors$/],
    ["a folder without", () => mkdtempSync(join(folder, "empty-")), /: a folder, not a file$/],
    ["a missing page", () => `${base}/missing`, /answered 404 Not Found$/],
    ["a server that is not there", () => "http://127.0.0.1:9/x", /cannot be fetched \(/],
    ["a server that sends too little", () => `${base}/short`, /sent 3 bytes, needs 64$/],
    ["something else", () => 5, /^loadWeights: source is 5, needs a path, URL, Blob, ArrayBuffer or Uint8Array$/],
  ])("%s is a FormatError", async (_, source, message) => {
    const error = await loadWeights(source() as string).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });
});
