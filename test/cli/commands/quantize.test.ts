/** separable quantize: what it writes, prints, and refuses. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  fashionNet,
  graphBuilder,
  loadModel,
  loadWeights,
  randomWeights,
  type Weight,
  writeModel,
  writeSafetensors,
} from "../../../src/index.ts";
import { runHere as run } from "../../support/cli.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { at } = tempFolder();

beforeAll(async () => {
  writeFileSync(
    at("fashion.safetensors"),
    writeSafetensors(await loadWeights("fashion"), { model: fashionNet().name }),
  );
  const g = graphBuilder("small", [1, 12, 12, 3]);
  const graph = g.build(
    g.dense(g.reshape(g.maxPool2d(g.conv2d(g.input, { outputs: 4, strides: 2 })), [1, 4]), { outputs: 2 }),
  );
  writeFileSync(at("small.onnx"), await writeModel(graph, randomWeights(graph, 1), "onnx"));
  mkdirSync(at("pictures"));
  mkdirSync(at("empty"));
  for (const name of ["a", "b"]) {
    const pixels = Buffer.from(Array.from({ length: 20 * 16 * 3 }, (_, i) => (i * 37 + name.charCodeAt(0)) % 256));
    writeFileSync(at(`pictures/${name}.ppm`), Buffer.concat([Buffer.from("P6\n20 16\n255\n"), pixels]));
  }
  writeFileSync(at("pictures/cut.ppm"), "P6\n20 16\n255\n");
});

describe("the package's network, by its own images", () => {
  test.each(["tflite", "onnx"])("as .%s: a network of integers, and the loss of every layer", async (format) => {
    const out = at(`fashion.${format}`);
    const { code, out: printed } = await run("quantize", "fashion", out);
    expect(code).toBe(0);
    expect(printed).toMatch(/^fashion: .*, fashion_1\.0_28; 28 images\n\nlayer/);
    expect(printed).toMatch(/^conv_preds +dense +3\d\.\d dB$/m);
    expect(printed).toMatch(/: weights of 82\.6 KiB instead of 330 KiB; \d+ KiB$/m);
    const { graph } = await loadModel<Weight>(readFileSync(out));
    expect(graph.nodes.filter(({ quantization }) => quantization).length).toBeGreaterThanOrEqual(18);
  });

  test("as JSON, by tensor and percentile, of fewer images; the same bytes again", async () => {
    const words = [
      "quantize",
      at("fashion.safetensors"),
      at("json.tflite"),
      "--per",
      "tensor",
      "--calibrate",
      "percentile",
    ];
    const { code, out } = await run(...words, "--images", "5", "--json");
    expect(code).toBe(0);
    const { images, per, calibrate, losses, real, accuracy, weights } = JSON.parse(out);
    expect([images, per, calibrate, real, accuracy]).toEqual([5, "tensor", "percentile", [], null]);
    expect(losses).toHaveLength(18);
    expect(weights.after).toBeLessThan(0.27 * weights.before);
    const first = readFileSync(at("json.tflite"));
    await run(...words, "--images", "5", "--force");
    expect(readFileSync(at("json.tflite")).equals(first)).toBe(true);
  });
});

test("a network from a file by a folder of images; one that cannot be read is told", async () => {
  const { code, out, err } = await run("quantize", at("small.onnx"), at("small.tflite"), "--data", at("pictures"));
  expect([code, existsSync(at("small.tflite"))]).toEqual([0, true]);
  expect(out).toMatch(/; 2 images\n/);
  expect(err).toMatch(/cut\.ppm/);
  expect(err).toMatch(/guess|does not say/);
});

test("images in a folder for each class: accuracy before and after", async () => {
  const g = graphBuilder("two", [1, 4, 4, 3]);
  const graph = g.build(g.dense(g.reshape(g.globalAveragePool2d(g.input), [1, 3]), { outputs: 2, name: "scores" }));
  const weights = randomWeights(graph, 1);
  weights.get("scores/filter")?.data.set([-1, 1, 0, 0, 1, -1]); // more blue than red, or more red than blue
  weights.get("scores/bias")?.data.fill(0);
  const record = { classes: '["blue","red"]', normalize: "unit" };
  writeFileSync(at("two.safetensors"), await writeModel(graph, weights, "safetensors", record));
  for (const [name, pixel] of [
    ["blue", [20, 90, 200]],
    ["red", [190, 90, 10]],
  ] as const) {
    mkdirSync(at(`classes/${name}`), { recursive: true });
    const pixels = Buffer.from(Array.from({ length: 16 }, () => pixel).flat());
    for (const file of ["a", "b"]) {
      writeFileSync(at(`classes/${name}/${file}.ppm`), Buffer.concat([Buffer.from("P6\n4 4\n255\n"), pixels]));
    }
  }
  const { code, out, err } = await run("quantize", at("two.safetensors"), at("two.tflite"), "--data", at("classes"));
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("; 4 images");
  expect(out).toContain("right before: 100.00 %, after: 100.00 %");
});

describe("--sweep", () => {
  test("is a table of 8 to 2 bits: fewer bytes, more noise; nothing is written", async () => {
    const { code, out } = await run("quantize", "fashion", "--sweep", "--images", "3");
    expect(code).toBe(0);
    expect(out).toMatch(/^fashion_1\.0_28: weights of 330 KiB; signal \/ noise of its outputs\n\nbits +weights/);
    expect(out).toMatch(/^8 +82\.6 KiB +3\d\.\d dB +\d\d\.\d dB$/m);
    expect(out.match(/^[2-8] /gm)).toHaveLength(7);
  });

  test("as JSON", async () => {
    const { out } = await run("quantize", "fashion", "--sweep", "--images", "2", "--json");
    const { model, before, rows } = JSON.parse(out);
    expect([model, before, rows.length, rows[6].bits]).toEqual(["fashion_1.0_28", null, 7, 2]);
    expect(rows[0].channel.decibels).toBeGreaterThan(rows[6].channel.decibels + 20);
    expect(rows[6].bytes).toBeLessThan(0.35 * rows[0].bytes);
  });

  test.each([
    [["--sweep"], /needs IN/],
    [["fashion", "x.tflite", "--sweep"], /--sweep writes nothing, unexpected "x\.tflite"/],
    [["fashion", "--sweep", "--bits", "4"], /--sweep tries them all, --bits cannot be chosen/],
    [["fashion", "x.tflite", "--bits", "9"], /--bits is "9", needs an integer from 2 to 8/],
  ])("refuses %s", async (words, message) => {
    const { code, err } = await run("quantize", ...words);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe("refused, and nothing is written", () => {
  test.each([
    ["no OUT", [at("small.onnx")], /needs IN and OUT/],
    ["another format", [at("small.onnx"), at("x.h5")], /x\.h5 ends in none of \.tflite, \.onnx/],
    ["no images", [at("small.onnx"), at("x.tflite")], /needs images of 12×12×3, as small takes them: --data FOLDER/],
    ["a folder without images", [at("small.onnx"), at("x.tflite"), "--data", at("empty")], /empty/],
    ["no folder", [at("small.onnx"), at("x.tflite"), "--data", at("none")], /none/],
    ["uint8 by channel as .tflite", ["fashion", at("x.tflite"), "--type", "uint8"], /no conv2d of uint8 with a scale/],
    ["another way", ["fashion", at("x.tflite"), "--per", "row"], /--per/],
    ["integers", [at("fashion.tflite"), at("x.tflite")], /has integers, needs real numbers/],
  ])("%s", async (_, words, message) => {
    const { code, err } = await run("quantize", ...words);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(existsSync(at("x.tflite"))).toBe(false);
  });

  test("a file that exists, without --force", async () => {
    writeFileSync(at("kept.tflite"), "kept");
    const { code, err } = await run("quantize", "fashion", at("kept.tflite"));
    expect([code, readFileSync(at("kept.tflite"), "utf8")]).toEqual([2, "kept"]);
    expect(err).toMatch(/exists/);
  });
});
