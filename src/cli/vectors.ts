/** @file `separable vectors`: golden test vectors for people who test a convolution of their own. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ACTIVATIONS } from "../geometry/activation.ts";
import type { ConvKind } from "../geometry/conv2d.ts";
import { conv2dGeometry } from "../geometry/conv2d.ts";
import { tensor } from "../tensor/create.ts";
import { FormatError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { vectorsToC } from "../testing/formats/cHeader.ts";
import { vectorsToHex } from "../testing/formats/hex.ts";
import { vectorsToJson } from "../testing/formats/json.ts";
import { vectorsToNpz } from "../testing/formats/npz.ts";
import { type ConvCase, convCases, convOperandsFor } from "../testing/geometries.ts";
import { type ConvVectors, convVectors, seededVectors } from "../testing/vectors.ts";
import { type Arguments, asUsage, type Command, readArguments, UsageError } from "./command.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "./files.ts";
import { integer, print, progress } from "./terminal.ts";

const TYPES = ["standard", "depthwise", "pointwise"] as const;
const OPS: Readonly<Record<(typeof TYPES)[number], ConvKind>> = {
  standard: "conv2d",
  depthwise: "depthwiseConv2d",
  pointwise: "pointwiseConv2d",
};
const FORMATS = ["json", "npz", "c", "hex"] as const;
type Format = (typeof FORMATS)[number];

const HELP = `Usage: separable vectors [TYPE] [options] [--format FORMAT] [--output PATH [--force]]
       separable vectors --random-suite N [--seed N] [--format FORMAT] --output FOLDER

Input, filter, bias, patch matrix (im2col), the answer in float64 and float32, and the error that a float32 kernel may have, output
by output. TYPE: ${TYPES.join(", ")}; default standard. Tensors are nhwc, filters kh × kw × c × o (c × o for pointwise).

  --input SHAPE       5x6x3 (h, w, c) or 2x5x6x3 (n, h, w, c); default 5x6x3
  --kernel SIZE       3 or 1x5 (rows x columns); default 3
  --outputs N         output channels, default 4; a depthwise convolution has --multiplier N for each input channel, default 1
  --strides, --dilations  2 or 2x1; default 1
  --padding RULE      valid (default), same, same-lower, 1, or 1,1,0,2 (top, bottom, left, right)
  --groups N          of a standard convolution, default 1
  --activation NAME   ${ACTIVATIONS.join(", ")}; default none
  --no-bias
  --values KIND       normal (default), or integers: -8 to 8, whose sums are exact
  --seed N            of the values, default 1
  --data FILE         your own numbers instead: JSON with nested arrays "input" (h, w, c or n, h, w, c), "filter" and
                      perhaps "bias"
  --random-suite N    N convolutions: the corners that broke other libraries first, then random ones; one file or folder each
  --format FORMAT     json (default), npz (NumPy), c (a header), hex (Verilog's $readmemh, a folder)
  --name NAME         in a C header the start of every name, default conv
  --output PATH       a file, or a folder for hex and suites; json and c are printed without it
  --force             even where the path exists`;

/** Numbers on a screen, at most. */
const MOST_PRINTED = 20_000;
/** In a text: more would be beyond the longest string. */
const MOST_WRITTEN = 10_000_000;
/** Of a suite. */
const MOST_CASES = 10_000;

export const vectors: Command = {
  name: "vectors",
  summary: "golden test vectors of a convolution, as JSON, NumPy, C or Verilog hex",
  help: HELP,
  run: async (args) => {
    const word = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    const options = {
      input: word,
      kernel: word,
      outputs: word,
      multiplier: word,
      strides: word,
      dilations: word,
      padding: word,
      groups: word,
      activation: word,
      "no-bias": flag,
      values: word,
      seed: word,
      data: word,
      "random-suite": word,
      format: word,
      name: word,
      output: word,
      force: flag,
    };
    const given = readArguments("vectors", args, options, 1);
    const format = given.word("format", "json", FORMATS);
    const name = given.text("name") ?? "conv";
    if (!/^[a-z_]\w*$/i.test(name))
      throw new UsageError(`vectors: --name is ${JSON.stringify(name)}, needs a name of C`);
    const output = given.text("output");
    if (output !== undefined) {
      await checkNew("vectors", output, given.flag("force"));
      const isFolder = format === "hex" || given.text("random-suite") !== undefined;
      await (isFolder ? checkFolder(output) : checkWritable(output));
    }
    if (given.text("random-suite") !== undefined) await writeSuite(given, format, name, output);
    else await writeOne(await vectorsOf(given), format, name, output);
    return 0;
  },
};

