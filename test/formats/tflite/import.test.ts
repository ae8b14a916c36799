import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { i8 } from "../../../src/formats/bytes/flatbuffersWriter.ts";
import { FormatError, type LoadOptions, loadModel, Session, ShapeError, tensor } from "../../../src/index.ts";
import { type SubgraphSpec, type TensorSpec, tfliteFile, tfliteFileOf } from "../../support/tfliteFile.ts";

const warnings: string[] = [];
beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation((text) => void warnings.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  warnings.length = 0;
});

/** x [1, 2, 2, 3] plus a constant. */
function plus(constant: TensorSpec, more: Partial<SubgraphSpec> = {}): SubgraphSpec {
  return {
    tensors: [{ name: "x", shape: [1, 2, 2, 3] }, constant, { name: "y", shape: [1, 2, 2, 3] }],
    operators: [{ op: "ADD", inputs: [0, 1], outputs: [2] }],
    inputs: [0],
    outputs: [2],
    ...more,
  };
}
const ONES = { name: "k", shape: [3], data: [1, 1, 1] };

/** What a file gives of zeros. */
async function ofZeros(file: Uint8Array, options: LoadOptions = {}): Promise<readonly number[]> {
  const { graph, weights } = await loadModel(file, options);
  const session = await Session.create(graph, weights, { backend: "naive" });
  return [...(await session.run(tensor(new Float32Array(12), [1, 2, 2, 3]))).toFloat32Array()];
}

describe("constants in real numbers", () => {
  const stored: readonly (readonly [string, TensorSpec, readonly number[]])[] = [
    ["float32", { shape: [3], data: [1, 2, 3] }, [1, 2, 3]],
    ["float16", { shape: [3], type: "F16", data: new Uint8Array([0, 0x3c, 0, 0x40, 0, 0xb8]) }, [1, 2, -0.5]],
    [
      "int8, one scale",
      {
        shape: [3],
        type: "I8",
        data: new Uint8Array([1, 0xff, 128]),
        quantization: { scales: [0.5], zeroPoints: [-1] },
      },
      [1, 0, -63.5],
    ],
    [
      "uint8, a scale for each index",
      {
        shape: [3],
        type: "U8",
        data: new Uint8Array([1, 255, 128]),
        quantization: { scales: [1, 2, 3], zeroPoints: [1, 0, 128] },
      },
      [0, 510, 0],
    ],
    [
      "int4",
      { shape: [3], type: "INT4", data: new Uint8Array([0xf1, 0x08]), quantization: { scales: [2], zeroPoints: [] } },
      [2, -2, -16],
    ],
    [
      "int32, as biases have them, with the filter's axis",
      {
        shape: [3],
        type: "I32",
        data: new Uint8Array(Int32Array.of(1, 2, 3).buffer),
        quantization: { scales: [1, 2, 4], zeroPoints: [0], axis: 3 },
      },
      [1, 4, 12],
    ],
  ];
  test.each(stored)("%s", async (_, constant, expected) => {
    expect((await ofZeros(tfliteFile(plus(constant)))).slice(0, 3)).toEqual(expected);
  });

  test("along an axis inside", async () => {
    const quantization = { scales: [1, 10], zeroPoints: [0, 0], axis: 1 };
    const data = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const constant: TensorSpec = { shape: [1, 2, 2, 3], type: "I8", data, quantization };
    expect(await ofZeros(tfliteFile(plus(constant)))).toEqual([1, 2, 3, 4, 5, 6, 70, 80, 90, 100, 110, 120]);
  });

  test("a bad constant is refused only where it is read", async () => {
    const spec = plus(ONES);
    const unread: TensorSpec = { name: "unread", shape: [3], type: "F32", data: [1, 2] };
    await loadModel(tfliteFile({ ...spec, tensors: [...spec.tensors, unread] }));
  });
});

test("a network of integers is said to be read in real numbers, if it is, once", async () => {
  const spec = plus(ONES);
  const quantization = { scales: [0.5], zeroPoints: [0] };
  const integers = spec.tensors.map((one, i) => (i === 1 ? one : { ...one, type: "I8", quantization }));
  await loadModel(tfliteFile({ ...spec, tensors: integers }), { dequantize: true });
  expect(warnings).toEqual([
    expect.stringMatching(
      /computes with integers; here they are the real numbers that they stand for, and nothing is rounded/,
    ),
  ]);
});

