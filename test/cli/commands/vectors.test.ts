import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { conv2d, depthwiseConv2d, type Tensor, tensor } from "../../../src/index.ts";
import { CONV_CORNERS } from "../../../src/testing/index.ts";
import { runHere as run } from "../../support/cli.ts";
import { withProgram } from "../../support/external.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { folder, at } = tempFolder();

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

  test.each([
    ["standard", "oihw", [6, 2, 3, 2], "hwio"],
    ["standard", "ohwi", [6, 3, 2, 2], "hwio"],
    ["standard", "ihwo", [2, 3, 2, 6], "hwio"],
    ["depthwise", "oihw", [4, 1, 3, 2], "hwim"],
  ])("nchw, with a filter of %s convolution in %s, is the same convolution", async (type, order, shape, usual) => {
    const line = `vectors ${type} --input 2x6x5x4 --kernel 3x2 --padding 1,2`.split(" ");
    if (type === "standard") line.push("--groups", "2", "--outputs", "6");
    const plain = JSON.parse((await run(...line)).out);
    const turned = JSON.parse((await run(...line, "--layout", "nchw", "--filter-layout", order)).out);
    expect([plain.layout, plain.filterLayout, turned.layout, turned.filterLayout]).toEqual([
      "nhwc",
      usual,
      "nchw",
      order,
    ]);
    expect(turned.filter.shape).toEqual(shape);
    expect(turned.geometry).toMatchObject({ PAD_TOP: 1, PAD_BOTTOM: 1, PAD_LEFT: 2, PAD_RIGHT: 2 });
    for (const name of ["input", "output", "bound", "statistical_bound"]) {
      const back = filled(turned[name]).transpose([0, 2, 3, 1]);
      expect(back.toArray(), name).toEqual(filled(plain[name]).toArray());
    }
    const { KH, KW, C } = plain.geometry;
    const rows = plain.im2col.shape[0];
    const columns = filled(turned.im2col).reshape(
      order === "oihw" || order === "ihwo" ? [rows, C, KH, KW] : [rows, KH, KW, C],
    );
    const byTaps = order === "oihw" || order === "ihwo" ? columns.transpose([0, 2, 3, 1]) : columns;
    expect([...byTaps.toFloat32Array()]).toEqual(plain.im2col.data);
  });

  test("bounds of another precision are wider", async () => {
    const single = JSON.parse((await run("vectors")).out);
    const half = JSON.parse((await run("vectors", "--precision", "float16")).out);
    expect(half.output.data).toEqual(single.output.data);
    half.bound.data.forEach((bound: number, i: number) => {
      expect(bound).toBeGreaterThan(4000 * single.bound.data[i]);
    });
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
      ["bias", "bound", "filter", "im2col", "input", "output", "statistical_bound"]
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
    for (const name of ["bound", "statistical_bound"]) {
      words(name).forEach((bound, i) => {
        expect(bound).toBeGreaterThanOrEqual(json[name].data[i] + off[i]); // around the rounded answer
        expect(bound).toBeLessThan((json[name].data[i] + off[i]) * (1 + 2 ** -22));
      });
    }
    const header = readFileSync(at("hex/geometry.vh"), "utf8");
    for (const [name, value] of Object.entries(json.geometry)) {
      expect(header).toContain(`localparam integer CONV_${name} = ${value};`);
    }
    const y = depthwiseConv2d(filled(json.input), filled(json.filter), { bias: filled(json.bias), backend: "naive" });
    expect(words("output")).toEqual([...y.data]);
  });

  test("whole numbers are integers, and two sets of parameters fit into one module", async () => {
    const line = ["vectors", "--values", "integers", "--format", "hex"];
    await run(...line, "--name", "first", "--output", at("whole"));
    await run(...line, "--name", "second", "--activation", "sigmoid", "--output", at("notWhole"));
    const json = JSON.parse((await run("vectors", "--values", "integers")).out);
    const words = (name: string): number[] =>
      readFileSync(at(`whole/${name}.hex`), "utf8")
        .trimEnd()
        .split("\n")
        .map((word) => Number.parseInt(word, 16) | 0);
    for (const name of ["bias", "filter", "im2col", "input", "output"])
      expect(words(name), name).toEqual(json[name].data);
    expect(new Set([...words("bound"), ...words("statistical_bound")])).toEqual(new Set([0]));
    const [first, second] = ["whole", "notWhole"].map((name) => readFileSync(at(`${name}/geometry.vh`), "utf8"));
    const parameters = (text: string): string[] =>
      [...text.matchAll(/localparam integer (\w+)/g)].map(([, name]) => name);
    expect(parameters(first).length).toBeGreaterThan(20);
    expect(parameters(first).filter((name) => parameters(second).includes(name))).toEqual([]);
    expect(first).toContain("FIRST_INTEGERS = 1;");
    expect(second).toContain("SECOND_INTEGERS = 0;"); // a sigmoid is not whole
  });
});

