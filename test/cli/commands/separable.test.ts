/** Twins on the command line: compare with one network, convert --separable. */
import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { analyze, type Graph, graphBuilder, loadModel, mobilenetV2, toStandard } from "../../../src/index.ts";
import { runHere as run } from "../../support/cli.ts";
import { ownPair } from "../../support/graphs.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { at } = tempFolder();
const { separable, standard } = ownPair();

beforeAll(() => {
  writeFileSync(at("separable.json"), JSON.stringify(separable));
  writeFileSync(at("standard.json"), JSON.stringify(standard));
  writeFileSync(at("dense.json"), JSON.stringify(dense()));
  const pixels = Buffer.from(Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 37) % 256));
  writeFileSync(at("picture.ppm"), Buffer.concat([Buffer.from("P6\n32 32\n255\n"), pixels]));
});

function dense(): Graph {
  const g = graphBuilder("dense", [1, 4]);
  return g.build(g.dense(g.input, { outputs: 2 }));
}

describe("compare with one network takes the twin that fits", () => {
  const counted = async (...words: string[]) => {
    const { code, out } = await run("compare", ...words, "--quick", "--backend", "simd", "--json");
    expect(code).toBe(0);
    return JSON.parse(out);
  };

  test("of a separable network the standard one", async () => {
    const { first, second, areTwins, blocks } = await counted(at("separable.json"));
    expect([first.name, second.name, areTwins]).toEqual(["separable", "separable_standard", true]);
    expect([first.macs, second.macs]).toEqual([separable, standard].map((graph) => analyze(graph).total.macs));
    expect(blocks.every(({ tiers }: { tiers: { arrived: number }[] }) => tiers[0].arrived > 0)).toBe(true);
  });

  test("of a standard network the separable one, which comes first", async () => {
    const { first, second, areTwins } = await counted(at("standard.json"));
    expect([first.name, second.name, areTwins]).toEqual(["standard_separable", "standard", true]);
    expect(second.macs).toBe(analyze(standard).total.macs);
    expect(first.macs).toBeLessThan(second.macs);
    const { out } = await run("compare", at("standard.json"), "--quick", "--backend", "simd");
    expect(out).toMatch(/^standard beside its separable version\n/);
  });

  test("of a published one, block by block", async () => {
    const { blocks, promised, areTwins } = await counted("mobilenet_v2_0.35_96");
    const graph = mobilenetV2({ alpha: 0.35, resolution: 96 });
    expect(promised).toBe(analyze(toStandard(graph)).total.macs / analyze(graph).total.macs);
    expect(areTwins).toBe(true);
    expect(blocks.filter(({ formula }: { formula: object | null }) => formula !== null).length).toBe(17);
  });

  test("in words too", async () => {
    const { out } = await run("compare", "mobilenet_v3_small_1.0_32", "--quick", "--backend", "simd");
    expect(out).toContain("mobilenet_v3_small_1.0_32 beside its twin of standard convolutions");
    expect(out).toContain("the same");
  });

  test("and says so where there is none", async () => {
    const { code, err } = await run("compare", at("dense.json"));
    expect(code).toBe(2);
    expect(err).toMatch(
      /dense.json has neither separable blocks nor standard convolutions that could be made separable, needs/,
    );
  });
});

describe("convert --separable", () => {
  test("writes the network with the closest weights, and says what each layer kept", async () => {
    const { code, out } = await run("convert", "--separable", at("standard.json"), at("made.onnx"));
    expect(code).toBe(0);
    expect(out).toContain("standard made separable");
    expect(out).toMatch(/conv2d_2 +3×3 +1 +\d\d\.\d %/);
    const { graph, weights } = await loadModel(at("made.onnx"));
    const kernels = graph.nodes.flatMap(({ op, weights: { filter } }) => (op === "depthwiseConv2d" ? [filter] : []));
    expect(kernels.length).toBe(4); // conv2d_1, the first layer, stays
    for (const { name, shape } of kernels) expect(weights.get(name)?.shape).toEqual(shape);
  });

  test("as JSON, with targets, layers, and how far outputs move on images", async () => {
    const words = ["--energy", "0.5", "--layers", "conv2d_2, conv2d_5", "--images", at("picture.ppm"), "--json"];
    const to = at("made.safetensors");
    const { code, out, err } = await run(
      "convert",
      at("standard.json"),
      to,
      "--separable",
      "--normalize",
      "torch",
      ...words,
    );
    expect([code, err]).toEqual([0, "images square to 32×32, bilinear, rgb, grey levels torch\n"]);
    const { model, approximation } = JSON.parse(out);
    const { before, after, layers, moved } = approximation;
    expect([model, before.name, after.name]).toEqual(["standard_separable", "standard", "standard_separable"]);
    expect(after.macs).toBeLessThan(before.macs);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(["conv2d_2", "conv2d_5"]);
    expect(layers.every(({ energy }: { energy: number }) => energy >= 0.5)).toBe(true);
    const distances = [...moved.layers, ...moved.outputs];
    expect(distances.map(({ name }: { name: string }) => name)).toEqual(["conv2d_2", "conv2d_5", "dense_10"]);
    expect(distances.every(({ relative }: { relative: number }) => relative > 0 && relative < 10)).toBe(true);
    expect((await run("convert", at("standard.json"), to, "--separable", "--macs", "2e6", "--force")).code).toBe(0);
  });

  test.each([
    [["--multiplier", "2"], 2, /^convert: --multiplier is for --separable/],
    [["--separable", "--multiplier", "9"], 2, /^convert: --multiplier is 9, with which conv2d_2 costs/],
    [["--separable", "--multiplier", "0"], 2, /^convert: --multiplier is "0", needs an integer >= 1/],
    [["--separable", "--energy", "90"], 2, /^convert: --energy is 90, needs a share above 0, at most 1/],
    [
      ["--separable", "--macs", "5"],
      2,
      /^convert: --macs is 5, needs at least \d+, those of multiplier 1, and less than/,
    ],
    [["--separable", "--layers", "conv2d_99"], 2, /^convert: --layers has "conv2d_99", standard has no such layer/],
    [["--separable", "--images", "nowhere.png"], 1, /^nowhere.png: /],
  ])("refuses %j", async (words, code, message) => {
    const found = await run("convert", at("standard.json"), at("refused.onnx"), ...words);
    expect(found.err).toMatch(message);
    expect(found.code).toBe(code);
    expect((await run("inspect", at("refused.onnx"))).code).not.toBe(0); // nothing was written
  });

  test("notes what the file cannot hold, and where images are a guess", async () => {
    const convert = (to: string, ...words: string[]) =>
      run("convert", "--separable", at("standard.json"), at(to), ...words);
    expect((await convert("made.json")).err).toMatch(/the graph alone; an .onnx or .safetensors file takes both/);
    expect((await convert("made.npz")).err).toMatch(/weights only; an .onnx or .safetensors file takes both/);
    expect((await convert("again.onnx", "--images", at("picture.ppm"))).err).toMatch(/a guess, the file does not say/);
    const { code, err } = await run("convert", at("made.onnx"), at("other.onnx"), "--activation", "relu");
    expect(code).toBe(2);
    expect(err).toMatch(/made.onnx already contains its network, needs no --activation/);
  });

  test("says that a network is separable already", async () => {
    const { code, err } = await run("convert", "--separable", "mobilenet_v1_0.25_32", at("refused.onnx"));
    expect(code).toBe(2);
    expect(err).toMatch(/^convert: mobilenet_v1_0.25_32 is separable already: its standard convolutions, conv1, are/);
  });
});
