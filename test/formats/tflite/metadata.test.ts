import { describe, expect, test } from "vitest";
import { floatBytes } from "../../../src/formats/bytes/dtype.ts";
import {
  type FlatField,
  type FlatTable,
  i8,
  table,
  tables,
  text,
  writeFlatBuffers,
} from "../../../src/formats/bytes/flatbuffersWriter.ts";
import { writeZip } from "../../../src/formats/bytes/zipWriter.ts";
import { loadModel } from "../../../src/index.ts";
import { type TensorSpec, tfliteFile } from "../../support/tfliteFile.ts";

const floats = (list: readonly number[]): FlatField => {
  return { kind: "bytes", bytes: floatBytes(Float32Array.from(list)), align: 4, count: list.length };
};

/** TensorFlow's own metadata: how pixels are normalised, and a file of labels. */
function official(mean: readonly number[], std: readonly number[], labels?: string): Uint8Array {
  const normalization: FlatTable = [i8(1), table([floats(mean), floats(std)])];
  const input: FlatTable = [null, null, null, null, tables([normalization])];
  const file: FlatTable = [text(labels ?? ""), null, i8(2)];
  const output: FlatTable = [null, null, null, null, null, null, labels === undefined ? null : tables([file])];
  const subgraph: FlatTable = [null, null, tables([input]), tables([output])];
  return writeFlatBuffers([null, null, null, tables([subgraph])], "M001");
}

/** A network of two classes. */
function fileWith(metadata: Readonly<Record<string, Uint8Array>>, input: Partial<TensorSpec> = {}): Uint8Array {
  const tensors = [
    { name: "x", shape: [1, 2], ...input },
    { name: "k", shape: [2], data: [1, 1] },
    { name: "y", shape: [1, 2] },
  ];
  return tfliteFile(
    { tensors, operators: [{ op: "ADD", inputs: [0, 1], outputs: [2] }], inputs: [0], outputs: [2] },
    { metadata },
  );
}

/** Files behind a model. */
function behind(model: Uint8Array, files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).map(([name, words]) => [name, new TextEncoder().encode(words)] as const);
  return Buffer.concat([model, writeZip(new Map(entries))]);
}

const said = async (file: Uint8Array): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await loadModel(file)).metadata);

describe("TensorFlow's own metadata", () => {
  test.each([
    ["tf", [127.5], [127.5]],
    ["tf", [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]],
    ["unit", [0], [255]],
    ["byte", [128], [128]],
    ["raw", [0], [1]],
  ])("normalisation %s of mean %j and deviation %j", async (normalize, mean, std) => {
    expect(await said(fileWith({ TFLITE_METADATA: official(mean, std) }))).toEqual({ normalize });
  });

  test("a normalisation that has no name is left to the guess", async () => {
    expect(await said(fileWith({ TFLITE_METADATA: official([100], [3]) }))).toEqual({});
  });

  test("labels of the archive behind the model", async () => {
    const model = fileWith({ TFLITE_METADATA: official([0], [255], "labels.txt") });
    const file = behind(model, { "other.txt": "x", "labels.txt": "cat\r\ndog\n" });
    expect(await said(file)).toEqual({ normalize: "unit", classes: '["cat","dog"]' });
  });

  test("labels that are not as many as the classes are left out", async () => {
    const model = fileWith({ TFLITE_METADATA: official([0], [255], "labels.txt") });
    expect(await said(behind(model, { "labels.txt": "cat" }))).toEqual({ normalize: "unit" });
  });

  test.each([
    [{ "other.txt": "x" }, /its file of labels "labels.txt" is not there/],
    [null, /zip|archive/i],
  ])("behind it %j: refused", async (files, message) => {
    const model = fileWith({ TFLITE_METADATA: official([0], [255], "labels.txt") });
    await expect(loadModel(files === null ? model : behind(model, files))).rejects.toThrow(message);
  });
});

describe("an input of bytes says how pixels become its numbers", () => {
  test.each([
    ["uint8 of 2018: [-1, 1)", "U8", 1 / 128, 128, "byte"],
    ["uint8: [-1, 1]", "U8", 1 / 127.5, 127, "tf"],
    ["int8: [0, 1]", "I8", 1 / 255, -128, "unit"],
    ["int8: [-1, 1]", "I8", 1 / 127.5, -1, "tf"],
    ["int8: levels", "I8", 1, -128, "raw"],
  ])("%s", async (_, type, scale, zeroPoint, normalize) => {
    const input = { type, quantization: { scales: [scale], zeroPoints: [zeroPoint] } };
    expect(await said(fileWith({}, input))).toEqual({ normalize });
  });
});
