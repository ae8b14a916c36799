/** Networks that others trained, on the command line: classify and convert. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel, mobilenetV3Small, randomWeights, type Shape, Tensor, writeSafetensors } from "../../src/index.ts";
import { writeNpz } from "../../src/weights/npz/npz.ts";
import { runHere as run } from "../support/cli.ts";
import { stateDict } from "../support/hashed.ts";
import { onnxFile } from "../support/onnxFile.ts";

type Listed = readonly (readonly [string, Shape])[];
const torch: { models: { name: string; tensors: Listed }[] } = JSON.parse(
  readFileSync("test/oracles/torchvision.json", "utf8"),
);
const tensors = stateDict(torch.models.find(({ name }) => name === "mobilenet_v2_0.25")?.tensors ?? []);

let folder: string;
const at = (name: string): string => join(folder, name);
const picture = (name: string, level: number): void =>
  writeFileSync(at(name), Buffer.concat([Buffer.from("P6 50 40 255\n"), Buffer.alloc(3 * 50 * 40, level)]));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "separable-models-"));
  writeFileSync(at("v2.safetensors"), writeSafetensors(tensors));
  mkdirSync(at("photos/more"), { recursive: true });
  picture("photos/b10.ppm", 90);
  picture("photos/b9.ppm", 120);
  picture("photos/more/c.ppm", 150);
  writeFileSync(at("photos/notes.txt"), "no picture");
});
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("classify many pictures", () => {
  test("a folder, in natural order, what is no picture left out; one line of JSON each", async () => {
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

  test("goes on past broken pictures and counts them", async () => {
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
    expect(err).toContain("broken.png: not a picture of a known kind");
    expect(err).toContain("none.ppm: cannot be read");
    expect(err).toMatch(/2 of 5 pictures could not be read\n$/);
  });

  test.each<[string[], RegExp]>([
    [["photos/*.gif"], /has no picture$/m],
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

  test("a network that gives pictures is no classifier", async () => {
    const nodes = [{ op: "Relu", inputs: ["x"] }];
    writeFileSync(at("relu.onnx"), onnxFile({ nodes, input: { name: "x", dims: [1, 3, 8, 8] } }));
    const { code, err } = await run("classify", at("photos/b9.ppm"), "--weights", at("relu.onnx"));
    expect(code).toBe(1);
    expect(err).toMatch(/gives 1×8×8×3, needs one row of scores of classes/);
  });

  test("weights that are no numbers give no answer", async () => {
    const damaged = new Map(tensors);
    damaged.set("classifier.1.bias", new Tensor(new Float32Array(10).fill(Number.NaN), [10]));
    writeFileSync(at("nan.safetensors"), writeSafetensors(damaged));
    const { code, err } = await run("classify", at("photos/b9.ppm"), "--weights", at("nan.safetensors"), "--jsonl");
    expect(code).toBe(1);
    expect(err).toMatch(/the scores are no numbers/);
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
    // .npz says nothing of how pictures become input, nor whose padding it is.
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
    [["v2.safetensors", "a.pth"], 2, /ends in none of .safetensors, .onnx, .npz/],
    [["none.safetensors", "a.npz"], 1, /none.safetensors cannot be read/],
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
  expect((await run("papers", "mobilenet_v3")).out).toMatch(/19 figures: \d+ equal when rounded/);
  expect((await run("papers", "mobilenet_v9")).code).toBe(2);
  const profile = await run("profile", "mobilenet_v3_small_0.75_96", "--json");
  expect(JSON.parse(profile.out).model).toBe("mobilenet_v3_small_0.75_96");
});
