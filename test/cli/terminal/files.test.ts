/** Files that are none, files of others, and names that a terminal would obey. */

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import { readImage } from "../../../src/cli/input/imageFile.ts";
import { checkWritable, readWhole, writeFolder, writeWhole } from "../../../src/cli/terminal/files.ts";
import { FormatError, loadWeights, Tensor, writeSafetensors } from "../../../src/index.ts";
import { renderCsv } from "../../../src/report/forms/csv.ts";
import { renderHtml } from "../../../src/report/forms/html.ts";
import { renderMarkdown } from "../../../src/report/forms/markdown.ts";
import { runHere as run } from "../../support/cli.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { folder, at } = tempFolder();

describe.skipIf(process.platform === "win32")("a named pipe in the place of a file", () => {
  const pipe = at("pipe");
  execFileSync("mkfifo", [pipe]);

  test("is refused before it is opened", { timeout: 5000 }, async () => {
    for (const read of [readWhole, readImage, loadWeights]) {
      await expect(read(pipe)).rejects.toThrow(FormatError);
      await expect(read(pipe)).rejects.toThrow(/pipe or a device/);
    }
    await expect(readWhole("/dev/zero")).rejects.toThrow(/a pipe or a device, needs a file/);
  });

  test.each([
    ["classify", pipe],
    ["classify", "--weights", pipe, "--sample", "x"],
    ["convert", pipe, at("out.onnx")],
    ["vectors", "--data", pipe],
    ["judge", pipe, pipe],
  ])("in %s too", { timeout: 5000 }, async (...args) => {
    const { code, err } = await run(...args);
    expect(code).toBeGreaterThan(0);
    expect(err.length).toBeGreaterThan(0);
  });
});

describe("written files", () => {
  test("keep the mode of what they replace", async () => {
    writeFileSync(at("old"), "old");
    chmodSync(at("old"), 0o640);
    await writeWhole(at("old"), "new");
    expect([readFileSync(at("old"), "utf8"), statSync(at("old")).mode & 0o777]).toEqual(["new", 0o640]);
  });

  test("replace what is read-only with --force alone", async () => {
    writeFileSync(at("fixed"), "mine");
    chmodSync(at("fixed"), 0o444);
    await expect(checkWritable(at("fixed"))).rejects.toThrow("cannot be written, it is read-only");
    await checkWritable(at("fixed"), true);
    expect((await run("vectors", "--output", at("fixed"), "--force")).code).toBe(0);
    expect(statSync(at("fixed")).mode & 0o777).toBe(0o444);
  });

  test("follow no link that waits under the name of a file in between", async () => {
    writeFileSync(at("victim"), "precious");
    for (const name of ["target", "into"]) symlinkSync(at("victim"), at(`${name}.${process.pid}.part`));
    await checkWritable(at("target"));
    await writeWhole(at("target"), "new");
    await writeFolder(at("into"), [["a", "1"]]);
    expect(readFileSync(at("victim"), "utf8")).toBe("precious");
    expect(readFileSync(at("into/a"), "utf8")).toBe("1");
    const left = readdirSync(folder).filter((name) => name.endsWith(".part"));
    expect(left.sort()).toEqual([`into.${process.pid}.part`, `target.${process.pid}.part`]);
  });
});

test("shards of TensorFlow.js that are links are refused, as external data of ONNX is", async () => {
  mkdirSync(at("model"));
  writeFileSync(at("secret.bin"), new Uint8Array(4));
  symlinkSync(at("secret.bin"), at("model/shard.bin"));
  const weights = [{ name: "w", shape: [1], dtype: "float32" }];
  writeFileSync(at("model/model.json"), JSON.stringify({ weightsManifest: [{ paths: ["shard.bin"], weights }] }));
  await expect(loadWeights(at("model/model.json"))).rejects.toThrow(/lies in "shard\.bin", which is not a plain file/);
  rmSync(at("model/shard.bin"));
  writeFileSync(at("model/shard.bin"), new Uint8Array(4));
  expect((await loadWeights(at("model/model.json"))).get("w")?.shape).toEqual([1]);
});

describe("names from files", () => {
  const evil = "\x1b[2J\x07\x9b31m\u202etxt";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  const obeyed = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;

  test("reach the terminal as text", async () => {
    const names = new Map([[`${evil}/weight`, Tensor.zeros([1])]]);
    writeFileSync(at("evil.safetensors"), writeSafetensors(names));
    mkdirSync(at(evil));
    for (const args of [
      ["classify", "--weights", at("evil.safetensors"), "--model", "mobilenet_v1_0.25_32", at("none.ppm")],
      ["classify", at(`${evil}/none.ppm`)],
      ["convert", at("evil.safetensors"), at("out.onnx")],
      ["vectors", evil],
      [evil],
      ["evaluate", at(evil)],
    ]) {
      const { out, err } = await run(...args);
      expect(out + err, args[0]).not.toMatch(obeyed);
      expect(err.length, args[0]).toBeGreaterThan(0);
    }
    expect(existsSync(at("out.onnx"))).toBe(false);
  });

  test("are neutral in reports", () => {
    const name = `<img src=x>|${evil}`;
    const table = {
      name: "t",
      title: "t",
      columns: [{ title: "name" }],
      rows: [[name], ["=cmd|' /C calc'!A0"], ["-1+1"]],
    };
    const report = { title: name, origin: name, parts: [{ text: name }, { table }] };
    expect(renderHtml(report)).not.toMatch(/<img/);
    expect(renderMarkdown(report)).not.toMatch(/(?<!\\)<img/);
    for (const text of [renderHtml(report), renderMarkdown(report), renderCsv(report)])
      expect(text).not.toMatch(obeyed);
    expect(renderCsv(report).split("\n").slice(2)).toEqual([`"'=cmd|' /C calc'!A0"`, `"'-1+1"`]);
  });
});
