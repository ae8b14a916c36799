import { expect, test } from "vitest";
import type { WeightsFile } from "../../src/formats/loadTypes.ts";
import {
  checkClassifier,
  endsInSoftmax,
  hasClasses,
  knownLabels,
  numberedLabels,
  preparationIn,
  preparationMetadata,
} from "../../src/image/recorded.ts";
import { FormatError, fashionNet, graphBuilder, mobilenetV2, ShapeError } from "../../src/index.ts";

const said = (classes: string) => new Map([["classes", classes]]);

test("names of classes: the file's, ImageNet's where their number fits, else numbers", () => {
  expect(knownLabels("a", said('["cat","dog"]'), 2)).toEqual(["cat", "dog"]);
  expect(knownLabels("a", new Map(), 1000)?.[281]).toMatch(/^tabby/);
  expect(knownLabels("a", new Map(), 1001)?.[282]).toMatch(/^tabby/);
  expect(knownLabels("a", new Map(), 1001)?.[0]).toBe("background");
  expect(knownLabels("a", new Map(), 2)).toBeNull();
  expect(numberedLabels(2)).toEqual(["class 0", "class 1"]);
  for (const wrong of ['["cat"]', "[1, 2]", "cat, dog", "{}"]) {
    expect(() => knownLabels("a", said(wrong), 2), wrong).toThrow(FormatError);
  }
});

const file: WeightsFile = {
  source: "bytes",
  format: "safetensors",
  naming: "separable",
  preset: "keras",
  weights: new Map(),
  graph: null,
  metadata: new Map(),
  resolution: null,
  names: new Map(),
};

test("what images become is read as it was written", () => {
  const graph = mobilenetV2();
  const own = preparationIn("a", file, graph);
  const other = { ...own, fit: "squash", normalization: "unit" } as const;
  const written = new Map(Object.entries(preparationMetadata(other)));
  expect(preparationIn("a", { ...file, metadata: written }, graph)).toEqual(other);
  expect(() => preparationIn("a", { ...file, metadata: new Map([["fit", "round"]]) }, graph)).toThrow(
    /^a: its fit is "round", needs one of square/,
  );
  for (const fraction of ["abc", "95", "0", ""]) {
    expect(() => preparationIn("a", { ...file, metadata: new Map([["fraction", fraction]]) }, graph), fraction).toThrow(
      `a: its fraction is ${JSON.stringify(fraction)}, needs a number above 0, at most 1`,
    );
  }
});

test("what classifies takes images and gives one row; whether it ends in softmax, behind a reshape too", () => {
  checkClassifier("test", fashionNet());
  const g = graphBuilder("map", [1, 4, 4, 3]);
  expect(() => checkClassifier("test", g.build(g.input))).toThrow(ShapeError);
  const two = graphBuilder("two", [1, 4, 4, 2]);
  expect(() => checkClassifier("test", two.build(two.globalAveragePool2d(two.input)))).toThrow(
    "test: the weights take 2 channels",
  );
  expect(endsInSoftmax(fashionNet())).toBe(false);
  const soft = graphBuilder("soft", [1, 4, 4, 3]);
  const scores = soft.softmax(soft.globalAveragePool2d(soft.input));
  expect(endsInSoftmax(soft.build(scores))).toBe(true);
  expect(endsInSoftmax(soft.build(soft.reshape(scores, [1, 3, 1])))).toBe(true);
});

test("outputs are taken for classes, unless their number or a word of their name says otherwise", () => {
  const g = graphBuilder("few", [1, 4, 4, 3]);
  const scores = g.globalAveragePool2d(g.input);
  const judged = (output: string): string => {
    const graph = g.build({ [output]: scores });
    return hasClasses(graph, { ...file, format: "onnx", graph });
  };
  for (const name of [
    "block5/out",
    "transpose_1",
    "pointwise_out",
    "checkpoint/logits",
    "/features/18/Gemm_output_0",
  ]) {
    expect(judged(name), name).toBe("guess");
  }
  for (const name of ["landmarks", "head/boxes_1", "facePoints", "loc"]) {
    expect(judged(name), name).toBe("no");
  }
});