describe("--algorithm", () => {
  test.each(["json", "npz", "c", "hex"])("widens the bounds in %s, and judge reads it", async (format) => {
    const line = "vectors standard --input 7x6x3 --padding same --algorithm winograd4 --format".split(" ");
    const file = at(`winograd.${format === "c" ? "h" : format}`);
    expect((await run(...line, format, "--output", file)).code).toBe(0);
    const { code, out } = await run("judge", file, file);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^within: the outputs use at most 0\.\d % of the proof's bound\nthe proof alone judges: the bound of win/,
    );
  });

  test("is many times as wide as that of sums of products", async () => {
    const boundOf = async (...more: string[]): Promise<number> => {
      const { out } = await run("vectors", "standard", "--input", "7x6x3", "--padding", "same", ...more);
      return Math.max(...JSON.parse(out).bound.data);
    };
    expect((await boundOf("--algorithm", "winograd4")) / (await boundOf())).toBeGreaterThan(10);
  });

  test.each<[string, RegExp]>([
    ["standard --algorithm fft", /^vectors: --algorithm is "fft", needs one of direct, winograd2, winograd4/],
    ["standard --strides 2 --algorithm winograd2", /--algorithm is "winograd2" for strides 2×2, needs 1/],
    ["depthwise --algorithm winograd2", /^vectors: --algorithm is of a standard convolution/],
    ["--random-suite 3 --output x --algorithm winograd2", /^vectors: --algorithm is of a standard convolution/],
    ["--layer conv1 fashion --algorithm winograd2", /^vectors: --layer has its own shapes, --algorithm cannot be/],
    ["--type int8 --algorithm winograd2", /^vectors: --algorithm is of real numbers, --type cannot be chosen/],
  ])("refuses %s", async (line, message) => {
    const { code, err } = await run("vectors", ...line.split(" "));
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
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
      expect(compile(), line).toMatch(/^\d+ outputs, 0 suspicious, 0 wrong\n$/);
    }
    const header = readFileSync(at("vectors.h"), "utf8");
    writeFileSync(at("vectors.h"), header.replace(/(conv_filter\[45\] = \{\n {2})[^,]+/, "$15.0f"));
    expect(compile()).toMatch(/[1-9]\d* wrong\n$/);
  });

  withProgram("cc", ["--version"], "C: a program that loops over a suite judges it as separable judge does", () => {
    const separable = (...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync("node", ["dist/cli/main.js", ...args], { encoding: "utf8" });
    for (const layout of ["nhwc", "nchw"]) {
      separable(..."vectors --random-suite 60 --format c --layout".split(" "), layout, "--output", at(layout));
      for (const [flags, isRight] of [
        [[], true],
        [["-DMISTAKE"], false],
      ] as const) {
        const program = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", ...flags, "-I", at(layout)];
        execFileSync("cc", [...program, "test/oracles/check_suite.c", "-o", at("suite-check"), "-lm"], {
          stdio: "pipe",
        });
        const { stdout } = spawnSync(at("suite-check"), [at("answers.bin")], { encoding: "utf8" });
        const [, suspicious, wrong] = /^60 cases, (\d+) suspicious, (\d+) wrong$/m.exec(stdout)?.map(Number) ?? [];
        const judged = separable("judge", at(layout), at("answers.bin"), "--json");
        const { counts, mistakes } = JSON.parse(String(judged.stdout));
        expect(counts).toEqual({ within: 60 - suspicious - wrong, suspicious, wrong });
        expect([wrong === 0, judged.status]).toEqual([isRight, isRight ? 0 : 1]);
        if (!isRight) expect(mistakes[0]).toEqual({ name: "one stride for rows and columns", cases: wrong });
      }
    }
  });

  withProgram(
    "iverilog",
    ["-V"],
    "Verilog: a module with two sets of vectors computes one again, and is judged",
    () => {
      for (const name of ["first", "second"]) {
        const line = ["vectors", "--values", "integers", "--format", "hex", "--name", name];
        execFileSync("node", ["dist/cli/main.js", ...line, "--output", at(name)]);
      }
      const source = resolve("test/oracles/check_vectors.v");
      execFileSync("iverilog", ["-g2001", source, "-o", "verilog-check"], { cwd: folder });
      execFileSync(at("verilog-check"), { cwd: folder });
      const judge = ["dist/cli/main.js", "judge", at("first"), at("answer.hex")];
      expect(execFileSync("node", judge, { encoding: "utf8" })).toMatch(/^within: the outputs use at most 0\.0 %/);
    },
  );

  withProgram(
    "python3",
    ["-c", "import numpy"],
    "NumPy: recomputes and judges a suite, and its answers are judged",
    () => {
      for (const layout of ["nhwc", "nchw"]) {
        const count = CONV_CORNERS.length + 40;
        const line = [
          "dist/cli/main.js",
          "vectors",
          "--random-suite",
          String(count),
          "--format",
          "npz",
          "--layout",
          layout,
        ];
        execFileSync("node", [...line, "--output", at(`npz-${layout}`)]);
        const index = JSON.parse(readFileSync(at(`npz-${layout}/index.json`), "utf8"));
        expect(index.length).toBe(count);
        const files = index.map(({ file }: { file: string }) => at(`npz-${layout}/${file}.npz`));
        const script = ["test/oracles/check_vectors.py", "--answers", at(`answers-${layout}.npz`), ...files];
        const printed = execFileSync("python3", script, { encoding: "utf8" });
        expect(printed).toMatch(new RegExp(`^${count} files, 0 suspicious, 0 wrong, NumPy `));
        const judge = ["dist/cli/main.js", "judge", at(`npz-${layout}`), at(`answers-${layout}.npz`)];
        expect(execFileSync("node", judge, { encoding: "utf8" })).toBe(`all ${count} cases are within their bounds\n`);
      }
    },
  );
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
    ["--padding around", 2, /^vectors: --padding is "around", needs valid, same, same-lower, or one, two or four/],
    ["--padding 1,2,3", 2, /^vectors: --padding is "1,2,3"/],
    ["--layout hwc", 2, /^vectors: --layout is "hwc", needs one of nhwc, nchw/],
    ["--filter-layout hwim", 2, /^vectors: --filter-layout is "hwim", needs one of hwio, oihw, ohwi, ihwo/],
    ["depthwise --filter-layout ohwi", 2, /^vectors: --filter-layout is "ohwi", needs one of hwim, oihw/],
    ["--precision double", 2, /^vectors: --precision is "double", needs one of float32, float16, bfloat16, tf32/],
    ["--random-suite 5 --filter-layout oihw --output x", 2, /--filter-layout cannot be chosen/],
    ["--random-suite 3000 --format c --output x", 2, /needs an integer from 1 to 2000/],
    ["--groups 2", 2, /^vectors: --groups is 2, needs a divisor of the input's 3 channels/],
    ["depthwise --outputs 4", 2, /^vectors: --outputs does not belong to a depthwise convolution/],
    ["pointwise --kernel 3", 2, /^vectors: --kernel does not belong to a pointwise convolution/],
    ["--activation gelu", 2, /^vectors: --activation is "gelu", needs one of none, relu/],
    ["--format npz", 2, /^vectors: --format npz is not for a screen, needs --output PATH/],
    ["--format csv", 2, /^vectors: --format is "csv", needs one of json, npz, c, hex/],
    ["--input 64x64x32", 2, /^vectors: [\d,]+ numbers are too many to print, needs --output PATH/],
    ["--name 3d", 2, /^vectors: --name is "3d", needs a valid C identifier/],
    ["--random-suite 5", 2, /^vectors: --random-suite needs --output FOLDER/],
    ["--random-suite 5 --kernel 3", 2, /^vectors: --random-suite chooses the convolutions, --kernel cannot be chosen/],
    ["--random-suite 99999 --output x", 2, /^vectors: --random-suite is "99999", needs an integer from 1 to 10000/],
    ["--output THERE", 2, /there exists, needs a new name or --force$/m],
    ["--output NOWHERE/a.json", 1, /nowhere\/a\.json: cannot be written/],
    ["--data NOT", 1, /not\.json is not valid JSON/],
    ["--data RAGGED", 1, /ragged\.json: input: /],
    ["--data ONE", 1, /one\.json: has no "filter", needs nested arrays of numbers/],
    ["--data ONE --no-bias", 2, /^vectors: --data has its own shapes and values, --no-bias cannot be chosen/],
    ["--data LARGE", 1, /large\.json: input: a number does not fit a float32/],
    ["--data ODD", 1, /odd\.json: has "biass", knows input, filter, bias/],
    ["--format hex --output THERE --force", 1, /there: cannot be written, it is no folder/],
    ["--data ONE --kernel 3", 2, /^vectors: --data has its own shapes and values, --kernel cannot be chosen/],
    ["--data GONE", 1, /gone\.json: cannot be read \(ENOENT/],
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