async function writeOne(one: ConvVectors, format: Format, name: string, output: string | undefined): Promise<void> {
  const numbers = one.input.size + one.filter.size + one.patches.size + 3 * one.oracle.values.length;
  if (output === undefined) {
    if (format === "npz" || format === "hex") {
      throw new UsageError(`vectors: --format ${format} is not for a screen, needs --output PATH`);
    }
    if (numbers > MOST_PRINTED) {
      throw new UsageError(`vectors: ${integer(numbers)} numbers are too many to print, needs --output PATH`);
    }
  }
  if (numbers > MOST_WRITTEN && format !== "npz") {
    throw new UsageError(`vectors: ${integer(numbers)} numbers are too many for ${format}, needs --format npz`);
  }
  const made = encode(one, format, name);
  if (output === undefined) {
    print(String(made));
  } else if (made instanceof Map) await writeFolder(output, made);
  else await writeWhole(output, made);
}

/** The whole of a set in a format: a text, bytes, or several files by name. */
function encode(one: ConvVectors, format: Format, name: string): string | Uint8Array | Map<string, string> {
  if (format === "npz") return vectorsToNpz(one);
  if (format === "hex") return new Map(vectorsToHex(one));
  return format === "c" ? vectorsToC(one, name) : vectorsToJson(one);
}

async function writeSuite(given: Arguments, format: Format, name: string, output: string | undefined): Promise<void> {
  const count = given.integer("random-suite", 0, 1, MOST_CASES);
  const seed = given.integer("seed", 1, 0);
  const own = [
    "input",
    "kernel",
    "outputs",
    "multiplier",
    "strides",
    "dilations",
    "padding",
    "groups",
    "activation",
    "no-bias",
    "data",
  ];
  refuse(given, own, (option) => `--random-suite chooses the convolutions, --${option} cannot be chosen`);
  if (given.positionals.length > 0) {
    throw new UsageError(
      `vectors: --random-suite chooses the convolutions, unexpected ${JSON.stringify(given.positionals[0])}`,
    );
  }
  if (output === undefined) throw new UsageError("vectors: --random-suite needs --output FOLDER");
  const draw = given.word("values", "normal", ["normal", "integers"]);
  const cases = convCases({ count, seed });
  function* files(): Generator<readonly [string, string | Uint8Array]> {
    for (const [i, wanted] of cases.entries()) {
      progress(`${i + 1} of ${count}`);
      const made = encode(seededVectors(wanted, seed + i, draw), format, `${name}_${keyOf(i)}`);
      if (made instanceof Map) for (const [file, text] of made) yield [join(keyOf(i), file), text];
      else yield [`${keyOf(i)}.${format === "c" ? "h" : format}`, made];
    }
    const index = cases.map((wanted, i) => ({ file: keyOf(i), seed: seed + i, ...wanted }));
    yield ["index.json", `${JSON.stringify(index, null, 1)}\n`];
  }
  await writeFolder(output, files());
  progress("");
  print(`${integer(count)} convolutions in ${output}, listed in index.json`);
}

function keyOf(index: number): string {
  return String(index + 1).padStart(4, "0");
}

async function vectorsOf(given: Arguments): Promise<ConvVectors> {
  const type = TYPES.find((known) => known === (given.positionals[0] ?? "standard"));
  if (type === undefined) {
    throw new UsageError(
      `vectors: there is no ${JSON.stringify(given.positionals[0])}, needs one of ${TYPES.join(", ")}`,
    );
  }
  const op = OPS[type];
  const foreign: Readonly<Record<ConvKind, readonly string[]>> = {
    conv2d: ["multiplier"],
    depthwiseConv2d: ["outputs", "groups"],
    pointwiseConv2d: ["kernel", "groups", "multiplier"],
  };
  refuse(given, foreign[op], (name) => `--${name} does not belong to ${op}`);
  const placing = placingOf(given);
  const file = given.text("data");
  if (file === undefined) {
    const wanted = caseOf(given, op, placing);
    const { activation: _, ...placed } = placing;
    asUsage(() => conv2dGeometry(wanted.input, wanted.filter, placed, op));
    const draw = given.word("values", "normal", ["normal", "integers"]);
    return asUsage(() => convVectors(wanted, convOperandsFor(wanted, given.integer("seed", 1, 0), draw)));
  }
  const own = ["input", "kernel", "outputs", "multiplier", "values", "seed", "no-bias"];
  refuse(given, own, (name) => `--data has shapes and values of its own, --${name} cannot be chosen`);
  const { input, filter, bias } = await readData(file);
  return convVectors({ name: file, op }, { input, filter, options: { ...placing, bias } });
}

