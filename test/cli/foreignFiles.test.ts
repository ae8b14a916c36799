/** Files of Keras and TensorFlow.js on the command line, and how their images are prepared. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { graphBuilder, mobilenetV2, randomWeights, type Weights, writeModel } from "../../src/index.ts";
import { runHere as run } from "../support/cli.ts";
import { kerasFile } from "../support/kerasFiles.ts";
import { tempFolder } from "../support/tempFolder.ts";

const { at } = tempFolder();
const graph = mobilenetV2({ alpha: 0.35, resolution: 32, classes: 3 });
const weights = randomWeights(graph, 1);

async function writeTfjs(folder: string, network: Parameters<typeof writeModel>[0], own: Weights, metadata = {}) {
  mkdirSync(at(folder), { recursive: true });
  for (const [name, bytes] of await writeModel(network, own, "tfjs", metadata))
    writeFileSync(at(`${folder}/${name}`), bytes);
}

beforeAll(async () => {
  writeFileSync(
    at("image.ppm"),
    Buffer.concat([Buffer.from("P6 40 30 255\n"), Buffer.from(Array.from({ length: 3600 }, (_, i) => (i * 7) % 256))]),
  );
  writeFileSync(at("whole.keras"), kerasFile("whole.keras"));
  await writeTfjs("teachable", graph, weights);
  writeFileSync(at("teachable/metadata.json"), '{"labels": ["cat", "dog", "hen"]}');
  const g = graphBuilder("grey", [1, 8, 8, 1]);
  const grey = g.build(g.softmax(g.dense(g.reshape(g.conv2d(g.input, { outputs: 2 }), [1, 72]), { outputs: 2 })));
  await writeTfjs("grey", grey, randomWeights(grey, 1));
});

describe("classify", () => {
  test("a TensorFlow.js model, with the names of its classes beside it", async () => {
    const { code, out } = await run("classify", at("image.ppm"), "--weights", at("teachable/model.json"));
    expect(code).toBe(0);
    expect(out).toMatch(
      /^tfjs, own names, classes of .*metadata\.json; .*; images square to 32×32, bilinear, rgb, grey levels tf \(a guess/,
    );
    expect(out).toMatch(/cat|dog|hen/);
  });

  test("one of Keras, by the first of its outputs", async () => {
    const { code, out } = await run("classify", at("image.ppm"), "--weights", at("whole.keras"), "--output", "scores");
    expect(code).toBe(0);
    expect(out).toMatch(/^keras, own names; whole; images square to 6×5/);
  });

  test("with a mean and a scale, blue first, sized by TensorFlow: all in one line", async () => {
    const options = ["--mean", "103.94,116.78,123.68", "--scale", "0.017", "--bgr", "--fit", "tf-resize"];
    const { code, out } = await run("classify", at("image.ppm"), "--weights", at("teachable/model.json"), ...options);
    expect(code).toBe(0);
    expect(out).toMatch(
      /images tf-resize to 32×32, bgr, grey levels \(v - \[103\.94, 116\.78, 123\.68\]\) · \[0\.017\]\n/,
    );
  });

  test("a network of one channel gets grey", async () => {
    const { code, out } = await run("classify", at("image.ppm"), "--weights", at("grey/model.json"));
    expect(code).toBe(0);
    expect(out).toMatch(/images square to 8×8, bilinear, grey, grey levels tf \(a guess/);
  });

  test.each([
    [["--mean", "1,2"], /needs a number, or three such as/],
    [["--mean", "x"], /needs a number, or three/],
    [["--scale", "1", "--normalize", "tf"], /--normalize tf is a mean and a scale already, needs no --mean, --scale/],
  ])("%j is refused", async (options, message) => {
    const { code, err } = await run("classify", at("image.ppm"), "--weights", at("teachable/model.json"), ...options);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe("convert", () => {
  test("to model.json: the network and its weights, in two files", async () => {
    mkdirSync(at("out"), { recursive: true });
    const { code, out } = await run("convert", at("whole.keras"), at("out/model.json"));
    expect([code, out]).toEqual([0, expect.stringMatching(/model\.json: \d+ tensors of [\d,]+ numbers/)]);
    expect(existsSync(at("out/weights.bin"))).toBe(true);
    const back = await run("inspect", at("out/model.json"), "--json");
    expect(JSON.parse(back.out)).toMatchObject({ format: "tfjs", producer: "separable", version: "layers-model" });
  });

  test("neither file is overwritten without --force", async () => {
    mkdirSync(at("there"), { recursive: true });
    writeFileSync(at("there/weights.bin"), "mine");
    const refused = await run("convert", at("whole.keras"), at("there/model.json"));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/weights\.bin/);
    expect(readFileSync(at("there/weights.bin"), "utf8")).toBe("mine");
    expect(existsSync(at("there/model.json"))).toBe(false);
    expect((await run("convert", at("whole.keras"), at("there/model.json"), "--force")).code).toBe(0);
  });

  test("what is known of images and classes goes along", async () => {
    await writeTfjs("known", graph, weights, { normalize: "unit", classes: '["a","b","c"]' });
    const { out } = await run("classify", at("image.ppm"), "--weights", at("known/model.json"));
    expect(out).toMatch(/grey levels unit\n/);
    expect(out).toMatch(/ [abc] +\d/);
    expect(dirname(at("known/model.json"))).toBe(at("known"));
  });
});

test("summary, count and compare take the network of a file", async () => {
  for (const command of ["summary", "count"]) {
    const { code, out } = await run(command, at("whole.keras"));
    expect([command, code]).toEqual([command, 0]);
    expect(out).toMatch(/shared|whole/);
  }
});
