import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { runHere as run } from "../../support/cli.ts";
import { tempFolder } from "../../support/tempFolder.ts";

const { at } = tempFolder();

const LINE = "vectors standard --input 2x6x5x4 --kernel 3x2 --outputs 6 --strides 2x1 --padding same --groups 2".split(
  " ",
);
const FORMATS = ["v.json", "v.npz", "v.h", "v-hex"] as const;
const formatOf = (file: string): string => (file === "v.h" ? "c" : file.slice(2).replace("hex", "hex"));
let output: { readonly shape: number[]; readonly data: number[] };

beforeAll(async () => {
  for (const file of FORMATS) await run(...LINE, "--format", formatOf(file), "--output", at(file));
  output = JSON.parse(readFileSync(at("v.json"), "utf8")).output;
  const { shape, data } = output;
  const bytes = new Uint8Array(Float32Array.from(data).buffer);
  writeFileSync(at("right.f32"), bytes);
  writeFileSync(at("right.json"), JSON.stringify(data));
  writeFileSync(at("named.json"), JSON.stringify({ note: "mine", answer: { shape, data } }));
  writeFileSync(at("only.json"), JSON.stringify({ whatever: data }));
  const words = [...new Uint32Array(bytes.buffer)].map((word) => word.toString(16).padStart(8, "0"));
  writeFileSync(at("right.hex"), `// 0x00000000\n@0\n${words.join("\n").replace(/^(....)/, "$1_")}\n`);
  writeFileSync(at("unwritten.hex"), `${words.with(3, "xxxxxxxx").join(" ")}\n`);
});

describe("one answer", () => {
  test.each(
    FORMATS.flatMap((vectors) =>
      [...FORMATS, "right.f32", "right.json", "named.json", "only.json", "right.hex"].map(
        (answer) => [vectors, answer] as const,
      ),
    ),
  )("vectors %s, answer %s", async (vectors, answer) => {
    const { code, out, err } = await run("judge", at(vectors), at(answer));
    expect(err).toBe("");
    expect(out).toMatch(
      /^within: the outputs use at most [\d.]+ % of the proof's bound and [\d.]+ % of the statistical bound\n$/,
    );
    expect(code).toBe(0);
  });

  test("that is wrong: exit status 1, the reasons, and the same as data", async () => {
    const { data } = JSON.parse(readFileSync(at("v.json"), "utf8")).bias;
    writeFileSync(at("wrong.json"), JSON.stringify(output.data.map((value, i) => value - data[i % 6])));
    const { code, out } = await run("judge", at("v.npz"), at("wrong.json"));
    expect(code).toBe(1);
    expect(out).toMatch(/^wrong\nconv2d: \d+ of \d+ outputs are outside the bound of float32 /);
    expect(out).toContain("every output fits this mistake: bias left out");
    const json = await run("judge", at("v.npz"), at("wrong.json"), "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "wrong", mistakes: [{ name: "bias left out" }] });
  });

  test("that is suspicious: exit status 1", async () => {
    const { statistical_bound: likely } = JSON.parse(readFileSync(at("v.json"), "utf8"));
    const { data: exact } = JSON.parse(readFileSync(at("v.json"), "utf8")).output64;
    writeFileSync(at("odd.json"), JSON.stringify(exact.with(0, exact[0] + 1.02 * likely.data[0])));
    const { code, out } = await run("judge", at("v.json"), at("odd.json"));
    expect([code, out.split("\n")[0]]).toEqual([1, expect.stringMatching(/^suspicious: the outputs use at most/)]);
    expect((await run("judge", at("v.json"), at("odd.json"), "--precision", "float16")).code).toBe(0);
  });

  test("with words that Verilog does not know, and NaN", async () => {
    const unwritten = await run("judge", at("v-hex"), at("unwritten.hex"));
    expect([unwritten.code, unwritten.out]).toEqual([1, expect.stringContaining("[0, 0, 0, 3]: NaN, needs ")]);
    writeFileSync(at("nan.json"), JSON.stringify(output.data.with(0, Number.NaN).with(1, Number.POSITIVE_INFINITY)));
    const special = await run("judge", at("v.json"), at("nan.json"));
    expect([special.code, special.out]).toEqual([1, expect.stringContaining("2 of")]);
  });

  test("in whole numbers: the words are integers", async () => {
    await run("vectors", "--values", "integers", "--format", "hex", "--output", at("whole"));
    expect((await run("judge", at("whole"), at("whole"))).out).toContain("at most 0.0 % of the proof's bound");
    const words = readFileSync(at("whole/output.hex"), "utf8").split("\n");
    words[5] = ((Number.parseInt(words[5], 16) + 1) >>> 0).toString(16);
    writeFileSync(at("off.hex"), words.join("\n"));
    const { code, out } = await run("judge", at("whole"), at("off.hex"));
    expect([code, out]).toEqual([1, expect.stringContaining("conv2d: 1 of 48 outputs are outside")]);
  });

  test("of another length or shape: which, and what would fit", async () => {
    writeFileSync(at("short.json"), JSON.stringify(output.data.slice(1)));
    expect((await run("judge", at("v.json"), at("short.json"))).out).toMatch(
      /^wrong\nconv2d: the answer has \d+ numbers, needs/,
    );
    const [n, h, w, o] = output.shape;
    writeFileSync(at("turned.json"), JSON.stringify({ output: nested([n, o, h, w]) }));
    expect((await run("judge", at("v.json"), at("turned.json"))).out).toContain("transpose([0, 2, 3, 1]) would fit");
  });
});

function nested(shape: readonly number[]): unknown {
  return shape.length === 0 ? 0 : Array.from({ length: shape[0] }, () => nested(shape.slice(1)));
}

describe("a suite", () => {
  const COUNT = 12;
  beforeAll(async () => {
    for (const format of ["json", "npz", "hex", "c"]) {
      await run("vectors", "--random-suite", String(COUNT), "--format", format, "--output", at(`suite-${format}`));
    }
    const whole = ["--values", "integers", "--layout", "nchw"];
    await run("vectors", "--random-suite", String(COUNT), "--format", "hex", ...whole, "--output", at("suite-whole"));
    const outputs = Array.from({ length: COUNT }, (_, i): number[] => {
      return JSON.parse(readFileSync(at(`suite-json/${String(i + 1).padStart(4, "0")}.json`), "utf8")).output.data;
    });
    writeFileSync(at("all.f32"), new Uint8Array(Float32Array.from(outputs.flat()).buffer));
    const named = outputs.map((data, i) => [String(i + 1).padStart(4, "0"), data]);
    writeFileSync(at("all.json"), JSON.stringify(Object.fromEntries(named)));
  });

  test.each([
    ["suite-json", "suite-json"],
    ["suite-npz", "suite-npz"],
    ["suite-hex", "suite-hex"],
    ["suite-whole", "suite-whole"],
    ["suite-c", "suite-npz"],
    ["suite-c", "all.f32"],
    ["suite-npz", "all.json"],
  ])("%s, answers %s", async (suite, answers) => {
    const { code, out, err } = await run("judge", at(suite), at(answers));
    expect([code, out, err]).toEqual([0, `all ${COUNT} cases are within their bounds\n`, ""]);
  });

  test("in which one case is wrong: exit status 1, and its name", async () => {
    const named = JSON.parse(readFileSync(at("all.json"), "utf8"));
    named["0007"][0] += 1;
    writeFileSync(at("one-wrong.json"), JSON.stringify(named));
    const { code, out } = await run("judge", at("suite-npz"), at("one-wrong.json"));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^1 of 12 cases fail: 1 wrong, 0 suspicious\nthe first, 0007 \(same-lower padding, stride 2\):\nconv2d: 1 of/,
    );
  });
});

