/** @file `separable vectors`: test vectors for your own convolution. */
import { join } from "node:path";
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { QUANTIZED_ACTIVATIONS } from "../../geometry/quantizedActivation.ts";
import { integer } from "../../report/forms/numbers.ts";
import { suiteToC, vectorsToC } from "../../testing/formats/cHeader.ts";
import { vectorsToHex } from "../../testing/formats/hex.ts";
import { vectorsToJson } from "../../testing/formats/json.ts";
import { vectorsToNpz } from "../../testing/formats/npz.ts";
import { drawnVectors, INDEX, indexOfSuite, keyOf } from "../../testing/formats/suiteIndex.ts";
import type { VectorSet } from "../../testing/formats/vectorSet.ts";
import { convCases } from "../../testing/geometries.ts";
import { type Command, command } from "../command.ts";
import { layerVectors } from "../input/layerVectors.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { drawingOf, KINDS, OWN_SHAPES, refuse, type VectorsGiven, vectorsOf } from "../input/vectorsInput.ts";
import { optionOf } from "../options/option.ts";
import { VECTOR_OPTIONS, type VectorFormat } from "../options/vectors.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "../terminal/files.ts";
import { print, progress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

/** Maximum number of values that are printed. */
const MAX_PRINTED = 20_000;
/** Maximum number of values in a text format: more would exceed the longest string. */
const MAX_WRITTEN = 10_000_000;
/** Maximum number of cases in a suite. */
const MAX_CASES = 10_000;
/** Maximum number of cases in a C header, which is built as one string. */
const MAX_IN_C = 2_000;

export const vectors: Command = command({
  name: "vectors",
  summary: "write test vectors of a convolution, as JSON, NumPy, C or Verilog hex",
  usage: ["[KIND]", "--random-suite N --output FOLDER", "--layer NAME [MODEL]"],
  maxOperands: 1,
  about: `Writes input, filter, bias, patch matrix (im2col), the result in float64 and float32, and the error that a correct kernel may have,
output by output. \`separable judge\` compares your output with them. KIND: ${KINDS.join(", ")}; default standard.

With --type int8 or uint8, an integer convolution: every sum before requantisation, the multiplier and shift, and the exact output by
one of three rounding rules.`,
  options: VECTOR_OPTIONS,
  notes: [MODEL_HELP],
  run: async (given) => {
    const { format, name = "conv", output, force, randomSuite, values, layer } = given.options;
    if (!/^[a-z_]\w*$/i.test(name))
      throw new UsageError(`vectors: --name is ${JSON.stringify(name)}, needs a valid C identifier`);
    if (output !== undefined) {
      await checkNew("vectors", output, force);
      const isFolder = format === "hex" || randomSuite !== undefined;
      await (isFolder ? checkFolder(output) : checkWritable(output, force));
    }
    if (layer === undefined) refuse(given, ["shape"], () => "--shape is for the file of --layer");
    if (randomSuite !== undefined) await writeSuite(given, randomSuite, name);
    else
      await writeOne(
        await (layer === undefined ? vectorsOf(given) : layerVectors(given, layer)),
        { format, name, asIntegers: values === "integers" },
        output,
      );
    return 0;
  },
});

/** How vectors are written. */
interface Writing {
  readonly format: VectorFormat;
  readonly name: string;
  /** Whether hex words are integers. */
  readonly asIntegers: boolean;
}

async function writeOne(one: VectorSet, writing: Writing, output: string | undefined): Promise<void> {
  const { format } = writing;
  const numbers = one.arrays.reduce((sum, { data }) => sum + data.length, 0);
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

/** Text, bytes, or several files by name. */
type Encoded = string | Uint8Array | ReadonlyMap<string, string>;

function isOneFile(made: Encoded): made is string | Uint8Array {
  return typeof made === "string" || made instanceof Uint8Array;
}

function encode(one: VectorSet, { format, name, asIntegers }: Writing): Encoded {
  if (format === "npz") return vectorsToNpz(one);
  if (format === "hex") return vectorsToHex(one, name, asIntegers);
  return format === "c" ? vectorsToC(one, name) : vectorsToJson(one);
}

async function writeSuite(given: VectorsGiven, count: number, name: string): Promise<void> {
  const { format, seed, output, values } = given.options;
  const max = format === "c" ? MAX_IN_C : MAX_CASES;
  if (count > max) throw new UsageError(`vectors: --random-suite is "${count}", needs an integer from 1 to ${max}`);
  const own = [...OWN_SHAPES, "data", "layer", "shape"];
  refuse(given, own, (option) => `--random-suite chooses the convolutions, --${optionOf(option)} cannot be chosen`);
  if (given.operands.length > 0) {
    throw new UsageError(
      `vectors: --random-suite chooses the convolutions, unexpected ${JSON.stringify(given.operands[0])}`,
    );
  }
  if (output === undefined) throw new UsageError("vectors: --random-suite needs --output FOLDER");
  const drawing = drawingOf(given, null);
  const cases = convCases({ count, seed, activations: "type" in drawing ? QUANTIZED_ACTIVATIONS : ACTIVATIONS });
  function* all(): Generator<VectorSet> {
    for (const [i, wanted] of cases.entries()) {
      progress(`${i + 1} of ${count}`);
      yield drawnVectors(wanted, seed + i, drawing).set;
    }
  }
  function* files(): Generator<readonly [string, string | Uint8Array]> {
    let i = 0;
    if (format === "c") yield ["suite.h", suiteToC(all(), name)];
    else {
      for (const one of all()) {
        const key = keyOf(i++);
        const made = encode(one, { format, name: `${name}_${key}`, asIntegers: values === "integers" });
        if (isOneFile(made)) yield [`${key}.${format}`, made];
        else for (const [file, text] of made) yield [join(key, file), text];
      }
    }
    yield [INDEX, indexOfSuite(cases, { seed, drawing, format })];
  }
  await writeFolder(output, files());
  progress("");
  print(`${integer(count)} convolutions in ${output}, listed in ${INDEX}`);
}
