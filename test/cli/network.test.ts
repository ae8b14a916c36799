/** The network that a command line names: a name, a file, a graph as JSON. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { exportOnnx } from "../../src/formats/onnx/index.ts";
import {
  conv2d,
  depthwiseConv2d,
  fashionNet,
  type Graph,
  graphBuilder,
  loadModel,
  randomWeights,
  Session,
  type Tensor,
  tensor,
  writeModel,
  writeSafetensors,
} from "../../src/index.ts";
import { runHere as run } from "../support/cli.ts";
import { ownPair, severalEnds } from "../support/graphs.ts";
import { tempFolder } from "../support/tempFolder.ts";
import { scattered } from "../support/tensors.ts";

const { at } = tempFolder();
const { separable, standard } = ownPair();
const weights = randomWeights(separable, 7);

beforeAll(() => {
  writeFileSync(at("separable.json"), JSON.stringify(separable, null, 2));
  writeFileSync(at("standard.json"), JSON.stringify(standard));
  writeFileSync(at("separable.onnx"), exportOnnx(separable, weights));
  writeFileSync(at("bare.safetensors"), writeSafetensors(weights));
  writeFileSync(at("cut.json"), '{"name": "cut", ');
  writeFileSync(at("several.json"), JSON.stringify(severalEnds()));
});

describe("every command takes a file", () => {
  test.each([
    ["summary", "separable.json"],
    ["summary", "separable.onnx"],
    ["count", "standard.json"],
    ["profile", "separable.onnx", "--rounds", "1"],
    ["profile", "several.json", "--rounds", "1", "--backend", "im2col"],
    ["inspect", "conv2d_1", "separable.json"],
    ["sweep", "separable.json", "--resolutions", "32,40", "--rounds", "1"],
  ])("%s %s", async (command, ...words) => {
    const { code, err } = await run(command, ...words.map((word) => (/\./.test(word) ? at(word) : word)));
    expect([code, err]).toEqual([0, ""]);
  });

  test("compare, and says whose weights they are", async () => {
    const options = ["--quick", "--backend", "simd"];
    const own = await run("compare", at("separable.onnx"), at("standard.json"), ...options, "--markdown");
    expect(own.out).toContain("7.02×");
    expect(own.out.replaceAll("\\", "")).toContain(
      `weights of ${at("separable.onnx")}, random weights of seed 1 for ${at("standard.json")}`,
    );
    const page = at("report.html");
    expect((await run("compare", at("separable.json"), at("standard.json"), ...options, "--html", page)).code).toBe(0);
    expect(readFileSync(page, "utf8")).toContain("1/32 + 1/9");
  });

  test("compare says what two networks are that have nothing in common", async () => {
    const dense = { ...ownPair().separable };
    writeFileSync(at("dense.json"), JSON.stringify({ ...dense, nodes: [], output: "input", outputs: ["input"] }));
    const { out } = await run("compare", at("dense.json"), at("standard.json"), "--quick", "--backend", "im2col");
    expect(out.replace(/\n/g, " ")).toContain(
      "separable has no layer with multiply-accumulates; standard has 5 standard, 1 dense.",
    );
  });

  test("summary lists several inputs and outputs", async () => {
    const { out } = await run("summary", at("several.json"));
    expect(out).toContain("inputs image 8×6×3, mask 8×6×1; outputs map 8×6×8, scores 4, brightness 1×1×3");
  });
});

describe("vectors of a layer", () => {
  test.each(["depthwiseConv2d_2", "conv2d_10"])("%s has the network's own weights", async (layer) => {
    const { out } = await run(
      "vectors",
      "--layer",
      layer,
      at("separable.onnx"),
      "--seed",
      "3",
      "--output",
      at(`${layer}.json`),
    );
    expect(out).toBe("");
    const file = JSON.parse(readFileSync(at(`${layer}.json`), "utf8"));
    const [filter, bias] = ["filter", "bias"].map((role) => weights.get(`${layer}/${role}`));
    const input = tensor(file.input.data, file.input.shape);
    const options = { padding: "same", bias, backend: "naive" } as const;
    const expected =
      layer === "conv2d_10"
        ? conv2d(input, filter as Tensor, { ...options, groups: 2, activation: "relu" })
        : depthwiseConv2d(input, filter as Tensor, options);
    expect(tensor(file.output.data, file.output.shape).toArray()).toEqual(expected.toArray());
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      "another name",
      ["--layer", "conv2d_11", "FILE"],
      /has no convolution "conv2d_11".*has conv2d_1, depthwiseConv2d_2/,
    ],
    [
      "shapes too",
      ["--layer", "conv2d_1", "FILE", "--kernel", "5"],
      /--layer has its own shapes, --kernel cannot be chosen/,
    ],
    ["no layer", ["--shape", "1x3"], /--shape is for the file of --layer/],
    ["a suite too", ["--layer", "conv2d_1", "--random-suite", "2", "--output", "x"], /--layer cannot be chosen/],
  ])("refuses %s", async (_, words, message) => {
    const { code, err } = await run("vectors", ...words.map((word) => (word === "FILE" ? at("separable.onnx") : word)));
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});

test("weights and graph travel together, or meet on the command line", async () => {
  const x = scattered([1, 32, 32, 3]);
  const session = await Session.create(separable, weights, { backend: "naive" });
  const expected = await session.run(x);
  const answers = async (file: string) => {
    const { graph, weights: own } = await loadModel(file);
    return (await Session.create(graph, own, { backend: "naive" })).run(x);
  };
  const convert = (...words: string[]) => run("convert", ...words, "--force");
  expect((await convert(at("bare.safetensors"), at("whole.safetensors"), "--model", at("separable.json"))).code).toBe(
    0,
  );
  expect((await answers(at("whole.safetensors"))).toArray()).toEqual(expected.toArray());
  const both = await convert(at("whole.safetensors"), at("x.onnx"), "--model", at("separable.json"));
  expect([both.code, both.err]).toEqual([2, expect.stringContaining("already contains its network, needs no --model")]);
  expect((await convert(at("whole.safetensors"), at("again.json"))).err).toContain("the graph alone");
  expect(JSON.parse(readFileSync(at("again.json"), "utf8"))).toEqual(separable);
  const wrong = await convert(at("bare.safetensors"), at("x.onnx"), "--model", at("standard.json"));
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("the weights do not fit standard")]);
  expect((await loadModel(at("separable.json"))).weights.size).toBe(0);
});

describe("what a file does not say about images and classes", () => {
  const scores = (): Graph => {
    const g = graphBuilder("scores", [1, 8, 8, 3]);
    return g.build(g.dense(g.reshape(g.globalAveragePool2d(g.input), [1, 3]), { outputs: 2 }));
  };
  const own = randomWeights(scores(), 1);

  test("is not written by convert, what it says is", async () => {
    writeFileSync(at("plain.safetensors"), await writeModel(scores(), own, "safetensors"));
    await run("convert", at("plain.safetensors"), at("plain.onnx"), "--force");
    const { metadata } = await loadModel(at("plain.onnx"));
    expect([...metadata.keys()]).toEqual(["model"]);
    const said = { normalize: "tf", classes: '["cat", "dog"]' };
    writeFileSync(at("said.safetensors"), await writeModel(scores(), own, "safetensors", said));
    await run("convert", at("said.safetensors"), at("said.onnx"), "--force");
    const all = (await loadModel(at("said.onnx"))).metadata;
    expect([all.get("normalize"), JSON.parse(all.get("classes") ?? "")]).toEqual(["tf", ["cat", "dog"]]);
  });

  test("is a guess that classify and evaluate tell: pixel / 255", async () => {
    for (const [name, level] of [
      ["dark", 20],
      ["light", 230],
    ] as const) {
      mkdirSync(at(`pairs/${name}`), { recursive: true });
      writeFileSync(at(`pairs/${name}/a.ppm`), Buffer.concat([Buffer.from("P6 8 8 255\n"), Buffer.alloc(192, level)]));
    }
    const file = at("plain.safetensors");
    const { out } = await run("classify", at("pairs/dark/a.ppm"), "--weights", file);
    expect(out).toContain("grey levels unit (a guess, the file does not say: --fit, --normalize)");
    const evaluated = await run("evaluate", at("pairs"), "--weights", file);
    expect([evaluated.code, evaluated.err]).toEqual([
      0,
      expect.stringContaining("does not say how images are prepared"),
    ]);
    expect(evaluated.out).toMatch(/dark .*light/s);
    const refused = await run("evaluate", at("pairs"), "--weights", at("said.safetensors"));
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('takes images as "tf"')]);
  });

  test("and answers of random weights mean nothing", async () => {
    writeFileSync(at("scores.json"), JSON.stringify(scores()));
    const { err } = await run("classify", at("pairs/dark/a.ppm"), "--model", at("scores.json"));
    expect(err).toContain("has no weights, so its answers mean nothing");
  });

  test("train needs one output, and says how to get it", async () => {
    const { code, err } = await run("train", "--model", at("several.json"));
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/outputs map, scores, brightness; needs one of each: .*--output/),
    ]);
  });
});

test("a MobileNet's file still names its network, whose graph it does not repeat", async () => {
  expect((await run("convert", "fashion", at("fashion.safetensors"))).code).toBe(0);
  const { metadata, graph } = await loadModel(at("fashion.safetensors"));
  expect([metadata.has("separable.graph"), graph.nodes]).toEqual([false, fashionNet().nodes]);
});

test("a model's name is converted with random weights", async () => {
  const { code, out } = await run("convert", "mobilenet_v1_0.25_32", at("v1.onnx"));
  expect([code, out]).toEqual([0, expect.stringContaining("no weights: random ones of seed 1, mobilenet_v1_0.25_32")]);
  expect((await loadModel(at("v1.onnx"))).graph.input.shape).toEqual([1, 32, 32, 3]);
});

describe("refused", () => {
  const bad = (change: object, name = "bad.json"): string => {
    writeFileSync(at(name), JSON.stringify({ ...separable, ...change }));
    return at(name);
  };
  test.each<[string, () => readonly string[], number, RegExp]>([
    ["no such file", () => ["summary", at("none.onnx")], 1, /none\.onnx: cannot be read/],
    ["no such name", () => ["summary", "mobilenet_v9"], 2, /there is no model "mobilenet_v9"/],
    [
      "a size that it does not take",
      () => ["sweep", at("separable.json"), "--resolutions", "1,32"],
      2,
      /separable does not take 1×1 images: depthwiseConv2d/,
    ],
    ["no sizes", () => ["sweep", at("separable.json")], 2, /is a file, needs --resolutions LIST/],
    ["widths of a file", () => ["sweep", at("separable.json"), "--alphas", "1"], 2, /no --alphas/],
    [
      "classes of a file",
      () => ["summary", at("separable.json"), "--classes", "5"],
      2,
      /--classes is for the name of a model/,
    ],
    [
      "an unknown operation",
      () => ["count", bad({ nodes: [{ ...separable.nodes[0], op: "__proto__" }] })],
      1,
      /bad\.json: graph\.nodes\[0\]\.op is "__proto__", needs one of conv2d, /,
    ],
    [
      "a shape that lies",
      () => ["count", bad({ nodes: [{ ...separable.nodes[0], outputShape: [1, 9, 9, 9] }] })],
      1,
      /outputShape\[1\] is 9, needs 32/,
    ],
    [
      "10⁶ nodes",
      () => ["count", bad({ nodes: Array(1_000_000).fill({}) })],
      1,
      /the length of graph\.nodes is 1000000, needs at most 100000/,
    ],
    [
      "sizes of a file that states them",
      () => ["summary", at("separable.json"), "--shape", "1x64x64x3"],
      1,
      /separable\.json: graph files leave no shape open, needs no shape: \[1, 64, 64, 3\]/,
    ],
    [
      "sizes of a name",
      () => ["summary", "mobilenet_v1", "--shape", "1x3x64x64"],
      2,
      /--shape is for a file, mobilenet_v1 is a name/,
    ],
    ["no JSON", () => ["count", at("cut.json")], 1, /cut\.json is not valid JSON/],
    ["a layer that is none", () => ["inspect", "zzz", at("separable.json")], 2, /has no layer "zzz"/],
  ])("%s", async (_, words, code, message) => {
    const result = await run(...words());
    expect([result.code, result.err]).toEqual([code, expect.stringMatching(message)]);
  });
});
