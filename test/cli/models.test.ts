/** Networks that others trained, on the command line: classify and convert. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { writeNpz } from "../../src/formats/npz/npz.ts";
import {
  loadModel,
  mobilenetV1,
  mobilenetV3Small,
  randomWeights,
  type Shape,
  Tensor,
  writeSafetensors,
} from "../../src/index.ts";
import { runHere as run } from "../support/cli.ts";
import { stateDict } from "../support/hashed.ts";
import { type FileSpec, onnxFile } from "../support/onnxFile.ts";
import { tempFolder } from "../support/tempFolder.ts";

type Listed = readonly (readonly [string, Shape])[];
const torch: { models: { name: string; tensors: Listed }[] } = JSON.parse(
  readFileSync("test/oracles/torchvision.json", "utf8"),
);
const tensors = stateDict(torch.models.find(({ name }) => name === "mobilenet_v2_0.25")?.tensors ?? []);

const { at } = tempFolder();
const image = (name: string, level: number): void =>
  writeFileSync(at(name), Buffer.concat([Buffer.from("P6 50 40 255\n"), Buffer.alloc(3 * 50 * 40, level)]));

beforeAll(() => {
  writeFileSync(at("v2.safetensors"), writeSafetensors(tensors));
  mkdirSync(at("photos/more"), { recursive: true });
  image("photos/b10.ppm", 90);
  image("photos/b9.ppm", 120);
  image("photos/more/c.ppm", 150);
  writeFileSync(at("photos/notes.txt"), "no image");
});

const lines = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("classify many images", () => {
  test("a folder, in natural order, what is no image left out; one line of JSON each", async () => {
    const { code, out, err } = await run(
      "classify",
      at("photos"),
      "--weights",
      at("v2.safetensors"),
      "--jsonl",
      "--batch",
      "2",
    );
    expect([code, err]).toEqual([0, ""]);
    const rows = lines(out);
    expect(rows.map(({ image }) => image)).toEqual(
      ["b9.ppm", "b10.ppm", "more/c.ppm"].map((name) => at(`photos/${name}`)),
    );
    expect(rows[0]).toMatchObject({ model: "mobilenet_v2_0.25_224_torchvision", backend: "simd" });
    expect(rows[0].top.length).toBe(5);
  });

  test.each([
    ["photos/*.ppm", ["b9.ppm", "b10.ppm"]],
    ["photos/**/*.ppm", ["b9.ppm", "b10.ppm", "more/c.ppm"]],
    ["photos/b?.ppm", ["b9.ppm"]],
  ])("a pattern in quotes: %s", async (pattern, names) => {
    const { out } = await run("classify", at(pattern), "--weights", at("v2.safetensors"), "--jsonl");
    expect(lines(out).map(({ image }) => image)).toEqual(names.map((name) => at(`photos/${name}`)));
  });

  test("programs and hidden folders are no photos; a folder that cannot be read says so", async () => {
    for (const inner of ["node_modules/package", ".cache"]) {
      mkdirSync(at(`mixed/${inner}`), { recursive: true });
      image(`mixed/${inner}/logo.ppm`, 5);
    }
    image("mixed/mine.ppm", 5);
    const { out } = await run("classify", at("mixed"), "--weights", at("v2.safetensors"), "--jsonl");
    expect(lines(out).map(({ image }) => image)).toEqual([at("mixed/mine.ppm")]);
    const { code, err } = await run("classify", at("nowhere/*.ppm"), "--weights", at("v2.safetensors"));
    expect([code, err]).toEqual([1, expect.stringMatching(/nowhere.*: cannot be read \(ENOENT/)]);
    const odd = await run("classify", at("\ufffd.ppm"), "--weights", at("v2.safetensors"));
    expect(odd.err).toContain("its name is not UTF-8: rename it");
    const weights = await run("classify", at("mixed"), "--weights", at("w\ufffd.safetensors"));
    expect([weights.code, weights.err]).toEqual([2, expect.stringContaining("is not UTF-8, needs another name")]);
  });

  test("goes on past broken images and counts them", async () => {
    writeFileSync(at("photos/more/broken.png"), "P9");
    const { code, out, err } = await run(
      "classify",
      at("photos"),
      at("none.ppm"),
      "--weights",
      at("v2.safetensors"),
      "--jsonl",
    );
    rmSync(at("photos/more/broken.png"));
    expect(code).toBe(1);
    expect(lines(out).length).toBe(3);
    expect(err).toContain("broken.png: not an image of a known kind");
    expect(err).toContain("none.ppm: cannot be read");
    expect(err).toMatch(/2 of 5 images could not be read\n$/);
  });

  test.each<[string[], RegExp]>([
    [["photos/*.gif"], /has no image$/m],
    [["photos", "--fit", "stretch"], /--fit is "stretch", needs one of square, shorter, fraction, squash/],
    [["photos", "--batch", "0"], /--batch is "0", needs an integer/],
    [["photos", "--json", "--jsonl"], /needs --json or --jsonl, not both/],
    [["photos", "--shape", "1x3xx"], /--shape is "1x3xx", needs sizes such as 1x3x224x224/],
    [["photos", "--threads", "0"], /--threads is "0"/],
  ])("%j is refused", async ([what, ...rest], message) => {
    const { code, err } = await run("classify", at(what), "--weights", at("v2.safetensors"), ...rest);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test("the preparation is theirs whose names the file has, and can be chosen", async () => {
    const top = async (...more: string[]): Promise<number> => {
      const { out } = await run("classify", at("photos/b9.ppm"), "--weights", at("v2.safetensors"), "--json", ...more);
      return JSON.parse(out)[0].top[0].probability;
    };
    const own = await top();
    expect(await top("--normalize", "torch", "--fit", "shorter")).toBe(own);
    expect(await top("--normalize", "tf")).not.toBe(own);
  });

  test("a preset that only the file's names tell is kept where --model names the network", async () => {
    const args = ["--weights", at("v2.safetensors"), "--model", "mobilenet_v2_0.25", "--json"];
    const { out } = await run("classify", at("photos/b9.ppm"), ...args);
    expect(JSON.parse(out)[0]).toMatchObject({
      model: "mobilenet_v2_0.25_224_torchvision",
      weights: "safetensors, names of torchvision",
      preparation: { normalization: "torch" },
    });
  });

  test("shares that an ONNX network gives itself are not made into shares again", async () => {
    const nodes = [
      { op: "GlobalAveragePool", inputs: ["x"], outputs: ["m"] },
      { op: "Flatten", inputs: ["m"], outputs: ["f"] },
    ];
    const input = { name: "x", dims: ["n", 3, 8, 8] };
    writeFileSync(at("scores.onnx"), onnxFile({ nodes, output: "f", input }));
    writeFileSync(at("shares.onnx"), onnxFile({ nodes: [...nodes, { op: "Softmax", inputs: ["f"] }], input }));
    const answers = [];
    for (const file of ["scores.onnx", "shares.onnx"]) {
      const { out } = await run("classify", at("photos/b9.ppm"), "--weights", at(file), "--json");
      answers.push(JSON.parse(out)[0].top);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test("a network that gives images is no classifier", async () => {
    const nodes = [{ op: "Relu", inputs: ["x"] }];
    writeFileSync(at("relu.onnx"), onnxFile({ nodes, input: { name: "x", dims: [1, 3, 8, 8] } }));
    const { code, err } = await run("classify", at("photos/b9.ppm"), "--weights", at("relu.onnx"));
    expect(code).toBe(1);
    expect(err).toMatch(/gives 1×8×8×3, needs one row of scores of classes/);
  });

  test.each([
    [Number.NaN, /weights that are NaN:\n {2}classifier\.1\.bias, 10 of 10/],
    [Number.POSITIVE_INFINITY, /nan\.safetensors: the scores contain NaN or infinity/],
  ])("weights that are %s give no answer", async (value, message) => {
    const damaged = new Map(tensors);
    damaged.set("classifier.1.bias", new Tensor(new Float32Array(10).fill(value), [10]));
    writeFileSync(at("nan.safetensors"), writeSafetensors(damaged));
    const { code, err } = await run("classify", at("photos/b9.ppm"), "--weights", at("nan.safetensors"), "--jsonl");
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  test("an output is for a file with its network", async () => {
    const args = ["--weights", at("v2.safetensors"), "--output", "scores"];
    const { code, err } = await run("classify", at("photos/b9.ppm"), ...args);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/v2\.safetensors: has weights and no network, needs no output: "scores"/),
    ]);
  });

  test("weights of another width are told apart, and which would fit", async () => {
    const args = ["--weights", at("v2.safetensors"), "--model", "mobilenet_v2_1.0_224_torchvision"];
    const { code, err } = await run("classify", at("photos/b9.ppm"), ...args);
    expect(code).toBe(1);
    expect(err).toMatch(/\nThey fit mobilenet_v2_0.25_224_torchvision: --model mobilenet_v2_0.25_224_torchvision\n$/);
  });
});

describe("convert", () => {
  test.each(["onnx", "safetensors", "npz"])("to .%s and back: the same answers", async (kind) => {
    const out = at(`out.${kind}`);
    const { code, out: said } = await run("convert", at("v2.safetensors"), out);
    expect(code).toBe(0);
    expect(said).toMatch(
      /v2\.safetensors: safetensors, names of torchvision, mobilenet_v2_0\.25_224_torchvision\n.*262 tensors/,
    );
    const [first, second] = await Promise.all([at("v2.safetensors"), out].map((path) => loadModel(path)));
    expect(second.format).toBe(kind);
    const answer = async (path: string, ...more: string[]): Promise<unknown> => {
      const { out: json } = await run("classify", at("photos/b9.ppm"), "--weights", path, "--json", ...more);
      return JSON.parse(json)[0].top.map(({ class: n, probability }: { class: number; probability: number }) => [
        n,
        probability.toFixed(5),
      ]);
    };
    // .npz says nothing of how images become input, nor whose padding it is.
    const more = kind === "npz" ? ["--model", first.graph.name, "--normalize", "torch", "--fit", "shorter"] : [];
    expect(await answer(out, ...more)).toEqual(await answer(at("v2.safetensors")));
  });

  test("what was there is kept, unless it may be replaced", async () => {
    writeFileSync(at("there.npz"), "old");
    const first = await run("convert", at("v2.safetensors"), at("there.npz"));
    expect(first.code).toBe(2);
    expect(first.err).toMatch(/there.npz exists, needs a new name or --force/);
    expect(readFileSync(at("there.npz"), "utf8")).toBe("old");
    expect((await run("convert", at("v2.safetensors"), at("there.npz"), "--force", "--json")).code).toBe(0);
    expect(readFileSync(at("there.npz")).subarray(0, 2).toString()).toBe("PK");
  });

  test.each<[string[], number, RegExp]>([
    [["v2.safetensors"], 2, /^convert: needs IN and OUT/],
    [["v2.safetensors", "a.pth"], 2, /ends in none of .safetensors, .npz, .json, .tflite, .onnx/],
    [["none.safetensors", "a.npz"], 1, /none.safetensors: cannot be read/],
    [["photos/notes.txt", "a.npz"], 1, /FormatError|header|needs|bytes/],
    [["v2.safetensors", "missing/a.npz"], 1, /cannot be written/],
  ])("%j is refused", async (paths, expected, message) => {
    const { code, err } = await run("convert", ...paths.map(at));
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(expected);
  });

  test("an ONNX model that leaves its sizes open asks for them", async () => {
    const nodes = [{ op: "Relu", inputs: ["x"] }];
    writeFileSync(at("open.onnx"), onnxFile({ nodes, input: { name: "x", dims: ["n", 3, "h", "w"] } }));
    const { code, err } = await run("convert", at("open.onnx"), at("open.npz"));
    expect(code).toBe(1);
    expect(err).toMatch(/needs a size for "h": give the shape, e\.g\. 1x3x224x224 \(--shape\)/);
    expect((await run("convert", at("open.onnx"), at("open2.onnx"), "--shape", "1x3x8x6")).code).toBe(0);
  });

  test.each(["paper", "torchvision"] as const)(
    "V3 of %s widths keeps them: in its name, through ONNX and back",
    async (widthRule) => {
      const graph = mobilenetV3Small({ alpha: 0.75, widthRule, resolution: 32, classes: 6, preset: "torchvision" });
      writeFileSync(at(`${widthRule}-v3.safetensors`), writeSafetensors(randomWeights(graph, 5)));
      const names = ["v3.safetensors", "v3-a.safetensors", "v3-b.onnx", "v3-c.safetensors"];
      const paths = names.map((name) => at(`${widthRule}-${name}`));
      const answers = [];
      for (const [i, from] of paths.entries()) {
        const to = paths[i + 1];
        const model = i === 0 ? ["--model", graph.name] : [];
        if (to !== undefined) {
          const { code, err } = await run("convert", from, to, ...model);
          expect([code, err]).toEqual([0, ""]);
        }
        const { out } = await run("classify", at("photos/b9.ppm"), "--weights", from, "--json", ...model);
        answers.push(JSON.parse(out)[0].top.map(({ probability }: { probability: number }) => probability.toFixed(5)));
      }
      expect(new Set(answers.map(String)).size).toBe(1);
    },
  );

  test("weights that fit no network are not written", async () => {
    const cut = new Map([...tensors].filter(([name]) => name !== "features.3.conv.1.0.weight"));
    writeFileSync(at("cut.safetensors"), writeSafetensors(cut));
    const { code, err } = await run("convert", at("cut.safetensors"), at("cut.onnx"));
    expect(code).toBe(1);
    expect(err).toMatch(
      /^convert: the weights do not fit mobilenet_v2_0.25_224_torchvision:\n {2}missing block_3_depthwise\/filter/,
    );
    expect(existsSync(at("cut.onnx"))).toBe(false);
  });

  test("arrays that are no network show the ten nearest names", async () => {
    writeFileSync(at("other.npz"), writeNpz(new Map([["encoder.weight", { shape: [1], data: Float32Array.of(1) }]])));
    const { code, err } = await run("convert", at("other.npz"), at("x.onnx"));
    expect(code).toBe(1);
    expect(err).toMatch(/^weights: 1 names that belong to no known family/);
  });
});

test("summary, count, profile and papers know the family", async () => {
  expect((await run("summary", "mobilenet_v4_conv_large")).out).toContain("6,376,220,672");
  expect((await run("count", "mobilenet_v3_small")).out).toContain("56,510,400");
  expect((await run("papers", "mobilenet_v3")).out).toMatch(/21 figures: \d+ equal when rounded/);
  expect((await run("papers", "mobilenet_v9")).code).toBe(2);
  const profile = await run("profile", "mobilenet_v3_small_0.75_96", "--json");
  expect(JSON.parse(profile.out).model).toBe("mobilenet_v3_small_0.75_96");
});

describe("what an ONNX file says, and what it leaves to guess", () => {
  /** A network [1, c] from images of 8×8: the mean of each channel, under a name that is not taken for classes. */
  const means = (spec: Partial<FileSpec> & { readonly channels?: number }): Uint8Array =>
    onnxFile({
      input: { name: "x", dims: ["n", spec.channels ?? 3, 8, 8] },
      nodes: [
        { op: "GlobalAveragePool", inputs: ["x"], outputs: ["m"] },
        { op: "Flatten", inputs: ["m"], outputs: ["points"] },
      ],
      output: "points",
      ...spec,
    });
  const classified = async (bytes: Uint8Array, ...more: string[]) => {
    writeFileSync(at("m.onnx"), bytes);
    const image = at("photos/b9.ppm"); // of the level 120
    const { code, out, err } = await run("classify", image, "--weights", at("m.onnx"), "--top", "3", ...more);
    return { code, out, err };
  };
  const values = (out: string) => JSON.parse(out)[0].top.map(({ value }: { value: number }) => value);

  test("no producer and [n, 3, h, w]: prepared as PyTorch's, printed as a guess, --normalize overrides it", async () => {
    const guessed = await classified(means({}));
    expect(guessed.code).toBe(0);
    expect(guessed.out).toMatch(
      /images shorter to 8×8, bilinear, rgb, grey levels torch \(a guess, the file does not say/,
    );
    const raw = await classified(means({}), "--normalize", "raw");
    expect(raw.out).toMatch(/grey levels raw\n/);
    expect(values((await classified(means({}), "--normalize", "raw", "--json")).out)).toEqual([120, 120, 120]);
    const told = await classified(means({ metadata: { normalize: "unit" } }));
    expect(told.out).toMatch(/grey levels unit\n/);
  });

  test("one channel: no means of PyTorch's, and no failure", async () => {
    const { code, out } = await classified(means({ channels: 1, producer: "pytorch" }), "--json");
    expect(code).toBe(0);
    expect(values(out)[0]).toBeCloseTo(120 / 255, 6);
    const wrong = await classified(means({ channels: 1, producer: "pytorch" }), "--normalize", "torch");
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/torch.*needs 3/)]);
  });

  test("[n, h, w, 3] that the network rescales and turns itself: no second normalisation", async () => {
    const bytes = onnxFile({
      producer: "tf2onnx",
      input: { name: "x", dims: ["n", 8, 8, 3] },
      nodes: [
        { op: "Mul", inputs: ["x", "k"], outputs: ["s"] },
        { op: "Sub", inputs: ["s", "one"], outputs: ["t"] },
        { op: "Transpose", inputs: ["t"], outputs: ["p"], ints: { perm: [0, 3, 1, 2] } },
        { op: "GlobalAveragePool", inputs: ["p"], outputs: ["m"] },
        { op: "Flatten", inputs: ["m"], outputs: ["points"] },
      ],
      output: "points",
      tensors: [
        { name: "k", dims: [], floats: [1 / 127.5] },
        { name: "one", dims: [1, 1, 1, 3], floats: [1, 1, 1] },
      ],
    });
    expect((await classified(bytes)).out).toMatch(/grey levels raw/);
    for (const value of values((await classified(bytes, "--json")).out)) expect(value).toBeCloseTo(120 / 127.5 - 1, 6);
  });

  test("136 numbers, or landmarks, are no classes unless --labels says so; a few numbers are, on a guess", async () => {
    const many = means({ nodes: [{ op: "Flatten", inputs: ["x"] }], output: "y" });
    for (const bytes of [means({}), many]) {
      const { out, err } = await classified(bytes, "--normalize", "raw");
      expect(out).toMatch(/output \d+ {2}120\.0/);
      expect(out).not.toMatch(/%/);
      expect(err).toMatch(/The file does not say that its outputs are classes/);
    }
    const few = means({
      nodes: [
        { op: "GlobalAveragePool", inputs: ["x"], outputs: ["m"] },
        { op: "Flatten", inputs: ["m"] },
      ],
      output: "y",
    });
    expect((await classified(few, "--normalize", "raw")).out).toMatch(/class 0 +33\.3 %/);
    writeFileSync(at("labels.txt"), Array.from({ length: 192 }, (_, i) => `thing ${i}\n`).join(""));
    expect((await classified(many, "--labels", at("labels.txt"))).out).toMatch(/thing \d+ .* %/);
  });

  test("several outputs: convert keeps them all, or the one that is named", async () => {
    const nodes = [
      { op: "Relu", inputs: ["x"], outputs: ["first"] },
      { op: "Sigmoid", inputs: ["x"], outputs: ["second"] },
    ];
    writeFileSync(at("two.onnx"), onnxFile({ nodes, output: ["first", "second"] }));
    const convert = (...more: string[]) => run("convert", at("two.onnx"), at("one.onnx"), ...more);
    expect((await convert("--output", "third")).err).toMatch(/no node computes the output "third".*"first", "second"/);
    expect(existsSync(at("one.onnx"))).toBe(false);
    expect((await convert()).code).toBe(0);
    expect((await loadModel(at("one.onnx"))).graph.outputs).toEqual(["first", "second"]);
    expect((await convert("--output", "second", "--force")).code).toBe(0);
    const { graph } = await loadModel(at("one.onnx"));
    expect(graph.nodes.map((node) => node.op === "activation" && node.activation)).toEqual(["sigmoid"]);
    expect(graph.outputs).toEqual(["second"]);
  });
});

test("the resolution that a TensorFlow.js model states is the network's, unless another is asked for", async () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 4 });
  const weights = [...randomWeights(graph, 1)];
  const keras: Readonly<Record<string, string>> = {
    bias: "bias",
    scale: "gamma",
    mean: "moving_mean",
    variance: "moving_variance",
  };
  const specs = weights.map(([name, t]) => {
    const [layer, role] = name.split("/");
    const shape = t.shape.length === 2 ? [1, 1, ...t.shape] : t.shape;
    const filter = /_dw_\d+$/.test(layer) ? "depthwise_kernel" : "kernel";
    const own = role === "filter" ? filter : /_bn$/.test(layer) && role === "bias" ? "beta" : keras[role];
    return { name: `${layer}/${own}`, shape, dtype: "float32" };
  });
  const bytes = Buffer.concat(weights.map(([, t]) => new Uint8Array(Float32Array.from(t.toFloat32Array()).buffer)));
  const tensorShape = { dim: ["-1", "128", "128", "3"].map((size) => ({ size })) };
  const statements: readonly object[] = [
    { signature: { inputs: { x: { tensorShape } } } },
    { userDefinedMetadata: { signature: { inputs: { x: { tensorShape } } } } },
  ];
  writeFileSync(at("group1-shard1of1.bin"), bytes);
  const open = (statement: object, options = {}) => {
    const manifest = [{ paths: ["group1-shard1of1.bin"], weights: specs }];
    writeFileSync(at("model.json"), JSON.stringify({ ...statement, weightsManifest: manifest }));
    return loadModel(at("model.json"), options);
  };
  for (const statement of statements) {
    expect((await open(statement)).graph.input.shape, JSON.stringify(statement)).toEqual([1, 128, 128, 3]);
  }
  expect((await open(statements[0], { resolution: [96, 64] })).graph.input.shape).toEqual([1, 96, 64, 3]);
  const others = [
    ["-1", "-1", "-1", "3"],
    ["-1", "3", "128", "128"],
    ["-1", "128"],
  ];
  for (const sizes of others) {
    const stated = { dim: sizes.map((size) => ({ size })) };
    const { graph: found } = await open({ signature: { inputs: { x: { tensorShape: stated } } } });
    expect(found.input.shape).toEqual([1, 224, 224, 3]);
  }
});
