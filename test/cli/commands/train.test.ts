import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  fashionNet,
  mobilenetV1,
  openSafetensors,
  random,
  randomWeights,
  writeSafetensors,
} from "../../../src/index.ts";
import { runHere as run } from "../../support/cli.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { folder, at } = tempFolder();

const idx = (shape: readonly number[], data: Uint8Array): Buffer => {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = 8;
  head[3] = shape.length;
  for (const [i, extent] of shape.entries()) head.writeUInt32BE(extent, 4 + 4 * i);
  return Buffer.concat([head, data]);
};

/** Images of two classes, dark and bright. */
const levels = (count: number, size: number, seed: number): Uint8Array => {
  const source = random(seed);
  return Uint8Array.from({ length: count * size }, (_, i) => (Math.floor(i / size) % 2) * 150 + source.integer(100));
};
const pgm = (side: number, base: number, seed: number): Buffer => {
  const source = random(seed);
  const pixels = Uint8Array.from({ length: side * side }, () => base + source.integer(60));
  return Buffer.concat([Buffer.from(`P5\n${side} ${side}\n255\n`), pixels]);
};

beforeAll(() => {
  for (const name of ["idx", "few", "fashion-mnist", "images/dark", "images/bright", "hollow/a", "hollow/b"]) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const [set, count] of [
    ["train", 40],
    ["t10k", 10],
  ] as const) {
    writeFileSync(at(`idx/${set}-images-idx3-ubyte`), idx([count, 28, 28], levels(count, 784, count)));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    writeFileSync(at(`idx/${set}-labels-idx1-ubyte`), idx([count], labels));
    writeFileSync(at(`few/${set}-images-idx3-ubyte`), idx([count, 28, 28], levels(count, 784, count)));
    writeFileSync(at(`fashion-mnist/${set}-images-idx3-ubyte`), idx([count, 28, 28], levels(count, 784, count)));
    writeFileSync(at(`fashion-mnist/${set}-labels-idx1-ubyte`), idx([count], labels.fill(10, 3, 4)));
    writeFileSync(at(`few/${set}-labels-idx1-ubyte`), idx([count - 1], labels.subarray(1)));
  }
  for (let i = 0; i < 10; i++) {
    writeFileSync(at(`images/dark/${i}.pgm`), pgm(40, 0, i));
    writeFileSync(at(`images/bright/${i}.pgm`), pgm(40, 190, i));
  }
  writeFileSync(at("images/dark/broken.pgm"), "P5 nothing");
  writeFileSync(at("hollow/a/1.pgm"), pgm(8, 0, 1));
  const weights = randomWeights(mobilenetV1({ alpha: 0.25, classes: 3 }), 1);
  writeFileSync(at("body.safetensors"), writeSafetensors(weights));
});

const QUICK = ["--epochs", "2", "--batch", "20", "--threads", "1", "--model", "fashion_0.25"];

