/** Small files that ask for much: refused by name, before it is given. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bytesField, varintField } from "../../src/formats/bytes/protobufWriter.ts";
import { writeZip } from "../../src/formats/bytes/zipWriter.ts";
import { writeNpy } from "../../src/formats/npz/npy.ts";
import { importOnnx } from "../../src/formats/onnx/index.ts";
import { FormatError, loadWeights, readIdx, Session, Tensor } from "../../src/index.ts";
import { onnxFile } from "../support/onnxFile.ts";

/** An IDX file of zeros, packed, whose header may say anything. */
function packedIdx(extents: readonly number[], zeros: number): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * extents.length + zeros);
  bytes.set([0, 0, 8, extents.length]);
  const view = new DataView(bytes.buffer);
  extents.forEach((extent, i) => void view.setUint32(4 + 4 * i, extent));
  return gzipSync(bytes);
}

describe("IDX, gzipped", () => {
  test("unpacks what its header says, and no more", async () => {
    expect((await readIdx(packedIdx([2, 3], 6))).shape).toEqual([2, 3]);
    await expect(readIdx(packedIdx([2, 3], 5_000_000))).rejects.toThrow(
      "unpacks to more than the 18 bytes that it says",
    );
    await expect(readIdx(packedIdx([2, 3], 5))).rejects.toThrow("5 numbers, 2×3 needs 6");
  });

  test("within a limit that can be raised", async () => {
    const file = packedIdx([1000, 1000], 1_000_000);
    await expect(readIdx(file, { maxBytes: 100_000 })).rejects.toThrow(
      /unpacks to 1000012 bytes or more, 100000 of 100000 are left \(maxBytes\)/,
    );
    expect((await readIdx(file, { maxBytes: 2_000_000 })).data.length).toBe(1_000_000);
    await expect(readIdx(packedIdx([60_000, 28, 28, 1000], 3000))).rejects.toThrow(/are left \(maxBytes\)/);
    await expect(readIdx(file, { maxBytes: 0 })).rejects.toThrow("readIdx: maxBytes is 0, needs an integer >= 1");
    await expect(readIdx(file, { max: 1 } as never)).rejects.toThrow('unknown option "max"');
  });
});

/** An archive of one deflated array. */
function deflatedNpz(name: string, array: Uint8Array): Uint8Array {
  const packed = deflateRawSync(array);
  const zip = writeZip(new Map([[name, packed]]));
  const view = new DataView(zip.buffer);
  const directory = zip.length - 22 - 46 - name.length;
  for (const [at, sizes] of [
    [0, 14],
    [directory, 16],
  ]) {
    view.setUint16(at + (at === 0 ? 8 : 10), 8, true); // deflate
    view.setUint32(at + sizes, crc32(array), true);
    view.setUint32(at + sizes + 4, packed.length, true);
    view.setUint32(at + sizes + 8, array.length, true);
  }
  return zip;
}

test(".npz: what it unpacks to is limited by the sum", async () => {
  const array = writeNpy("w", { shape: [500_000], data: new Float32Array(500_000) });
  const file = deflatedNpz("w.npy", array);
  expect(file.length).toBeLessThan(10_000);
  expect((await loadWeights(file)).get("w")?.size).toBe(500_000);
  await expect(loadWeights(file, { maxBytes: 1_000_000 })).rejects.toThrow(
    /"w\.npy" unpacks to \d+ bytes or more, 1000000 of 1000000 are left \(maxBytes\)/,
  );
});

describe("ONNX", () => {
  const refused = async (bytes: Uint8Array, message: RegExp): Promise<void> => {
    const since = performance.now();
    const error = await importOnnx(bytes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message.length).toBeLessThan(500);
    expect(performance.now() - since).toBeLessThan(2000);
  };
  const input = { name: "x", dims: [1, 3] };

  test("more nodes than a graph may have", async () => {
    const empty = bytesField(1, []).flat();
    const many = Array.from({ length: 100_001 }, () => empty).flat();
    await refused(onnxFile({ input, nodes: [], more: many }), /lists more than 100000/);
  });

  test("a chain of transposes of a large constant", async () => {
    const size = 100_000;
    const w = { name: "w0", dims: [1, size], floats: Array(size).fill(1) };
    const nodes = Array.from({ length: 400 }, (_, i) => ({
      op: "Transpose",
      inputs: [`w${i}`],
      outputs: [`w${i + 1}`],
    }));
    const use = { op: "Gemm", inputs: ["x", "w400"], outputs: ["y"] };
    await refused(
      onnxFile({ input, nodes: [...nodes, use], tensors: [w] }),
      /computes constants of more than \d+ bytes in all/,
    );
  });

  test.each([
    ["Squeeze", "axes"],
    ["Unsqueeze", "axes"],
    ["Transpose", "perm"],
  ])("%s with 100,000 %s", async (op, name) => {
    const axes = Array.from({ length: 100_000 }, (_, i) => i);
    const file = onnxFile({ opset: 11, input, nodes: [{ op, inputs: ["x"], ints: { [name]: axes } }] });
    await refused(file, /has 100000 axes, needs at most 32/);
  });

  test("dims without end, of an input and of a tensor", async () => {
    await refused(onnxFile({ input: { name: "x", dims: Array(1000).fill(1) }, nodes: [] }), /has more than 32 dims/);
    const tensor = { name: "w", dims: Array(1000).fill(1), floats: [1] };
    await refused(onnxFile({ input, nodes: [], tensors: [tensor] }), /has more than 32 dims/);
  });

  test("a million packed integers take eight bytes each", async () => {
    const packed = bytesField(7, [new Uint8Array(1_000_000).fill(1)]);
    const tensor = bytesField(5, [...varintField(1, 1_000_000), ...varintField(2, 7), ...packed]);
    const file = onnxFile({ input, nodes: [], more: tensor });
    const before = process.memoryUsage().heapUsed;
    await refused(file, /no node computes the output/);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(30 * 2 ** 20); // the numbers lie beside the heap
  });

  test("20,000 ReLUs in a row are a network like any other", { timeout: 20_000 }, async () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => ({
      op: "Relu",
      inputs: [i === 0 ? "x" : `v${i}`],
      outputs: [`v${i + 1}`],
    }));
    const { graph, weights } = await importOnnx(onnxFile({ input, output: "v20000", nodes }));
    const session = await Session.create(graph, weights, { backend: "simd" });
    expect((await session.run(new Tensor(Float32Array.of(-1, 0, 2), [1, 3]))).toArray()).toEqual([[0, 0, 2]]);
    session.dispose();
  });
});
