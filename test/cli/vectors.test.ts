import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { conv2d, depthwiseConv2d, type Tensor, tensor } from "../../src/index.ts";
import { CONV_CORNERS } from "../../src/testing/index.ts";
import { runHere as run } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "separable-vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** Runs tests that need a program of this machine, and says so where it does not have it. */
function withProgram(program: string, args: string[], name: string, body: () => void): void {
  const isThere = spawnSync(program, args).status === 0;
  test(isThere ? name : `${name}: skipped, ${program} is not here`, { timeout: 60_000 }, (context) => {
    if (isThere) body();
    else context.skip();
  });
}

const filled = (value: { shape: number[]; data: number[] }): Tensor => tensor(value.data, value.shape);

describe("json", () => {
  test("is the convolution that was asked for", async () => {
    const { code, out } = await run(
      ..."vectors standard --input 2x6x5x4 --kernel 3x2 --outputs 6 --strides 2x1 --padding 1,0,2,1 --groups 2".split(
        " ",
      ),
      ..."--activation relu6 --seed 9".split(" "),
    );
    expect(code).toBe(0);
    const { op, activation, geometry, input, filter, bias, output, output64, bound, im2col } = JSON.parse(out);
    expect([op, activation, geometry.GROUPS, geometry.PAD_LEFT]).toEqual(["conv2d", "relu6", 2, 2]);
    const options = {
      strides: [2, 1],
      padding: [1, 0, 2, 1],
      groups: 2,
      activation: "relu6",
      backend: "naive",
    } as const;
    const y = conv2d(filled(input), filled(filter), { ...options, bias: filled(bias) });
    expect(output.shape).toEqual(y.shape);
    expect(output.data).toEqual([...y.data]);
    expect(im2col.shape).toEqual([y.size / 6, 24]);
    output64.data.forEach((value: number, i: number) => {
      expect(Math.fround(value)).toBe(output.data[i]);
    });
    expect(bound.data.length).toBe(y.size);
  });

  test("of given data", async () => {
    writeFileSync(
      at("data.json"),
      JSON.stringify({
        input: [
          [
            [[1], [2]],
            [[3], [4]],
          ],
        ],
        filter: [[[[10]], [[1]]]],
      }),
    );
    const { code, out, err } = await run("vectors", "--data", at("data.json"));
    expect(err).toBe("");
    expect(code).toBe(0);
    const { output, bias } = JSON.parse(out);
    expect([output.data, bias]).toEqual([[12, 34], undefined]);
  });

  test("of given data without a batch axis", async () => {
    writeFileSync(at("flat.json"), JSON.stringify({ input: [[[2, 3]]], filter: [[[[1], [10]]]] }));
    expect(JSON.parse((await run("vectors", "--data", at("flat.json"))).out).output.data).toEqual([32]);
  });

  test("of given data, in groups", async () => {
    const grouped = {
      input: [[[[1, 2, 3, 4]]]],
      filter: [
        [
          [
            [10, 1],
            [100, 1],
          ],
        ],
      ],
      bias: [0.5, 0.25],
    };
    writeFileSync(at("grouped.json"), JSON.stringify(grouped));
    const { out, err } = await run("vectors", "--data", at("grouped.json"), "--groups", "2", "--activation", "relu6");
    expect(err).toBe("");
    const { output, bias } = JSON.parse(out);
    expect([output.data, bias.data]).toEqual([
      [6, 6],
      [0.5, 0.25],
    ]);
  });

  test("whole numbers on request, and no bias", async () => {
    const { input, bias } = JSON.parse((await run("vectors", "depthwise", "--values", "integers", "--no-bias")).out);
    expect(input.data.every((value: number) => Number.isInteger(value) && Math.abs(value) <= 8)).toBe(true);
    expect(bias).toBeUndefined();
  });
});

describe("hex", () => {
  test("words are bit patterns, bounds are rounded up", async () => {
    await run("vectors", "depthwise", "--format", "hex", "--output", at("hex"), "--multiplier", "2");
    const json = JSON.parse((await run("vectors", "depthwise", "--multiplier", "2")).out);
    expect(readdirSync(at("hex")).sort()).toEqual(
      ["bias", "bound", "filter", "im2col", "input", "output"]
        .map((name) => `${name}.hex`)
        .concat("geometry.vh")
        .sort(),
    );
    const off = json.output.data.map((value: number, i: number) => Math.abs(value - json.output64.data[i]));
    const words = (name: string): number[] => {
      const lines = readFileSync(at(`hex/${name}.hex`), "utf8")
        .trimEnd()
        .split("\n");
      for (const line of lines) expect(line).toMatch(/^[0-9a-f]{8}$/);
      return [...new Float32Array(Uint32Array.from(lines, (line) => Number.parseInt(line, 16)).buffer)];
    };
    for (const name of ["bias", "filter", "im2col", "input", "output"])
      expect(words(name), name).toEqual(json[name].data);
    words("bound").forEach((bound, i) => {
      expect(bound).toBeGreaterThanOrEqual(json.bound.data[i] + off[i]); // around the rounded answer
      expect(bound).toBeLessThan((json.bound.data[i] + off[i]) * (1 + 2 ** -22));
    });
    const header = readFileSync(at("hex/geometry.vh"), "utf8");
    for (const [name, value] of Object.entries(json.geometry)) {
      expect(header).toContain(`localparam integer ${name} = ${value};`);
    }
    const y = depthwiseConv2d(filled(json.input), filled(json.filter), { bias: filled(json.bias), backend: "naive" });
    expect(words("output")).toEqual([...y.data]);
  });
});

