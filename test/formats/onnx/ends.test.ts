/** ONNX files with several inputs and outputs: under the file's names, in the file's order. */
import { describe, expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../../../src/formats/onnx/index.ts";
import { loadModel, random, randomTensor, randomWeights, Session, type Tensor } from "../../../src/index.ts";
import { severalEnds } from "../../support/graphs.ts";
import { onnxFile, valueInfo } from "../../support/onnxFile.ts";

const runAll = async (file: Uint8Array, inputs: Readonly<Record<string, Tensor>>, output?: string) => {
  const { graph, weights } = await importOnnx(file, output === undefined ? {} : { output });
  const session = await Session.create(graph, weights, { backend: "naive" });
  const outputs = await session.runAll(inputs);
  session.dispose();
  return { graph, outputs };
};

test("what is exported is read back, all of it or one output with what it needs", async () => {
  const graph = severalEnds();
  const weights = randomWeights(graph, 1);
  const inputs = { image: randomTensor([2, 8, 6, 3], random(2)), mask: randomTensor([2, 8, 6, 1], random(3)) };
  const session = await Session.create(graph, weights, { backend: "naive" });
  const expected = await session.runAll(inputs);
  const file = exportOnnx(graph, weights);
  const { graph: read, outputs } = await runAll(file, inputs);
  expect(read.inputs).toEqual(graph.inputs);
  expect([...outputs.keys()]).toEqual(graph.outputs);
  for (const [name, value] of outputs) expect(value.toArray(), name).toEqual(expected.get(name)?.toArray());
  const { image } = inputs;
  const one = await runAll(file, { image }, "brightness");
  expect(one.graph.inputs.map(({ name }) => name)).toEqual(["image"]);
  expect([...one.outputs.keys()]).toEqual(["brightness"]);
  expect((await loadModel(file)).graph.outputs).toEqual(graph.outputs);
});

describe("names", () => {
  const x = (value: number) => randomTensor([1, 3], random(value));
  const input = { name: "x", dims: [1, 3] };

  test.each<[string, readonly { op: string; inputs: string[]; outputs: string[]; name?: string }[], string[]]>([
    [
      "numbers keep their order",
      [
        { op: "Relu", inputs: ["x"], outputs: ["9"] },
        { op: "Sigmoid", inputs: ["9"], outputs: ["10"] },
      ],
      ["10", "9"],
    ],
    [
      "a node is called as another's output",
      [
        { op: "Relu", inputs: ["x"], outputs: ["a"], name: "b" },
        { op: "Sigmoid", inputs: ["a"], outputs: ["b"], name: "a" },
      ],
      ["a", "b"],
    ],
    [
      "an output is another's copy",
      [
        { op: "Relu", inputs: ["x"], outputs: ["a"] },
        { op: "Identity", inputs: ["a"], outputs: ["b"] },
      ],
      ["b", "a"],
    ],
    [
      "an output is a copy of the input",
      [
        { op: "Identity", inputs: ["x"], outputs: ["a"] },
        { op: "Relu", inputs: ["x"], outputs: ["b"] },
      ],
      ["b", "a", "x"],
    ],
  ])("%s", async (_, nodes, output) => {
    const { outputs } = await runAll(onnxFile({ input, nodes, output }), { x: x(1) });
    expect([...outputs.keys()]).toEqual(output);
    const alone = await Promise.all(
      output.map((name) => runAll(onnxFile({ input, nodes, output: [name] }), { x: x(1) })),
    );
    expect([...outputs.values()].map((value) => value.toArray())).toEqual(
      alone.map((one) => [...one.outputs.values()][0].toArray()),
    );
  });
});

describe("several inputs", () => {
  const file = (a: readonly (number | string)[], b: readonly (number | string)[]) =>
    onnxFile({
      input: { name: "a", dims: a },
      more: valueInfo(11, "b", b),
      nodes: [{ op: "Add", inputs: ["a", "b"] }],
    });

  test("open sizes are given by name", async () => {
    const open = file(["n", "c"], [1, 3]);
    await expect(importOnnx(open)).rejects.toThrow('the input "a" is n×c, needs a size for "c"');
    await expect(importOnnx(open, { shape: [1, 3] })).rejects.toThrow('shape is 1×3, needs one for each of "a", "b"');
    await expect(importOnnx(open, { shape: { c: [1, 3] } })).rejects.toThrow('there is no input "c" to give a shape');
    const { graph } = await importOnnx(open, { shape: { a: [1, 3] } });
    expect(graph.inputs).toEqual([
      { name: "a", shape: [1, 3] },
      { name: "b", shape: [1, 3] },
    ]);
  });

  test("batches of different sizes are refused", async () => {
    await expect(importOnnx(file([2, 3], [4, 3]))).rejects.toThrow(
      'different batch sizes, "a" 2, "b" 4; needs one size',
    );
  });
});