/** @throws UsageError if one of these options was typed */
function refuse(given: Arguments, names: readonly string[], message: (name: string) => string): void {
  const typed = names.find((name) => given.text(name) !== undefined || given.flag(name));
  if (typed !== undefined) throw new UsageError(`vectors: ${message(typed)}`);
}

function placingOf(given: Arguments): ConvCase["options"] {
  const groups = given.integer("groups", 1, 1);
  return {
    strides: pair(given, "strides", "1"),
    dilations: pair(given, "dilations", "1"),
    padding: paddingOf(given.text("padding") ?? "valid"),
    activation: given.word("activation", "none", ACTIVATIONS),
    ...(groups > 1 && { groups }),
  };
}

function caseOf(given: Arguments, op: ConvKind, options: ConvCase["options"]): ConvCase {
  const extent = extents(given, "input", "5x6x3", [3, 4]);
  const input = extent.length === 3 ? [1, ...extent] : extent;
  const C = input[3];
  const [KH, KW] = pair(given, "kernel", "3");
  const outputs = given.integer("outputs", 4, 1);
  const { groups = 1 } = options;
  if (!Number.isInteger(C / groups)) {
    throw new UsageError(`vectors: --groups is ${groups}, needs a divisor of the input's ${C} channels`);
  }
  const filters: Readonly<Record<ConvKind, readonly number[]>> = {
    conv2d: [KH, KW, C / groups, outputs],
    depthwiseConv2d: [KH, KW, C, given.integer("multiplier", 1, 1)],
    pointwiseConv2d: [C, outputs],
  };
  return { name: "by hand", op, input, filter: filters[op], hasBias: !given.flag("no-bias"), options };
}

function paddingOf(words: string): ConvCase["options"]["padding"] {
  if (words === "valid" || words === "same" || words === "same-lower") return words;
  const sides = words.split(",").map((side) => side.trim());
  if (sides.every((side) => /^\d{1,6}$/.test(side)) && (sides.length === 1 || sides.length === 4)) {
    const [top, bottom = top, left = top, right = top] = sides.map(Number);
    return [top, bottom, left, right];
  }
  throw new UsageError(
    `vectors: --padding is ${JSON.stringify(words)}, needs valid, same, same-lower, a number or four with commas`,
  );
}

function extents(given: Arguments, name: string, fallback: string, lengths: readonly number[]): readonly number[] {
  const text = given.text(name) ?? fallback;
  const numbers = text.split("x").map((part) => (/^[1-9]\d{0,6}$/.test(part) ? Number(part) : Number.NaN));
  if (lengths.includes(numbers.length) && !numbers.some(Number.isNaN)) return numbers;
  throw new UsageError(
    `vectors: --${name} is ${JSON.stringify(text)}, needs ${lengths.join(" or ")} numbers such as ${fallback}`,
  );
}

function pair(given: Arguments, name: string, fallback: string): readonly [number, number] {
  const [first, second = first] = extents(given, name, fallback, [1, 2]);
  return [first, second];
}

/** @throws FormatError for a file that is not JSON of that form */
async function readData(file: string): Promise<{ input: Tensor; filter: Tensor; bias: Tensor | null }> {
  let found: unknown;
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new FormatError(`${file}: cannot be read (${cause.code})`, { cause });
  });
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${file}: is no JSON that can be read (${(cause as Error).message})`, { cause });
  }
  const known = ["input", "filter", "bias"];
  const foreign = Object.keys(found ?? {}).find((key) => !known.includes(key));
  if (foreign !== undefined)
    throw new FormatError(`${file}: has ${JSON.stringify(foreign)}, knows ${known.join(", ")}`);
  const fields = (typeof found === "object" && found !== null ? found : {}) as Readonly<Record<string, unknown>>;
  const read = (name: string): Tensor => {
    const value = fields[name];
    if (!Array.isArray(value))
      throw new FormatError(`${file}: has no ${JSON.stringify(name)}, needs nested arrays of numbers`);
    try {
      const read = tensor(value);
      if (!read.data.every(Number.isFinite)) throw new FormatError("a number does not fit a float32");
      return name === "input" && read.shape.length === 3 ? read.reshape([1, ...read.shape]) : read;
    } catch (cause) {
      throw new FormatError(`${file}: ${name}: ${(cause as Error).message}`, { cause });
    }
  };
  return { input: read("input"), filter: read("filter"), bias: fields.bias === undefined ? null : read("bias") };
}