describe("outside oracles", () => {
  withProgram("cc", ["--version"], "C: a program that includes the header passes, and fails for a wrong one", () => {
    const source = "test/oracles/check_vectors.c";
    const compile = (): string => {
      const flags = [
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-ffp-contract=off",
        "-I",
        folder,
        source,
        "-o",
        at("check"),
        "-lm",
      ];
      execFileSync("cc", flags, { stdio: "pipe" });
      return spawnSync(at("check"), { encoding: "utf8" }).stdout;
    };
    const lines = [
      "depthwise --input 7x9x5 --kernel 1x3 --strides 2 --padding same --multiplier 3",
      "standard --input 2x6x7x4 --kernel 4x2 --outputs 6 --groups 2 --dilations 1x2 --padding 2,1,0,3 --activation hardSwish",
      "pointwise --input 4x3x9 --outputs 5 --activation sigmoid --no-bias",
    ];
    for (const line of lines) {
      execFileSync("node", [
        "dist/cli/main.js",
        "vectors",
        ...line.split(" "),
        "--format",
        "c",
        "--output",
        at("vectors.h"),
        "--force",
      ]);
      expect(compile(), line).toMatch(/^\d+ outputs, 0 wrong\n$/);
    }
    const header = readFileSync(at("vectors.h"), "utf8");
    writeFileSync(at("vectors.h"), header.replace(/(conv_filter\[45\] = \{\n {2})[^,]+/, "$15.0f"));
    expect(compile()).toMatch(/[1-9]\d* wrong\n$/);
  });

  withProgram("python3", ["-c", "import numpy"], "NumPy: reads a suite and recomputes it", () => {
    const count = String(CONV_CORNERS.length + 40);
    execFileSync("node", [
      "dist/cli/main.js",
      "vectors",
      "--random-suite",
      count,
      "--format",
      "npz",
      "--output",
      at("suite"),
    ]);
    const index = JSON.parse(readFileSync(at("suite/index.json"), "utf8"));
    expect(index.length).toBe(Number(count));
    const plain = index.filter(({ options }: { options: { activation: string } }) => options.activation === "none");
    expect(plain.length).toBeGreaterThan(50);
    const files = plain.map(({ file }: { file: string }) => at(`suite/${file}.npz`));
    const printed = execFileSync("python3", ["test/oracles/check_vectors.py", ...files], { encoding: "utf8" });
    expect(printed).toMatch(new RegExp(`^${plain.length} files, NumPy `));
  });
});

describe("refuses", () => {
  writeFileSync(at("there"), "mine");
  writeFileSync(at("not.json"), "{");
  writeFileSync(at("ragged.json"), JSON.stringify({ input: [[1, 2], [3]], filter: [1] }));
  writeFileSync(at("large.json"), '{"input":[[[[1e39]]]],"filter":[[[[1]]]]}');
  writeFileSync(at("odd.json"), '{"input":[[[[1]]]],"filter":[[[[1]]]],"biass":[1]}');
  writeFileSync(at("one.json"), JSON.stringify({ input: [[[[1]]]] }));

  test.each<[string, number, RegExp]>([
    ["spatial", 2, /^vectors: there is no "spatial", needs one of standard, depthwise, pointwise/],
    ["--input 5x6", 2, /^vectors: --input is "5x6", needs 3 or 4 numbers such as 5x6x3/],
    ["--input 0x6x3", 2, /^vectors: --input is "0x6x3"/],
    ["--kernel 3x3x3", 2, /^vectors: --kernel is "3x3x3"/],
    ["--kernel 9", 2, /^vectors standard: --kernel reaches over 9 rows, the padded input has 5/],
    ["--padding around", 2, /^vectors: --padding is "around", needs valid, same, same-lower, a number or four/],
    ["--padding 1,2", 2, /^vectors: --padding is "1,2"/],
    ["--groups 2", 2, /^vectors: --groups is 2, needs a divisor of the input's 3 channels/],
    ["depthwise --outputs 4", 2, /^vectors: --outputs does not belong to a depthwise convolution/],
    ["pointwise --kernel 3", 2, /^vectors: --kernel does not belong to a pointwise convolution/],
    ["--activation gelu", 2, /^vectors: --activation is "gelu", needs one of none, relu/],
    ["--format npz", 2, /^vectors: --format npz is not for a screen, needs --output PATH/],
    ["--format csv", 2, /^vectors: --format is "csv", needs one of json, npz, c, hex/],
    ["--input 64x64x32", 2, /^vectors: [\d,]+ numbers are too many to print, needs --output PATH/],
    ["--name 3d", 2, /^vectors: --name is "3d", needs a name of C/],
    ["--random-suite 5", 2, /^vectors: --random-suite needs --output FOLDER/],
    ["--random-suite 5 --kernel 3", 2, /^vectors: --random-suite chooses the convolutions, --kernel cannot be chosen/],
    ["--random-suite 99999 --output x", 2, /^vectors: --random-suite is "99999", needs an integer from 1 to 10000/],
    ["--output THERE", 2, /there exists, needs a new name or --force$/m],
    ["--output NOWHERE/a.json", 1, /nowhere\/a\.json: cannot be written/],
    ["--data NOT", 1, /not\.json: is no JSON that can be read/],
    ["--data RAGGED", 1, /ragged\.json: input: /],
    ["--data ONE", 1, /one\.json: has no "filter", needs nested arrays of numbers/],
    ["--data ONE --no-bias", 2, /^vectors: --data has shapes and values of its own, --no-bias cannot be chosen/],
    ["--data LARGE", 1, /large\.json: input: a number does not fit a float32/],
    ["--data ODD", 1, /odd\.json: has "biass", knows input, filter, bias/],
    ["--format hex --output THERE --force", 1, /there: cannot be written, it is no folder/],
    ["--data ONE --kernel 3", 2, /^vectors: --data has shapes and values of its own, --kernel cannot be chosen/],
    ["--data GONE", 1, /gone\.json: cannot be read \(ENOENT\)/],
  ])("%s", async (line, code, message) => {
    const paths = {
      THERE: "there",
      NOWHERE: "nowhere",
      NOT: "not.json",
      RAGGED: "ragged.json",
      ONE: "one.json",
      GONE: "gone.json",
      LARGE: "large.json",
      ODD: "odd.json",
    };
    const args = line.split(" ").map((word) => {
      return Object.entries(paths).reduce(
        (text, [key, name]) => (text.startsWith(key) ? text.replace(key, at(name)) : text),
        word,
      );
    });
    const { code: found, err, out } = await run("vectors", ...args);
    expect(err).toMatch(message);
    expect([found, out]).toEqual([code, ""]);
    expect(readFileSync(at("there"), "utf8")).toBe("mine");
    expect(existsSync("x")).toBe(false);
  });

  test("a link stays a link, a device a device, a folder may end in a slash", async () => {
    writeFileSync(at("real.json"), "old");
    symlinkSync(at("real.json"), at("link.json"));
    expect((await run("vectors", "--output", at("link.json"), "--force")).code).toBe(0);
    expect(JSON.parse(readFileSync(at("real.json"), "utf8")).op).toBe("conv2d");
    expect((await run("vectors", "--output", "/dev/null", "--force")).err).toMatch(/cannot be written, it is no file/);
    expect((await run("vectors", "--format", "hex", "--output", `${at("slash")}/`)).code).toBe(0);
    expect(existsSync(at("slash/geometry.vh"))).toBe(true);
  });

  test("headers of a suite can be included together", async () => {
    await run("vectors", "--random-suite", "2", "--format", "c", "--output", at("headers"));
    const guards = ["0001.h", "0002.h"].map(
      (file) => /#ifndef (\w+)/.exec(readFileSync(at(`headers/${file}`), "utf8"))?.[1],
    );
    expect(guards).toEqual(["CONV_0001_VECTORS_H", "CONV_0002_VECTORS_H"]);
  });

  test("a file that exists is replaced with --force; in a folder that exists only its files are", async () => {
    expect((await run("vectors", "--output", at("there"), "--force")).code).toBe(0);
    expect(JSON.parse(readFileSync(at("there"), "utf8")).op).toBe("conv2d");
    await run("vectors", "--format", "hex", "--output", at("again"));
    writeFileSync(at("again/mine"), "mine");
    expect((await run("vectors", "--format", "hex", "--output", at("again"), "--force")).code).toBe(0);
    expect(statSync(at("again/mine")).size).toBe(4);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
