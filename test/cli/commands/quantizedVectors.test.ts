/** Vectors of integers: every format is read back and judged, and hardware and C recompute them. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUNDINGS } from "../../../src/ops/quantized/index.ts";
import { runHere as run } from "../../support/cli.ts";
import { withProgram } from "../../support/external.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { at, folder } = tempFolder();

const STANDARD = "standard --input 2x6x5x4 --kernel 3x2 --outputs 6 --strides 2x1 --padding same --groups 2";
const DEPTHWISE = "depthwise --input 7x5x3 --multiplier 2 --padding same --activation relu6";
const LINES = [
  `${STANDARD} --type int8`,
  `${STANDARD} --type uint8 --layout nchw --rounding tflite-double`,
  `${DEPTHWISE} --type int8 --rounding tflite-single`,
  `${DEPTHWISE} --type uint8 --layout nchw`,
  "pointwise --input 4x3x9 --outputs 5 --no-bias --type int8 --per tensor --seed 2",
];
const FORMATS = ["json", "npz", "c", "hex"] as const;
const fileOf = (i: number, format: string): string => at(`v${i}.${format === "c" ? "h" : format}`);

describe.each(LINES.map((line, i) => [line, i] as const))("%s", (line, i) => {
  beforeAll(async () => {
    for (const format of FORMATS) {
      const { code, err } = await run("vectors", ...line.split(" "), "--format", format, "--output", fileOf(i, format));
      expect([code, err]).toEqual([0, ""]);
    }
  });

  test.each(FORMATS.flatMap((vectors) => FORMATS.map((answer) => [vectors, answer] as const)))(
    "vectors as %s, their output as %s: exact",
    async (vectors, answer) => {
      const { code, out, err } = await run("judge", fileOf(i, vectors), fileOf(i, answer));
      expect(err).toBe("");
      expect(out).toMatch(/^exact: all \d+ integers are right\n$/);
      expect(code).toBe(0);
    },
  );

  test("as bytes, as words, and as a list: exact; one off by one is not", async () => {
    const { output } = JSON.parse(readFileSync(fileOf(i, "json"), "utf8"));
    const data: number[] = output.data;
    writeFileSync(at("bytes.bin"), Uint8Array.from(data));
    writeFileSync(at("words.hex"), data.map((q) => (q >>> 0).toString(16)).join(" "));
    writeFileSync(at("list.json"), JSON.stringify(data));
    for (const answer of ["bytes.bin", "words.hex", "list.json"]) {
      expect((await run("judge", fileOf(i, "hex"), at(answer))).out).toMatch(/^exact/);
    }
    writeFileSync(at("off.json"), JSON.stringify(data.with(5, data[5] > 0 ? data[5] - 1 : data[5] + 1)));
    const { code, out } = await run("judge", fileOf(i, "npz"), at("off.json"));
    expect(code).toBe(1);
    expect(out).toMatch(/^wrong\n\w+: 1 of \d+ outputs are wrong, by one /);
  });
});

test("what is written: sums, multiplier and shift, the ratio, zero points and limits", async () => {
  const { out } = await run("vectors", ..."pointwise --input 1x2x3 --outputs 2 --type int8 --seed 2".split(" "));
  const { inputType, rounding, levels, ...arrays } = JSON.parse(out);
  expect([inputType, rounding]).toEqual(["int8", "float-half-even"]);
  const { INPUT_ZERO_POINT: zx, OUTPUT_ZERO_POINT: zy, OUTPUT_MIN: min, OUTPUT_MAX: max } = levels;
  const of = (name: string): number[] => arrays[name].data;
  for (let pixel = 0; pixel < 2; pixel++) {
    for (let o = 0; o < 2; o++) {
      let sum = of("bias")[o];
      for (let c = 0; c < 3; c++) sum += (of("input")[3 * pixel + c] - zx) * of("filter")[2 * c + o];
      expect(of("accumulators")[2 * pixel + o]).toBe(sum);
      const ratio = (of("input_scale")[0] * of("filter_scale")[o]) / of("output_scale")[0];
      expect(of("scale")[o] / ratio).toBeCloseTo(1, 6);
      expect((of("multiplier")[o] * 2 ** (of("shift")[o] - 31)) / ratio).toBeCloseTo(1, 8);
      expect(of("output")[2 * pixel + o]).toBe(Math.min(Math.max(Math.round(sum * ratio) + zy, min), max));
    }
  }
});

describe("a layer of a network", () => {
  test("in eight bits, with its own integers", async () => {
    const line = "vectors --layer conv_pw_7 fashion_int8 --type int8 --rounding tflite-double --format npz --output";
    const { code } = await run(...line.split(" "), at("layer.npz"));
    expect(code).toBe(0);
    expect((await run("judge", at("layer.npz"), at("layer.npz"))).out).toMatch(/^exact/);
  });

  test("of real numbers needs no type, and one of integers its own", async () => {
    const real = await run("vectors", "--layer", "conv_pw_7", "fashion", "--type", "int8");
    expect(real.err).toMatch(
      /^vectors: conv_pw_7 of fashion_1.0_28 computes with real numbers, needs a network of int/,
    );
    const integers = await run("vectors", "--layer", "conv_pw_7", "fashion_int8");
    expect(integers.err).toMatch(
      /^vectors: conv_pw_7 of fashion_1.0_28_int8 computes with integers, needs --type int8/,
    );
    const other = await run("vectors", "--layer", "conv_pw_7", "fashion_int8", "--type", "uint8");
    expect(other.err).toMatch(/^vectors: --type is uint8, conv_pw_7 of fashion_1.0_28_int8 takes int8/);
    expect([real.code, integers.code, other.code]).toEqual([2, 2, 2]);
  });
});

test.each<[string, RegExp]>([
  ["--type int4", /^vectors: --type is "int4", needs one of int8, uint8/],
  ["--rounding tflite-double", /^vectors: --rounding is of integers, needs --type int8 or uint8/],
  ["--type int8 --rounding up", /^vectors: --rounding is "up", needs one of float-half-even/],
  ["--type int8 --precision float16", /^vectors: --precision is of real numbers, --type cannot be chosen/],
  [
    "--type int8 --activation sigmoid",
    /^vectors: --activation is "sigmoid", layers of integers have none, relu, relu6/,
  ],
  ["--type int8 --data there.json", /^vectors: --data has real numbers, --type cannot be chosen/],
  ["--type int8 --per row", /^vectors: --per is "row", needs one of channel, tensor/],
])("refuses %s", async (line, message) => {
  const { code, err } = await run("vectors", ...line.split(" "));
  expect([code, err]).toEqual([2, expect.stringMatching(message)]);
});

test("a file that was changed, or says too little, is refused", async () => {
  await run("vectors", "--type", "int8", "--output", at("whole.json"));
  const whole = JSON.parse(readFileSync(at("whole.json"), "utf8"));
  const judged = async (changes: object): Promise<string> => {
    writeFileSync(at("changed.json"), JSON.stringify({ ...whole, ...changes }));
    const { code, err } = await run("judge", at("changed.json"), at("whole.json"));
    expect(code).toBe(2);
    return err;
  };
  const with0 = (name: string, value: number): object => ({
    [name]: { ...whole[name], data: whole[name].data.with(0, value) },
  });
  expect(await judged(with0("input", whole.input.data[0] ^ 64))).toMatch(/its output is not that of its operands/);
  expect(await judged(with0("input", 300))).toMatch(/number 0 of input is 300, needs an int8/);
  expect(await judged({ rounding: "up" })).toMatch(/rounding is "up", needs one of float-half-even/);
  expect(await judged({ levels: {} })).toMatch(/does not say its INPUT_ZERO_POINT/);
  expect(await judged({ filter_scale: undefined })).toMatch(/has no "filter_scale"/);
  expect(await judged(with0("output_scale", -1))).toMatch(/output\.scale is -1/);
});

describe("outside oracles", () => {
  const separable = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync("node", [resolve("dist/cli/main.js"), ...args], { encoding: "utf8", cwd: folder });

  /** The module in Verilog, in the folder of a set of vectors; what it prints, and the verdict. */
  const simulated = (name: string, fault: number): { readonly printed: string; readonly verdict: string } => {
    const cwd = at(name);
    copyFileSync("test/oracles/mac_array.v", `${cwd}/mac_array.v`);
    execFileSync("iverilog", ["-g2005", `-DFAULT=${fault}`, "testbench.v", "mac_array.v", "-o", "testbench"], { cwd });
    const printed = execFileSync("vvp", ["testbench"], { cwd, encoding: "utf8" });
    return { printed, verdict: String(separable("judge", name, `${name}/answer.hex`).stdout) };
  };

  withProgram("iverilog", ["-V"], "Verilog: a multiply-accumulate array passes the testbench, by every rule", () => {
    for (const rounding of ROUNDINGS) {
      for (const type of ["int8", "uint8"]) {
        for (const line of [`${STANDARD} --layout nchw`, DEPTHWISE]) {
          const options = ["--type", type, "--rounding", rounding, "--format", "hex", "--force"];
          separable("vectors", ...line.split(" "), ...options, "--output", "hardware");
          const { printed, verdict } = simulated("hardware", 0);
          expect(printed, `${line} ${options}`).toMatch(/^\d+ outputs, 0 sums wrong, 0 outputs wrong$/m);
          expect(verdict).toMatch(/^exact/);
        }
      }
    }
  });

  const FAULTS = [
    [1, /[1-9]\d* sums wrong/, "sum wrapped to 16 bits"],
    [2, /[1-9]\d* sums wrong/, "zero point of the input forgotten"],
    [3, / 0 sums wrong, [1-9]\d* outputs wrong/, "truncated, not rounded"],
    [4, / 0 sums wrong, [1-9]\d* outputs wrong/, "saturation missing"],
  ] as const;
  withProgram("iverilog", ["-V"], "Verilog: four faults fail, and are named", () => {
    const line = "vectors standard --input 6x7x5 --outputs 7 --padding same --type int8 --rounding tflite-double";
    separable(...line.split(" "), "--format", "hex", "--output", "faulty");
    for (const [fault, counts, name] of FAULTS) {
      const { printed, verdict } = simulated("faulty", fault);
      expect(printed).toMatch(counts);
      expect(verdict).toContain(`every output fits this mistake: ${name}`);
    }
  });

  withProgram(
    "cc",
    ["--version"],
    "C: a program that loops over a suite passes by every rule, and its faults are named",
    () => {
      const names = [
        "zero point of the padding forgotten",
        "one scale for all output channels",
        "halves rounded away from zero, not to even",
        "saturation missing",
      ];
      for (const [i, rounding] of ROUNDINGS.entries()) {
        const options = ["--rounding", rounding, "--format", "c", "--force", "--output", "suite"];
        const layout = ["nhwc", "nchw", "nhwc"][i];
        separable(..."vectors --random-suite 60 --type int8 --layout".split(" "), layout, ...options);
        for (let fault = 0; fault <= 4; fault++) {
          if (fault === 3 && i > 0) continue; // halves of another rule
          const flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", `-DFAULT=${fault}`];
          execFileSync("cc", [...flags, "-I", at("suite"), "test/oracles/check_integers.c", "-o", at("check"), "-lm"]);
          const { stdout } = spawnSync(at("check"), [at("answers.bin")], { encoding: "utf8" });
          const [, sums, outputs] =
            /^60 cases, (\d+) with wrong sums, (\d+) with wrong outputs$/m.exec(stdout)?.map(Number) ?? [];
          const judged = separable("judge", "suite", "answers.bin", "--json");
          const { counts, mistakes } = JSON.parse(String(judged.stdout));
          expect(counts.wrong).toBe(outputs);
          expect([outputs === 0, judged.status]).toEqual(fault === 0 ? [true, 0] : [false, 1]);
          if (fault !== 1) expect(sums).toBe(0);
          if (fault > 0) expect(mistakes).toContainEqual({ name: names[fault - 1], cases: outputs });
        }
      }
    },
  );

  withProgram("python3", ["-c", "import numpy"], "NumPy: reads int8, int32 and float32 as such", () => {
    separable("vectors", "--type", "int8", "--format", "npz", "--output", "types.npz");
    const code = `
import numpy, sys
v = numpy.load(sys.argv[1])
print(*(v[name].dtype for name in ["input", "filter", "bias", "accumulators", "multiplier", "shift", "scale", "output"]))`;
    const printed = execFileSync("python3", ["-c", code, at("types.npz")], { encoding: "utf8" });
    expect(printed.trim()).toBe("int8 int8 int32 int32 int32 int32 float32 int8");
  });
});
