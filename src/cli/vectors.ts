/** @file `separable vectors`: golden test vectors for people who test a convolution of their own. */
import { join } from "node:path";
import { ACTIVATIONS } from "../geometry/activation.ts";
import { vectorsToC } from "../testing/formats/cHeader.ts";
import { vectorsToHex } from "../testing/formats/hex.ts";
import { vectorsToJson } from "../testing/formats/json.ts";
import { vectorsToNpz } from "../testing/formats/npz.ts";
import { convCases } from "../testing/geometries.ts";
import { type ConvVectors, seededVectors } from "../testing/vectors.ts";
import { type Arguments, type Command, readArguments, UsageError } from "./command.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "./files.ts";
import { integer, print, progress } from "./terminal.ts";
import { refuse, TYPES, vectorsOf } from "./vectorsInput.ts";

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
  if (output === undefined) print(String(made));
  else if (isOneFile(made)) await writeWhole(output, made);
  else await writeFolder(output, made);
}

/** A text, bytes, or several files by name. */
type Encoded = string | Uint8Array | ReadonlyMap<string, string>;

function isOneFile(made: Encoded): made is string | Uint8Array {
  return typeof made === "string" || made instanceof Uint8Array;
}

function encode(one: ConvVectors, format: Format, name: string): Encoded {
  if (format === "npz") return vectorsToNpz(one);
  if (format === "hex") return vectorsToHex(one);
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
      if (isOneFile(made)) yield [`${keyOf(i)}.${format === "c" ? "h" : format}`, made];
      else for (const [file, text] of made) yield [join(keyOf(i), file), text];
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
