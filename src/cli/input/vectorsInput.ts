import type { ConvKind } from "../../geometry/conv2d.ts";
import { QUANTIZED_ACTIVATIONS } from "../../geometry/quantizedActivation.ts";
import { tensor } from "../../tensor/create.ts";
import { FormatError } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import { CONV_FILTER_LAYOUTS, DEPTHWISE_FILTER_LAYOUTS } from "../../tensor/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { realSet } from "../../testing/formats/realSet.ts";
import { type Drawing, drawnVectors } from "../../testing/formats/suiteIndex.ts";
import type { VectorSet } from "../../testing/formats/vectorSet.ts";
import type { ConvCase } from "../../testing/geometries.ts";
import { convVectors, type VectorOptions } from "../../testing/vectors.ts";
import { optionOf } from "../options/option.ts";
import type { Given } from "../options/parse.ts";
import type { VECTOR_OPTIONS } from "../options/vectors.ts";
import { readWhole } from "../terminal/files.ts";
import { asTyped, UsageError } from "../usage.ts";

/** Options that describe a convolution; refused if something else describes it. */
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

export const KINDS = ["standard", "depthwise", "pointwise"] as const;
const OPS: Readonly<Record<(typeof KINDS)[number], ConvKind>> = {
  standard: "conv2d",
  depthwise: "depthwiseConv2d",
  pointwise: "pointwiseConv2d",
};

/**
 * Returns the vectors of the convolution that the options describe, or whose operands are in a file.
 *
 * @throws UsageError, FormatError, ShapeError
 */
export async function vectorsOf(given: VectorsGiven): Promise<VectorSet> {
  const kind = KINDS.find((known) => known === (given.operands[0] ?? "standard"));
  if (kind === undefined) {
    throw new UsageError(`vectors: there is no ${JSON.stringify(given.operands[0])}, needs one of ${KINDS.join(", ")}`);
  }
  const op = OPS[kind];
  const foreign: Readonly<Record<ConvKind, readonly string[]>> = {
    conv2d: ["multiplier"],
    depthwiseConv2d: ["outputs", "groups"],
    pointwiseConv2d: ["kernel", "groups", "multiplier"],
  };
  refuse(given, foreign[op], (name) => `--${optionOf(name)} does not belong to a ${kind} convolution`);
  const { data: file, seed } = given.options;
  if (file === undefined) {
    const wanted = caseOf(given, op, convOptionsOf(given));
    return asTyped(`vectors ${kind}`, given.options, () => drawnVectors(wanted, seed, drawingOf(given, op)).set);
  }
  if (given.options.type !== undefined) {
    throw new UsageError(
      "vectors: --data has real numbers, --type cannot be chosen; --layer takes a network of integers",
    );
  }
  const convOptions = {
    ...convOptionsOf(given),
    ...layoutsOf(given, op),
    precision: given.options.precision,
    ...(given.options.algorithm && { algorithm: given.options.algorithm }),
  };
  const own = ["input", "kernel", "outputs", "multiplier", "values", "seed", "noBias"];
  refuse(given, own, (name) => `--data has its own shapes and values, --${optionOf(name)} cannot be chosen`);
  const { input, filter, bias } = await readData(file);
  return realSet(convVectors({ name: file, op }, { input, filter, options: { ...convOptions, bias } }));
}

/** @throws UsageError if one of these options was typed */
export function refuse(given: VectorsGiven, names: readonly string[], message: (name: string) => string): void {
  const typed = names.find((name) => given.typed.has(name));
  if (typed !== undefined) throw new UsageError(`vectors: ${message(typed)}`);
}

/** Reads how numbers are drawn and laid out; `op` is null for a suite, which has every operation. */
export function drawingOf(given: VectorsGiven, op: ConvKind | null): Drawing {
  const { type, per, rounding, precision, values, algorithm } = given.options;
  if (type === undefined) {
    refuse(given, ["per", "rounding"], (name) => `--${name} is of integers, needs --type int8 or uint8`);
    if (algorithm !== undefined && op !== "conv2d") {
      throw new UsageError("vectors: --algorithm is of a standard convolution");
    }
    return { ...layoutsOf(given, op), precision, values, ...(algorithm && { algorithm }) };
  }
  refuse(
    given,
    ["precision", "values", "algorithm"],
    (name) => `--${name} is of real numbers, --type cannot be chosen`,
  );
  const { activation } = given.options;
  if (QUANTIZED_ACTIVATIONS.every((known) => known !== activation)) {
    throw new UsageError(
      `vectors: --activation is "${activation}", layers of integers have ${QUANTIZED_ACTIVATIONS.join(", ")}`,
    );
  }
  return { ...layoutsOf(given, op), type, per, rounding };
}

export function layoutsOf(given: VectorsGiven, op: ConvKind | null): Pick<VectorOptions, "layout" | "filterLayout"> {
  const layouts = op === "depthwiseConv2d" ? DEPTHWISE_FILTER_LAYOUTS : CONV_FILTER_LAYOUTS;
  const { layout, filterLayout: typed } = given.options;
  if (op === null && typed !== undefined) {
    throw new UsageError("vectors: a suite has filters as usual for --layout, --filter-layout cannot be chosen");
  }
  const filterLayout = layouts.find((one) => one === typed);
  if (filterLayout !== undefined) return { layout, filterLayout };
  if (typed === undefined) return { layout };
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

/** Rows and columns; one number is used for both. */
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
