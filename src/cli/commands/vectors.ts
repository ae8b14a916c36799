/** @file `separable vectors`: golden test vectors for testing your own convolution. */
import { join } from "node:path";
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { CONV_FILTER_LAYOUTS, DEPTHWISE_FILTER_LAYOUTS, LAYOUTS } from "../../tensor/layout.ts";
import { suiteToC, vectorsToC } from "../../testing/formats/cHeader.ts";
import { vectorsToHex } from "../../testing/formats/hex.ts";
import { vectorsToJson } from "../../testing/formats/json.ts";
import { vectorsToNpz } from "../../testing/formats/npz.ts";
import { INDEX, indexOfSuite, keyOf } from "../../testing/formats/suiteIndex.ts";
import { convCases } from "../../testing/geometries.ts";
import { PRECISIONS } from "../../testing/precision.ts";
import { type ConvVectors, seededVectors } from "../../testing/vectors.ts";
import { type Arguments, type Command, readArguments, UsageError } from "../command.ts";
import { drawOf, lyingOf, refuse, TYPES, vectorsOf } from "../input/vectorsInput.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "../terminal/files.ts";
import { integer, print, progress } from "../terminal/terminal.ts";

const FORMATS = ["json", "npz", "c", "hex"] as const;
type Format = (typeof FORMATS)[number];

const HELP = `Usage: separable vectors [TYPE] [options] [--format FORMAT] [--output PATH [--force]]
       separable vectors --random-suite N [--seed N] [--format FORMAT] --output FOLDER

Input, filter, bias, patch matrix (im2col), the answer in float64 and float32, and how far a correct kernel may be from it, output
by output. \`separable judge\` compares your answer with them. TYPE: ${TYPES.join(", ")}; default standard.

  --input SHAPE       5x6x3 (h, w, c) or 2x5x6x3 (n, h, w, c); default 5x6x3
  --kernel SIZE       3 or 1x5 (rows x columns); default 3
  --outputs N         output channels, default 4; a depthwise convolution has --multiplier N for each input channel, default 1
  --strides, --dilations  2 or 2x1; default 1
  --padding RULE      valid (default), same, same-lower, 1, 1,2 (rows, columns), or 1,1,0,2 (top, bottom, left, right)
  --groups N          of a standard convolution, default 1
  --activation NAME   ${ACTIVATIONS.join(", ")}; default none
  --no-bias
  --layout ORDER      of input and output in the files: ${LAYOUTS.join(", ")}; default nhwc
  --filter-layout ORDER  ${CONV_FILTER_LAYOUTS.join(", ")} (depthwise: ${DEPTHWISE_FILTER_LAYOUTS.join(", ")});
                      default hwio and hwim, with --layout nchw oihw
  --precision NAME    what your kernel computes in, which decides the bounds: ${PRECISIONS.join(", ")}
  --values KIND       normal (default), or integers: -8 to 8, whose sums are exact: their bounds are 0
  --seed N            of the values, default 1
  --data FILE         your own numbers instead: JSON with nested arrays "input" (in the order of --layout, with or without
                      n), "filter" and perhaps "bias"
  --random-suite N    N convolutions: the corners that broke other libraries first, then random ones; a file or folder each,
                      in C one header with an array of structs
  --format FORMAT     json (default), npz (NumPy), c (a header), hex (Verilog's $readmemh, a folder; with --values integers
                      whole numbers in two's complement, otherwise the bits of float32)
  --name NAME         the start of every name in C and Verilog, default conv
  --output PATH       a file, or a folder for hex and suites; json and c are printed without it
  --force             even where the path exists`;

/** Maximum number of values that are printed. */
const MAX_PRINTED = 20_000;
/** Maximum number of values in a text format: more would exceed the longest string. */
const MAX_WRITTEN = 10_000_000;
/** Maximum number of cases in a suite. */
const MAX_CASES = 10_000;
/** Maximum number of cases in a C header, which is built as one string. */
const MAX_IN_C = 2_000;

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
      layout: word,
      "filter-layout": word,
      precision: word,
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
      throw new UsageError(`vectors: --name is ${JSON.stringify(name)}, needs a valid C identifier`);
    const output = given.text("output");
    if (output !== undefined) {
      await checkNew("vectors", output, given.flag("force"));
      const isFolder = format === "hex" || given.text("random-suite") !== undefined;
      await (isFolder ? checkFolder(output) : checkWritable(output, given.flag("force")));
    }
    if (given.text("random-suite") !== undefined) await writeSuite(given, format, name, output);
    else await writeOne(await vectorsOf(given), { format, name, asIntegers: drawOf(given) === "integers" }, output);
    return 0;
  },
};

/** How vectors are written. */
interface Writing {
  readonly format: Format;
  readonly name: string;
  /** Whether hex words are integers. */
  readonly asIntegers: boolean;
}

async function writeOne(one: ConvVectors, writing: Writing, output: string | undefined): Promise<void> {
  const { format } = writing;
  const numbers = one.input.size + one.filter.size + one.patches.size + 3 * one.oracle.values.length;
  if (output === undefined) {
    if (format === "npz" || format === "hex") {
      throw new UsageError(`vectors: --format ${format} is not for a screen, needs --output PATH`);
    }
    if (numbers > MAX_PRINTED) {
      throw new UsageError(`vectors: ${integer(numbers)} numbers are too many to print, needs --output PATH`);
    }
  }
  if (numbers > MAX_WRITTEN && format !== "npz") {
    throw new UsageError(`vectors: ${integer(numbers)} numbers are too many for ${format}, needs --format npz`);
  }
  const made = encode(one, writing);
  if (output === undefined) print(String(made));
  else if (isOneFile(made)) await writeWhole(output, made);
  else await writeFolder(output, made);
}

/** A text, bytes, or several files by name. */
type Encoded = string | Uint8Array | ReadonlyMap<string, string>;

function isOneFile(made: Encoded): made is string | Uint8Array {
  return typeof made === "string" || made instanceof Uint8Array;
}

function encode(one: ConvVectors, { format, name, asIntegers }: Writing): Encoded {
  if (format === "npz") return vectorsToNpz(one);
  if (format === "hex") return vectorsToHex(one, name, asIntegers);
  return format === "c" ? vectorsToC(one, name) : vectorsToJson(one);
}

async function writeSuite(given: Arguments, format: Format, name: string, output: string | undefined): Promise<void> {
  const count = given.integer("random-suite", 0, 1, format === "c" ? MAX_IN_C : MAX_CASES);
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
  const draw = drawOf(given);
  const lying = lyingOf(given, null);
  const cases = convCases({ count, seed });
  function* all(): Generator<ConvVectors> {
    for (const [i, wanted] of cases.entries()) {
      progress(`${i + 1} of ${count}`);
      yield seededVectors(wanted, seed + i, draw, lying);
    }
  }
  function* files(): Generator<readonly [string, string | Uint8Array]> {
    let i = 0;
    if (format === "c") yield ["suite.h", suiteToC(all(), name)];
    else {
      for (const one of all()) {
        const key = keyOf(i++);
        const made = encode(one, { format, name: `${name}_${key}`, asIntegers: draw === "integers" });
        if (isOneFile(made)) yield [`${key}.${format}`, made];
        else for (const [file, text] of made) yield [join(key, file), text];
      }
    }
    yield [INDEX, indexOfSuite(cases, { seed, draw, lying, format })];
  }
  await writeFolder(output, files());
  progress("");
  print(`${integer(count)} convolutions in ${output}, listed in ${INDEX}`);
}