describe("subgraphs and signatures", () => {
  const two = (by: number, name: string): SubgraphSpec => ({ ...plus({ ...ONES, data: [by, by, by] }), name });
  const bytes = tfliteFileOf({
    subgraphs: [two(1, "one"), two(2, "two")],
    signatures: [
      { key: "serve", subgraph: 0 },
      { key: "double", subgraph: 1 },
    ],
  });
  test.each([
    [undefined, 1],
    ["one", 1],
    ["two", 2],
    ["serve", 1],
    ["double", 2],
  ])("%s", async (signature, expected) => {
    expect((await ofZeros(bytes, signature === undefined ? {} : { signature }))[0]).toBe(expected);
  });

  test("a signature's names are those of inputs and outputs", async () => {
    const named = tfliteFile(plus(ONES), {
      signatures: [{ key: "serve", subgraph: 0, inputs: { image: 0 }, outputs: { scores: 2 } }],
    });
    const { graph } = await loadModel(named, { signature: "serve" });
    expect([graph.input.name, graph.outputs]).toEqual(["image", ["scores"]]);
    const plain = await loadModel(named);
    expect([plain.graph.input.name, plain.graph.outputs]).toEqual(["x", ["y"]]);
  });

  test("names that others have stay theirs", async () => {
    const named = tfliteFile(plus(ONES), {
      signatures: [{ key: "serve", subgraph: 0, inputs: { y: 0 }, outputs: { k: 2 } }],
    });
    const { graph } = await loadModel(named, { signature: "serve" });
    expect([graph.input.name, graph.outputs]).toEqual(["x", ["y"]]);
  });

  test("an unknown one is answered with those that there are", async () => {
    await expect(loadModel(bytes, { signature: "three" })).rejects.toThrow(
      'bytes: has no signature "three"; has "serve", "double", "one", "two"',
    );
    await expect(loadModel(bytes, { signature: "three" })).rejects.toThrow(ShapeError);
  });

  test.each([
    [{ key: "serve", subgraph: 7 }, /the signature "serve" has subgraph 7, there are 1/],
    [{ key: "serve", subgraph: 0, inputs: { image: 9 } }, /the signature "serve" has the tensor 9, there are 3/],
  ])("%j is refused", async (signature, message) => {
    const file = tfliteFile(plus(ONES), { signatures: [signature] });
    await expect(loadModel(file, { signature: "serve" })).rejects.toThrow(message);
  });
});

describe("sizes that the file leaves open", () => {
  const open: SubgraphSpec = {
    tensors: [{ name: "x", shape: [1, 1, 1, 3], signature: [-1, -1, -1, 3] }, ONES, { name: "y", shape: [1, 1, 1, 3] }],
    operators: [{ op: "ADD", inputs: [0, 1], outputs: [2] }],
    inputs: [0],
    outputs: [2],
  };
  test("come from the options", async () => {
    const { graph } = await loadModel(tfliteFile(open), { shape: [1, 4, 5, 3] });
    expect(graph.input.shape).toEqual([1, 4, 5, 3]);
  });

  test.each([
    [{}, /the input "x" is \?×\?×\?×3, needs a size for axis 1: give the shape/],
    [{ shape: [1, 4, 5, 2] }, /shape has 2 at axis 3, the input "x" 3/],
    [{ shape: [4, 5, 3] }, /shape is 4×5×3, the input "x" has rank 4/],
  ])("%j", async (options, message) => {
    await expect(loadModel(tfliteFile(open), options)).rejects.toThrow(message);
    await expect(loadModel(tfliteFile(open), options)).rejects.toThrow(ShapeError);
  });
});