describe("separable train", () => {
  test("trains on IDX files, tests on those held out, and writes a file that classify knows", async () => {
    const out = at("trained.safetensors");
    const { code, out: said } = await run("train", at("idx"), ...QUICK, "--out", out);
    expect(said).toMatch(/fashion_0.25_28: .* 40 images of 2 classes/);
    expect(said).toMatch(/epoch +2 +loss .*, right .* %, .* images\/s/);
    expect(said).toMatch(/right on \d+ of 10 test images/);
    expect(code).toBe(0);
    expect(existsSync(`${out}.checkpoint`)).toBe(false);
    const { code: again, out: answer } = await run("classify", at("images/dark/1.pgm"), "--weights", out, "--json");
    expect(again).toBe(0);
    expect(JSON.parse(answer)[0]).toMatchObject({ model: "fashion_0.25_28" });
    expect(
      JSON.parse(answer)[0]
        .top.map(({ label }: { label: string }) => label)
        .sort(),
    ).toEqual(["0", "1"]);
  });

  test("the same command gives the same file, with two threads as with one; as JSON too", async () => {
    const [a, b] = [at("a.safetensors"), at("b.safetensors")];
    const { out } = await run("train", at("idx"), ...QUICK, "--out", a, "--json");
    expect(JSON.parse(out)).toMatchObject({
      model: "fashion_0.25_28",
      steps: 4,
      tested: "test images",
      images: 10,
    });
    await run("train", at("idx"), ...QUICK, "--threads", "2", "--out", b);
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
  });

  test("--fine-tune goes on from a file's weights, with a rate of 0 to the same ones", async () => {
    const [first, second] = [at("first.safetensors"), at("second.safetensors")];
    await run("train", at("idx"), ...QUICK, "--out", first);
    const more = ["--epochs", "1", "--batch", "20", "--learning-rate", "0", "--warmup", "0", "--fine-tune"];
    const { code } = await run("train", at("idx"), "--model", first, ...more, "--out", second);
    expect(code).toBe(0);
    const [a, b] = [await openSafetensors(first), await openSafetensors(second)];
    const filters = [...a.tensors.keys()].filter((name) => name.endsWith("filter"));
    expect(filters.length).toBeGreaterThan(3);
    for (const name of filters) expect((await b.read(name)).data).toEqual((await a.read(name)).data);
    const { code: refused, err } = await run("train", at("idx"), ...QUICK, "--fine-tune", "--out", second);
    expect(refused).toBe(2);
    expect(err).toMatch(/^train: --fine-tune needs --model FILE with weights/);
  });

  test("Ctrl-C writes a checkpoint; resumed, it ends with the same file", async () => {
    const [whole, halved] = [at("whole.safetensors"), at("halved.safetensors")];
    const long = ["--epochs", "30", "--batch", "20", "--threads", "1", "--model", "fashion_0.25"];
    await run("train", at("idx"), ...long, "--out", whole);
    const child = spawn("node", ["dist/cli/main.js", "train", at("idx"), ...long, "--out", halved]);
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
      if (/epoch +2 /.test(said) && !child.killed) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(said).toMatch(/stopped; progress is saved in .*halved.safetensors.checkpoint, continue with --resume/);
    expect(code).toBe(130);
    expect(existsSync(halved)).toBe(false);
    const { code: end } = await run("train", at("idx"), ...long, "--out", halved, "--resume");
    expect(end).toBe(0);
    expect(readFileSync(halved).equals(readFileSync(whole))).toBe(true);
  });

  test("a checkpoint that is there is not overwritten, and --out is to be a file", async () => {
    const out = at("kept.safetensors");
    writeFileSync(`${out}.checkpoint`, "19 epochs of work");
    const { code, err } = await run("train", at("idx"), ...QUICK, "--out", out);
    expect(err).toContain("kept.safetensors.checkpoint: is there from an earlier training; --resume goes on");
    expect(code).toBe(1);
    expect(readFileSync(`${out}.checkpoint`, "utf8")).toBe("19 epochs of work");
    expect((await run("train", at("idx"), ...QUICK, "--out", folder)).err).toContain(
      "cannot be written, it is no file",
    );
    expect((await run("train", at("idx"), ...QUICK, "--threads", "1000")).err).toContain(
      "train: --threads is 1000, needs at most 64",
    );
  });

  test("resuming something else is refused by name, nothing to resume too", async () => {
    const out = at("other.safetensors");
    const { out: none, err, code } = await run("train", at("idx"), ...QUICK, "--out", out, "--resume");
    expect([none, code]).toEqual(["", 1]);
    expect(err).toContain("is not there, nothing to resume");
    const other = writeSafetensors(new Map(), { step: "1", network: "fashion_1.0_28" });
    writeFileSync(`${out}.checkpoint`, other);
    expect((await run("train", at("idx"), ...QUICK, "--out", out, "--resume")).err).toContain(
      "checkpoint: --model was fashion_1.0_28, is fashion_0.25_28 now; use the earlier value, or delete the checkpoint",
    );
    await run("train", at("idx"), ...QUICK, "--out", at("ended.safetensors"));
    const more = await run("train", at("idx"), ...QUICK, "--out", at("ended.safetensors"), "--resume", "--epochs", "9");
    expect(more.err).toMatch(/nothing to resume: the training of .*ended.safetensors has ended.* without --resume/);
  });

  test("images in folders: a broken one is named and left out, or ends it with --strict", async () => {
    const out = at("folders.safetensors");
    const { code, err } = await run("train", at("images"), ...QUICK, "--batch", "10", "--out", out);
    expect(err).toContain("broken.pgm: ");
    expect(err).toContain("1 images were left out");
    expect(code).toBe(0);
    const strict = await run("train", at("images"), ...QUICK, "--out", out, "--strict");
    expect(strict.code).toBe(1);
    expect(strict.err).toContain("broken.pgm: ");
  });

  test.each([
    [["few"], /39 labels, .*train-images-idx3-ubyte has 40 images/],
    [["fashion-mnist"], /train-labels-idx1-ubyte: label 3 is 10, there are 10 classes/],
    [["hollow"], /hollow\/b: is empty/],
    [["nowhere"], /nowhere: cannot be read/],
    [["idx", "--batch", "41"], /40 images make no batch of 41/],
    [["idx", "--learning-rate", "1e6", "--epochs", "30"], /the loss of step \d+ is .*Try a smaller learning rate/],
    [["idx", "--out", "/nowhere/x.safetensors"], /\/nowhere\/x.safetensors.*: cannot be written/],
  ])("%j fails", async ([name, ...more], message) => {
    const given = ["train", at(name), ...QUICK, "--out", at("x.safetensors"), ...more];
    const { code, err } = await run(...given);
    expect(err).toMatch(message);
    expect(err).not.toContain("    at ");
    expect(code).toBe(1);
    expect(existsSync(at("x.safetensors"))).toBe(false);
  });

  test.each([
    [["--epochs", "0"], "--epochs is"],
    [["--optimizer", "adam"], "--optimizer is"],
    [["--smoothing", "2"], "train: --smoothing is 2"],
    [["--learning-rate", "fast"], "--learning-rate is"],
    [["--model", "resnet"], "there is no model"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, err } = await run("train", at("idx"), ...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe("separable evaluate", () => {
  test("a folder of other classes than the network's is refused; retrain refuses images of another size", async () => {
    const { code, err } = await run("evaluate", at("images"), "--weights", "fashion");
    expect(err).toContain("has bright, dark; fashion_1.0_28 knows T-shirt/top");
    expect(code).toBe(1);
    const retrained = await run(
      "retrain",
      at("idx"),
      "--weights",
      at("body.safetensors"),
      "--out",
      at("none.safetensors"),
    );
    expect(retrained.err).toContain("retrain: images are 28×28×1, mobilenet_v1_0.25_224 needs 224×224×3");
  });

  test("the test images of IDX files, class by class; JSON has the whole confusion", async () => {
    const out = at("judged.safetensors");
    await run("train", at("idx"), ...QUICK, "--out", out);
    const { code, out: said } = await run("evaluate", at("idx"), "--weights", out);
    expect(code).toBe(0);
    expect(said).toMatch(/^fashion_0.25_28: right on \d+ of 10 images/);
    const { confusion, images } = JSON.parse((await run("evaluate", at("idx"), "--weights", out, "--json")).out);
    expect(confusion.flat().reduce((sum: number, count: number) => sum + count)).toBe(images);
  });

  test("weights whose names of classes are damaged are refused", async () => {
    const out = at("damaged.safetensors");
    const weights = randomWeights(fashionNet({ classes: 2 }), 1);
    writeFileSync(out, writeSafetensors(weights, { model: "fashion", classes: "[1", normalize: "unit" }));
    const { code, err } = await run("evaluate", at("idx"), "--weights", out);
    expect(err).toContain('damaged.safetensors: its names of classes are "[1", needs a JSON list of 2 strings');
    expect(code).toBe(1);
  });
});

describe("separable study", () => {
  test("trains every network, keeps what is done, and goes on from there", async () => {
    const out = at("study.json");
    const options = [
      "study",
      at("idx"),
      "--seeds",
      "1",
      "--epochs",
      "1",
      "--images",
      "200",
      "--threads",
      "1",
      "--out",
      out,
    ];
    mkdirSync(at("more"), { recursive: true });
    for (const set of ["train", "t10k"]) {
      writeFileSync(at(`more/${set}-images-idx3-ubyte`), idx([100, 28, 28], levels(100, 784, 1)));
      writeFileSync(
        at(`more/${set}-labels-idx1-ubyte`),
        idx(
          [100],
          Uint8Array.from({ length: 100 }, (_, i) => i % 2),
        ),
      );
    }
    options[1] = at("more");
    const { code, out: said } = await run(...options);
    expect(code).toBe(0);
    expect(said.match(/, seed 1: /g)?.length).toBe(9);
    const { rows } = JSON.parse(readFileSync(out, "utf8"));
    expect(rows.length).toBe(9);
    expect((await run(...options)).out).not.toContain("seed 1: ");
    const other = await run(...options, "--epochs", "2");
    expect(other.err).toContain("is of a study whose epochs is 1, this one's is 2");
    expect(other.code).toBe(1);
    writeFileSync(out, "{");
    expect((await run(...options)).err).toContain("study.json: exists but is not a study file");
  });
});

describe("separable retrain", () => {
  test("a network learns the classes of a folder, and classify tells them apart", async () => {
    const out = at("retrained.safetensors");
    const {
      code,
      out: said,
      err,
    } = await run(
      "retrain",
      at("images"),
      "--weights",
      at("body.safetensors"),
      "--out",
      out,
      "--model",
      "mobilenet_v1_0.25_32",
      "--epochs",
      "20",
    );
    expect(err).toContain("1 images were left out");
    expect(said).toMatch(/has learned 2 classes: bright, dark/);
    expect(said).toMatch(/16 images, right on 100.0 %. Of 4 held out for validation it is right on 100.0 %/);
    expect(code).toBe(0);
    const { metadata } = await openSafetensors(out);
    expect(metadata.get("classes")).toBe('["bright","dark"]');
    for (const name of ["bright", "dark"]) {
      const { out: answer } = await run("classify", at(`images/${name}/3.pgm`), "--weights", out, "--json");
      expect(JSON.parse(answer)[0].top[0].label).toBe(name);
    }
  });

  test.each([
    [[], "needs a folder of images"],
    [["x"], "needs --weights FILE"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, err } = await run("retrain", ...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe("separable classify without arguments", () => {
  test("shows every image of the sample with prediction and truth, and that the tiers agree", async () => {
    const { code, out } = await run("classify");
    expect(code).toBe(0);
    expect(out.match(/[\u2800-\u28ff]{14}/g)?.length).toBe(28 * 7);
    expect(out).toMatch(/\d+ of 28 right\. An image takes: naive .*, im2col .*, simd /);
    expect(out).toMatch(/The tiers agree: no probability differs by more than \de-\d/);
    const { answers, right, difference } = JSON.parse((await run("classify", "--json")).out);
    expect(answers.length).toBe(28);
    expect(right).toBeGreaterThanOrEqual(24);
    expect(difference).toBeLessThan(1e-5);
  });
});
