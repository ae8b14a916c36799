import type { ConvKind } from "../../geometry/conv2d.ts";
import { tensor } from "../../tensor/create.ts";
import { FormatError } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import { CONV_FILTER_LAYOUTS, DEPTHWISE_FILTER_LAYOUTS } from "../../tensor/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ConvCase } from "../../testing/geometries.ts";
import { type ConvVectors, convVectors, seededVectors, type VectorOptions } from "../../testing/vectors.ts";
import { optionOf } from "../options/option.ts";
import type { Given } from "../options/parse.ts";
import type { VECTOR_OPTIONS } from "../options/vectors.ts";
import { readWhole } from "../terminal/files.ts";
import { asTyped, UsageError } from "../usage.ts";

/** Options that describe a convolution; refused where something else does. */
export const OWN_SHAPES: readonly string[] = [
  "input",
  "kernel",
  "outputs",
  "multiplier",
  "strides",
  "dilations",
  "padding",
  "groups",
  "activation",
  "noBias",
];

export type VectorsGiven = Given<typeof VECTOR_OPTIONS>;

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
export async function vectorsOf(given: VectorsGiven): Promise<ConvVectors> {
  const type = TYPES.find((known) => known === (given.operands[0] ?? "standard"));
  if (type === undefined) {
    throw new UsageError(`vectors: there is no ${JSON.stringify(given.operands[0])}, needs one of ${TYPES.join(", ")}`);
  }
  const op = OPS[type];
  const foreign: Readonly<Record<ConvKind, readonly string[]>> = {
    conv2d: ["multiplier"],
    depthwiseConv2d: ["outputs", "groups"],
    pointwiseConv2d: ["kernel", "groups", "multiplier"],
  };
  refuse(given, foreign[op], (name) => `--${optionOf(name)} does not belong to a ${type} convolution`);
  const convOptions = { ...convOptionsOf(given), ...vectorOptionsOf(given, op) };
  const { data: file, seed, values } = given.options;
  if (file === undefined) {
    const wanted = caseOf(given, op, convOptionsOf(given));
    return asTyped(`vectors ${type}`, given.options, () =>
      seededVectors(wanted, seed, values, vectorOptionsOf(given, op)),
    );
  }
  const own = ["input", "kernel", "outputs", "multiplier", "values", "seed", "noBias"];
  refuse(given, own, (name) => `--data has its own shapes and values, --${optionOf(name)} cannot be chosen`);
  const { input, filter, bias } = await readData(file);
  return convVectors({ name: file, op }, { input, filter, options: { ...convOptions, bias } });
}

/** @throws UsageError if one of these options was typed */
export function refuse(given: VectorsGiven, names: readonly string[], message: (name: string) => string): void {
  const typed = names.find((name) => given.typed.has(name));
  if (typed !== undefined) throw new UsageError(`vectors: ${message(typed)}`);
}

/** Reads layouts and precision; `op` is null for a suite, which has every operation. */
export function vectorOptionsOf(given: VectorsGiven, op: ConvKind | null): VectorOptions {
  const layouts = op === "depthwiseConv2d" ? DEPTHWISE_FILTER_LAYOUTS : CONV_FILTER_LAYOUTS;
  const { layout, precision, filterLayout: typed } = given.options;
  if (op === null && typed !== undefined) {
    throw new UsageError("vectors: a suite has filters as usual for --layout, --filter-layout cannot be chosen");
  }
  const filterLayout = layouts.find((one) => one === typed);
  if (filterLayout !== undefined) return { layout, precision, filterLayout };
  if (typed === undefined) return { layout, precision };
  throw new UsageError(`vectors: --filter-layout is ${JSON.stringify(typed)}, needs one of ${layouts.join(", ")}`);
}

function convOptionsOf({ options }: VectorsGiven): ConvCase["options"] {
  const { strides, dilations, padding = "valid", activation, groups } = options;
  return {
    strides: pair(strides, 1),
    dilations: pair(dilations, 1),
    padding,
    activation,
    ...(groups > 1 && { groups }),
  };
}

/** Rows and columns; one number stands for both. */
function pair(typed: readonly number[] | undefined, fallback: number): readonly [number, number] {
  const [first = fallback, second = first] = typed ?? [];
  return [first, second];
}

function caseOf(given: VectorsGiven, op: ConvKind, options: ConvCase["options"]): ConvCase {
  const { input: extent = [5, 6, 3], kernel, outputs, multiplier, noBias } = given.options;
  const input = extent.length === 3 ? [1, ...extent] : extent;
  const C = input[3];
  const [KH, KW] = pair(kernel, 3);
  const { groups = 1 } = options;
  if (op === "conv2d" && outputs % groups !== 0) {
    throw new UsageError(`vectors: --groups is ${groups}, needs a divisor of --outputs ${outputs}`);
  }
  if (!Number.isInteger(C / groups)) {
    throw new UsageError(`vectors: --groups is ${groups}, needs a divisor of the input's ${C} channels`);
  }
  const filters: Readonly<Record<ConvKind, readonly number[]>> = {
    conv2d: [KH, KW, C / groups, outputs],
    depthwiseConv2d: [KH, KW, C, multiplier],
    pointwiseConv2d: [C, outputs],
  };
  return { name: "by hand", op, input, filter: filters[op], hasBias: !noBias, options };
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
