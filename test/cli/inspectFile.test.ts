/** `separable inspect FILE`: every format, in text and as JSON. */
import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { fashionNet, loadWeights, writeModel } from "../../src/index.ts";
import { runHere as run } from "../support/cli.ts";
import { kerasFile } from "../support/kerasFiles.ts";
import { tempFolder } from "../support/tempFolder.ts";
import { chain, tfjsFile } from "../support/tfjsFile.ts";
import { tfliteFile } from "../support/tfliteFile.ts";

const { at } = tempFolder();
const FORMATS = ["safetensors", "tflite", "onnx", "npz", "graph"] as const;

beforeAll(async () => {
  const graph = fashionNet();
  const weights = await loadWeights("fashion");
  for (const format of FORMATS) {
    const file = format === "graph" ? "net.json" : `net.${format}`;
    const holds = format === "npz" || format === "graph" ? {} : { licence: "mine" };
    writeFileSync(at(file), await writeModel(graph, weights, format, holds));
  }
  for (const [name, bytes] of await writeModel(graph, weights, "tfjs", { licence: "mine" }))
    writeFileSync(at(name), bytes);
  writeFileSync(at("whole.keras"), kerasFile("whole.keras"));
  writeFileSync(at("whole.h5"), kerasFile("whole.h5"));
  writeFileSync(at("only.weights.h5"), kerasFile("only.weights.h5"));
  const odd = tfjsFile(chain([4], ["Dense", { units: 2 }], ["Lambda", {}], ["Mystery", {}]));
  writeFileSync(at("odd.json"), odd.json);
  const nodes = ["If", "Relu", "Mystery"].map((op, i) => ({ name: `n${i}`, op, input: [i === 0 ? "x" : `n${i - 1}`] }));
  const dim = [{ size: "-1" }, { size: "4" }];
  const x = { name: "x", op: "Placeholder", attr: { shape: { shape: { dim } } } };
  writeFileSync(at("graph-model.json"), tfjsFile({ node: [x, ...nodes] }).json);
  const tensors = ["x", "y", "z"].map((name) => ({ name, shape: [1, 2] }));
  const operators = [
    { op: "WHILE", inputs: [0], outputs: [1] },
    { op: "CUSTOM", custom: "Mystery", inputs: [1], outputs: [2] },
  ];
  writeFileSync(at("odd.tflite"), tfliteFile({ tensors, operators, inputs: [0], outputs: [2] }));
});

describe("what is in a file", () => {
  test.each([
    ["net.safetensors", /safetensors, 3\d\d KiB/, /77 tensors of 84,554 numbers/],
    ["net.tflite", /TensorFlow Lite, schema 3, 32\d KiB, written by separable/, /DEPTHWISE_CONV_2D +7\n/],
    ["net.onnx", /ONNX, opset 14, 3\d\d KiB, written by separable/, /Relu +15\n/],
    ["model.json", /TensorFlow\.js, layers-model, [\d.]+ KiB, written by separable/, /DepthwiseConv2D +7\n/],
    ["net.npz", /NumPy's .npz, 3\d\d KiB/, /numbers/],
    ["net.json", /a graph as JSON, [\d.]+ KiB/, /depthwiseConv2d +7\n/],
  ])("%s", async (file, title, line) => {
    const { code, out, err } = await run("inspect", at(file));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(title);
    expect(out).toMatch(line);
    if (!/npz|json/.test(file)) expect(out).toMatch(/metadata\n(.*\n)*? {2}licence {2}mine/);
  });

  test("as JSON", async () => {
    const { out } = await run("inspect", at("net.tflite"), "--json");
    expect(JSON.parse(out)).toMatchObject({
      source: at("net.tflite"),
      format: "tflite",
      producer: "separable",
      inputs: [{ name: "input", shape: [1, 28, 28, 1], type: "F32" }],
      outputs: [{ name: "conv_preds", shape: [1, 10], type: "F32" }],
      weights: { tensors: 34, types: { F32: 80_618, I32: 4 } },
      metadata: { licence: "mine" },
    });
  });

  test.each([
    [
      "whole.keras",
      /Keras, [\d.]+ KiB, written by Keras 3\.\d+\.\d+/,
      /image {2}\?×6×5×3 {2}F32\n.*scores {2}\?.*Conv2D +3\n/s,
    ],
    ["whole.h5", /Keras, [\d.]+ KiB, written by Keras 3/, /SeparableConv2D +1\n/],
    ["only.weights.h5", /Keras, [\d.]+ KiB, written by Keras/, /weights\n {2}\d+ tensors/],
    [
      "odd.json",
      /TensorFlow\.js/,
      /Lambda +1 {2}not supported: a function of Python's.*Mystery +1 {2}not supported: a class of the author's/s,
    ],
    [
      "graph-model.json",
      /TensorFlow\.js/,
      /x {2}\?×4 {2}F32\n.*n2 {2}\?.*If +1 {2}not supported: control flow.*Mystery +1 {2}not supported\n/s,
    ],
  ])("%s: layers and operators, and which of them are not supported", async (file, title, lines) => {
    const { code, out, err } = await run("inspect", at(file));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(title);
    expect(out).toMatch(lines);
  });

  test("operators that are not supported are marked", async () => {
    const { code, out } = await run("inspect", at("odd.tflite"));
    expect(code).toBe(0);
    expect(out).toMatch(/WHILE +1 {2}not supported: control flow/);
    expect(out).toMatch(/CUSTOM Mystery +1 {2}not supported\n/);
  });

  test.each([
    [["inspect", "none.tflite"], 1, /none.tflite: cannot be read/],
    [["inspect", at("net.onnx"), "--precision", "fast"], 2, /--precision is for a layer, .*net.onnx is a file/],
  ])("%j is refused", async (args, expected, message) => {
    const { code, err } = await run(...args);
    expect(err).toMatch(message);
    expect(code).toBe(expected);
  });
});

describe("names of classes beside a network", () => {
  const { at: beside } = tempFolder();
  const names = Array.from({ length: 10 }, (_, i) => `kind ${i}`);
  beforeAll(async () => {
    writeFileSync(beside("net.tflite"), await writeModel(fashionNet(), await loadWeights("fashion"), "tflite"));
    writeFileSync(beside("grey.pgm"), Buffer.concat([Buffer.from("P5 28 28 255\n"), Buffer.alloc(28 * 28, 90)]));
  });
  const classify = () => run("classify", beside("grey.pgm"), "--weights", beside("net.tflite"));

  test.each([
    ["labels.txt", names.join("\n"), /kind \d/],
    ["labels.txt", `${names.map((name, i) => `${i} ${name}`).join("\r\n")}\n`, / kind \d/],
    ["labels.txt", "too\nfew", /The file does not say that its outputs are classes|class|\d/],
    ["metadata.json", JSON.stringify({ labels: names }), /kind \d/],
  ])("%s", async (file, content, line) => {
    for (const name of ["labels.txt", "metadata.json"]) writeFileSync(beside(name), "");
    writeFileSync(beside(file), content);
    const { code, out, err } = await classify();
    expect(code, err).toBe(0);
    expect(out).toMatch(line);
    if (content.startsWith("too")) expect(out).not.toMatch(/too|few/);
    else expect(`${out}${err}`).toContain(`classes of ${beside(file)}`);
  });
});