describe("refused, with what was found and what is needed", () => {
  const quantized = (scales: number[], zeroPoints: number[], axis: number = 0, shape: number[] = [3]): TensorSpec => ({
    shape,
    type: "I8",
    data: new Uint8Array(shape.reduce((a, b) => a * b, 1)),
    quantization: { scales, zeroPoints, axis },
  });
  const one = (op: string, custom?: string): Partial<SubgraphSpec> => ({
    operators: [{ op, ...(custom ? { custom } : {}), inputs: [0, 1], outputs: [2] }],
  });
  const files: readonly (readonly [about: string, file: Uint8Array, message: RegExp])[] = [
    ["an older schema", tfliteFile(plus(ONES), { version: 2 }), /has version 2 of the schema, needs 3/],
    [
      "another identifier",
      tfliteFile(plus(ONES), { identifier: "TFL2" }),
      /a TensorFlow Lite model of an older schema/,
    ],
    ["no subgraph", tfliteFileOf({ subgraphs: [] }), /has no subgraph, needs one/],
    ["no input", tfliteFile(plus(ONES, { inputs: [] })), /has no input, needs one/],
    ["no output", tfliteFile(plus(ONES, { outputs: [] })), /has no outputs?, needs one/],
    [
      "a sparse tensor",
      tfliteFile(plus({ ...ONES, isSparse: true })),
      /the tensor "k" is sparse, needs all of its numbers/,
    ],
    [
      "no such buffer",
      tfliteFile(plus({ name: "k", shape: [3], buffer: 99 })),
      /"k": has the buffer 99, the file has 1/,
    ],
    ["a constant without numbers", tfliteFile(plus({ name: "k", shape: [3] })), /ADD "y" reads "k", which is nowhere/],
    [
      "too few numbers",
      tfliteFile(plus({ ...ONES, data: [1, 2] })),
      /the tensor "k" has 8 bytes, its shape 3 needs 12/,
    ],
    [
      "another file's numbers",
      tfliteFile(plus({ ...ONES, external: 1 })),
      /the tensor "k" lies in another file, needs its numbers in this one/,
    ],
    [
      "a variable",
      tfliteFile(plus({ ...ONES, isVariable: true })),
      /the tensor "k" is a variable, which a graph here cannot have/,
    ],
    ["strings", tfliteFile(plus({ ...ONES, type: "STRING" })), /the tensor "k" has the type STRING, needs numbers/],
    ["a tensor that is not there", tfliteFile(plus(ONES, { outputs: [3] })), /has the tensor 3, there are 3/],
    ["control flow", tfliteFile(plus(ONES, one("WHILE"))), /the operator WHILE of "y" is not supported: control flow/],
    [
      "recurrent layers",
      tfliteFile(plus(ONES, one("UNIDIRECTIONAL_SEQUENCE_LSTM"))),
      /not supported: a recurrent layer/,
    ],
    ["variables", tfliteFile(plus(ONES, one("READ_VARIABLE"))), /not supported: a variable/],
    [
      "a detector's end",
      tfliteFile(plus(ONES, one("CUSTOM", "TFLite_Detection_PostProcess"))),
      /CUSTOM TFLite_Detection_PostProcess of "y" is not supported: it chooses boxes/,
    ],
    [
      "a delegate's blob",
      tfliteFile(plus(ONES, one("CUSTOM", "edgetpu-custom-op"))),
      /not supported: a part that was compiled for the Edge TPU/,
    ],
    [
      "TensorFlow's own",
      tfliteFile(plus(ONES, one("CUSTOM", "FlexErf"))),
      /CUSTOM FlexErf of "y" is not supported: TensorFlow's own operator/,
    ],
    [
      "somebody's own",
      tfliteFile(plus(ONES, one("CUSTOM", "Mystery"))),
      /the operator CUSTOM Mystery of "y" is not supported$/,
    ],
    [
      "an activation of one bit",
      tfliteFile(
        plus(ONES, {
          operators: [{ op: "ADD", inputs: [0, 1], outputs: [2], options: { type: 11, fields: [i8(5)] } }],
        }),
      ),
      /signBit|activation/,
    ],
    [
      "scales beside zero points",
      tfliteFile(plus(quantized([1, 2, 3], [0, 0]))),
      /has 3 scales and 2 zero points, needs as many of each/,
    ],
    ["scales beside the shape", tfliteFile(plus(quantized([1, 2], [0, 0]))), /has 2 scales along axis 0 of 3/],
    [
      "an axis that is not there",
      tfliteFile(plus(quantized([1, 2], [0, 0], 4, [1, 3]))),
      /has 2 scales along axis 4 of 1×3/,
    ],
    ["a scale below zero", tfliteFile(plus(quantized([-1], [0]))), /has the scale -1, needs a number from 0 on/],
    ["a scale that is none", tfliteFile(plus(quantized([Number.NaN], [0]))), /has the scale NaN/],
    ["an extent below zero", tfliteFile(plus({ ...ONES, shape: [-3] })), /is -3, needs extents from 0/],
    [
      "metadata that are no JSON",
      tfliteFile(plus(ONES), { metadata: { separable: new Uint8Array([123]) } }),
      /its metadata is no JSON/,
    ],
    [
      "metadata that are no strings",
      tfliteFile(plus(ONES), { metadata: { separable: new TextEncoder().encode('{"a": 1}') } }),
      /its metadata "a" is no string/,
    ],
  ];
  test.each(files)("%s", async (_, file, message) => {
    await expect(loadModel(file)).rejects.toThrow(message);
    await expect(loadModel(file)).rejects.toThrow(FormatError);
  });
});
