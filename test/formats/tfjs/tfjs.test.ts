import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { FormatError, loadWeights, readWeights, type WeightsSource } from "../../../src/index.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const floats = Float32Array.from([1, 2, 3, 4, 5, 6]);
const bytes = new Uint8Array(floats.buffer);
const json = (manifest: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ format: "graph-model", weightsManifest: manifest }));
const kernel = { name: "conv1/kernel", shape: [3, 2], dtype: "float32" };
const shards = (...parts: readonly Uint8Array[]): Map<string, WeightsSource> =>
  new Map(parts.map((part, i) => [`shard${i + 1}.bin`, part]));
const read = async (manifest: unknown, files: ReadonlyMap<string, WeightsSource>) =>
  (await readWeights(json(manifest), { shards: files })).weights;

describe("where the bytes lie", () => {
  const { folder } = tempFolder();
  beforeAll(() => {
    writeFileSync(join(folder, "model.json"), json([{ paths: ["a.bin", "b.bin"], weights: [kernel] }]));
    writeFileSync(join(folder, "a.bin"), bytes.subarray(0, 10));
    writeFileSync(join(folder, "b.bin"), bytes.subarray(10));
  });

  test("shards beside model.json, cut in the middle of a number", async () => {
    const weights = await loadWeights(join(folder, "model.json"));
    expect([...weights.keys()]).toEqual(["conv1/filter"]);
    expect([...(weights.get("conv1/filter")?.data ?? [])]).toEqual([...floats]);
  });

  test("shards below its URL", async () => {
    const asked: string[] = [];
    const files: Record<string, Uint8Array> = {
      "/m/model.json": json([{ paths: ["x/a.bin"], weights: [kernel] }]),
      "/m/x/a.bin": bytes,
    };
    const server = createServer(({ url = "" }, response) => {
      asked.push(url);
      response.writeHead(files[url] ? 200 : 404).end(files[url]);
    }).listen(0);
    const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const weights = await loadWeights(`${base}/m/model.json`);
    server.close();
    expect(weights.get("conv1/filter")?.shape).toEqual([3, 2]);
    expect(asked).toEqual(["/m/model.json", "/m/x/a.bin"]);
  });

  test("a shard that is missing is named", async () => {
    rmSync(join(folder, "b.bin"));
    await expect(loadWeights(join(folder, "model.json"))).rejects.toThrow(
      /the shard lies in "b\.bin", which cannot be read \(ENOENT/,
    );
  });
});

test("types and quantisations", async () => {
  const half = new Uint8Array(Uint16Array.from([0x3c00, 0xc000]).buffer); // 1, -2
  const weights = await read(
    [
      {
        paths: ["shard1.bin"],
        weights: [
          { name: "u8", shape: [2], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
          {
            name: "u16",
            shape: [1],
            dtype: "float32",
            quantization: { dtype: "uint16", scale: 2, min: 1, original_dtype: "float32" },
          },
          { name: "f16", shape: [2], dtype: "float32", quantization: { dtype: "float16" } },
          { name: "i32", shape: [], dtype: "int32" },
        ],
      },
      { paths: ["shard2.bin"], weights: [{ name: "flag", shape: [2, 1], dtype: "bool" }] },
    ],
    shards(
      Uint8Array.from([
        0,
        6,
        ...new Uint8Array(Uint16Array.of(1000).buffer),
        ...half,
        ...new Uint8Array(Int32Array.of(-7).buffer),
      ]),
      Uint8Array.of(1, 0),
    ),
  );
  const numbers = Object.fromEntries([...weights].map(([name, { data, shape }]) => [name, [[...data], shape]]));
  expect(numbers).toEqual({
    u8: [[-1, 2], [2]],
    u16: [[2001], [1]],
    f16: [[1, -2], [2]],
    i32: [[-7], []],
    flag: [
      [1, 0],
      [2, 1],
    ],
  });
});

describe("refused", () => {
  const one = [{ paths: ["shard1.bin"], weights: [kernel] }];
  test.each<[string, unknown, Map<string, WeightsSource>, RegExp]>([
    [
      "a shard of the wrong size",
      one,
      shards(bytes.subarray(1)),
      /its shards have 23 bytes \(bytes 23\), the manifest needs 24$/,
    ],
    [
      "a shard of a group without weights",
      [{ paths: ["shard1.bin"], weights: [] }],
      shards(bytes),
      /its shards have 24 bytes \(bytes 24\), the manifest needs 0$/,
    ],
    ["a shard that is not given", one, new Map(), /needs the shard "shard1.bin" among the 0 given/],
    [
      "a path that leads out",
      [{ paths: ["../a.bin"], weights: [] }],
      shards(),
      /a shard is called "..\/a.bin", needs a plain path below/,
    ],
    ["an absolute path", [{ paths: ["/etc/passwd"], weights: [] }], shards(), /needs a plain path below/],
    ["a path with a scheme", [{ paths: ["file:///etc/passwd"], weights: [] }], shards(), /needs a plain path below/],
    ["a path that is none", [{ paths: [7], weights: [] }], shards(), /a shard is called 7/],
    ["no manifest", undefined, shards(), /weightsManifest is undefined, needs a list/],
    ["a group of nothing", [null], shards(), /a group of the manifest has no paths or no weights/],
    [
      "an unknown type",
      [{ ...one[0], weights: [{ ...kernel, dtype: "string" }] }],
      shards(bytes),
      /has the dtype "string", needs one of float32/,
    ],
    [
      "a scale that is none",
      [{ ...one[0], weights: [{ ...kernel, quantization: { dtype: "uint8", scale: "1", min: 0 } }] }],
      shards(bytes),
      /has the scale "1" and the minimum 0, needs numbers/,
    ],
    [
      "a shape that is none",
      [{ ...one[0], weights: [{ ...kernel, shape: [3, -2] }] }],
      shards(bytes),
      /has the shape \[3, -2\], needs integers/,
    ],
    [
      "a size beyond all memory",
      [{ ...one[0], weights: [{ ...kernel, shape: [2 ** 30, 2 ** 30] }] }],
      shards(bytes),
      /has the shape/,
    ],
    [
      "a weight without a name",
      [{ ...one[0], weights: [{ shape: [1], dtype: "float32" }] }],
      shards(bytes),
      /is called undefined/,
    ],
    [
      "a name given twice",
      [
        {
          ...one[0],
          weights: [
            { ...kernel, shape: [3] },
            { ...kernel, shape: [3] },
          ],
        },
      ],
      shards(bytes),
      /names "conv1\/kernel" twice/,
    ],
  ])("%s", async (_, manifest, files, message) => {
    const error = await read(manifest, files).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });

  test("text that is no JSON, and bytes without their shards", async () => {
    await expect(readWeights(new TextEncoder().encode("{ weights"))).rejects.toThrow(/not valid JSON/);
    await expect(readWeights(json(one))).rejects.toThrow(/needs the shard "shard1.bin" in the option shards/);
  });
});