describe("refuses with exit status 2", () => {
  beforeAll(() => {
    mkdirSync(at("empty"));
    mkdirSync(at("no-cases"));
    writeFileSync(at("no-cases/index.json"), "[]");
    mkdirSync(at("odd-cases"));
    writeFileSync(at("odd-cases/index.json"), '[{"file":"../../etc/passwd"}]');
    writeFileSync(at("three.bin"), "abc");
    writeFileSync(at("many.json"), JSON.stringify({ a: [1], b: [2] }));
    writeFileSync(at("text.json"), '["one"]');
    writeFileSync(at("bad.hex"), "12345678 9zz!");
    const json = JSON.parse(readFileSync(at("v.json"), "utf8"));
    writeFileSync(
      at("damaged.json"),
      JSON.stringify({ ...json, filter: { ...json.filter, data: json.filter.data.with(0, 9) } }),
    );
    writeFileSync(at("other-op.json"), JSON.stringify({ op: "depthwiseConv2d", output: json.output }));
    writeFileSync(at("bias.json"), JSON.stringify({ ...json, bias: { shape: [2], data: [1, 2] } }));
    writeFileSync(at("bare.json"), JSON.stringify({ input: [1] }));
  });

  test.each<[string, string, RegExp]>([
    ["v.json", "", /^judge: needs VECTORS and ANSWER, two paths/],
    ["v.json", "gone.json", /gone\.json: cannot be read \(ENOENT\)/],
    ["gone", "v.json", /gone: cannot be read \(ENOENT\)/],
    ["empty", "v.json", /empty: has no geometry\.vh and no index\.json/],
    ["no-cases", "v.json", /index\.json: the suite is empty, needs at least one case/],
    ["odd-cases", "v.json", /index\.json: case 0 is no case of a suite/],
    ["suite-json", "empty", /empty: has no answer to case 0001/],
    ["suite-json", "right.f32", /right\.f32: has \d+ numbers, which end before those of case 000\d/],
    ["suite-json", "many.json", /many\.json: has no answer to case 0001/],
    ["v.json", "three.bin", /three\.bin: has 3 bytes, float32 numbers need a multiple of 4/],
    ["v.json", "many.json", /many\.json: has the arrays a, b, needs one, or one called output or answer or y/],
    ["v.json", "text.json", /text\.json: number 0 is "one", needs a number/],
    ["v.json", "bad.hex", /bad\.hex: word 1 is "9zz!", needs at most eight hexadecimal digits/],
    ["damaged.json", "v.json", /damaged\.json: its output is not that of its operands; the file is damaged/],
    ["bias.json", "v.json", /bias\.json: bias has 2 numbers, its extents need 6/],
    ["bare.json", "v.json", /bare\.json: does not say its OP, needs vectors that separable vectors wrote/],
    ["v.json", "other-op.json", /other-op\.json: is the answer of depthwiseConv2d, the vectors are of conv2d/],
    ["right.f32", "v.json", /right\.f32: does not say its OP/],
  ])("%s, %s", async (vectors, answer, message) => {
    const { code, out, err } = await run("judge", at(vectors), ...(answer === "" ? [] : [at(answer)]));
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, ""]);
  });
});
