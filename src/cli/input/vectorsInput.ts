/** @file Reads which convolution `separable vectors` is asked for, and its operands. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import type { ConvKind } from "../../geometry/conv2d.ts";
import { tensor } from "../../tensor/create.ts";
import { FormatError } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import { CONV_FILTER_LAYOUTS, DEPTHWISE_FILTER_LAYOUTS, LAYOUTS } from "../../tensor/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ConvCase, Draw } from "../../testing/geometries.ts";
import { PRECISIONS } from "../../testing/precision.ts";
import { type ConvVectors, convVectors, seededVectors, type VectorOptions } from "../../testing/vectors.ts";
import { type Arguments, asTyped, UsageError } from "../command.ts";
import { readWhole } from "../terminal/files.ts";

export const TYPES = ["standard", "depthwise", "pointwise"] as const;
const OPS: Readonly<Record<(typeof TYPES)[number], ConvKind>> = {
  standard: "conv2d",
  depthwise: "depthwiseConv2d",
  pointwise: "pointwiseConv2d",
};

/**
 * Returns the vectors of the convolution that the options describe, or whose operands are in a file.
 *
 * @throws UsageError, FormatError, ShapeError
 */
export async function vectorsOf(given: Arguments): Promise<ConvVectors> {
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
  refuse(given, foreign[op], (name) => `--${name} does not belong to a ${type} convolution`);
  const placing = { ...placingOf(given), ...lyingOf(given, op) };
  const file = given.text("data");
  if (file === undefined) {
    const wanted = caseOf(given, op, placingOf(given));
    return asTyped(`vectors ${type}`, given.options, () =>
      seededVectors(wanted, given.integer("seed", 1, 0), drawOf(given), lyingOf(given, op)),
    );
  }
  const own = ["input", "kernel", "outputs", "multiplier", "values", "seed", "no-bias"];
  refuse(given, own, (name) => `--data has its own shapes and values, --${name} cannot be chosen`);
  const { input, filter, bias } = await readData(file);
  return convVectors({ name: file, op }, { input, filter, options: { ...placing, bias } });
}

/** @throws UsageError if one of these options was typed */
export function refuse(given: Arguments, names: readonly string[], message: (name: string) => string): void {
  const typed = names.find((name) => given.text(name) !== undefined || given.flag(name));
  if (typed !== undefined) throw new UsageError(`vectors: ${message(typed)}`);
}

export function drawOf(given: Arguments): Draw {
  return given.word("values", "normal", ["normal", "integers"]);
}

/** Reads layouts and precision; `op` is null for a suite, which has every operation. */
export function lyingOf(given: Arguments, op: ConvKind | null): VectorOptions {
  const layouts = op === "depthwiseConv2d" ? DEPTHWISE_FILTER_LAYOUTS : CONV_FILTER_LAYOUTS;
  const filterLayout = given.text("filter-layout");
  if (op === null && filterLayout !== undefined) {
    throw new UsageError("vectors: a suite has filters as usual for --layout, --filter-layout cannot be chosen");
  }
  return {
    layout: given.word("layout", "nhwc", LAYOUTS),
    ...(filterLayout !== undefined && { filterLayout: given.word("filter-layout", layouts[0], layouts) }),
    precision: given.word("precision", "float32", PRECISIONS),
  };
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
  if (op === "conv2d" && outputs % groups !== 0) {
    throw new UsageError(`vectors: --groups is ${groups}, needs a divisor of --outputs ${outputs}`);
  }
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
  const numbers = sides.every((side) => /^\d{1,6}$/.test(side)) ? sides.map(Number) : [];
  if (numbers.length === 1 || numbers.length === 2) {
    const [rows, columns = rows] = numbers;
    return [rows, rows, columns, columns];
  }
  if (numbers.length === 4) return [numbers[0], numbers[1], numbers[2], numbers[3]];
  throw new UsageError(
    `vectors: --padding is ${JSON.stringify(words)}, needs valid, same, same-lower, or one, two or four numbers with commas`,
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

/** @throws FormatError unless the file is JSON of the form that the help describes */
async function readData(file: string): Promise<{ input: Tensor; filter: Tensor; bias: Tensor | null }> {
  const found = parseJson(file, (await readWhole(file)).toString("utf8"));
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
