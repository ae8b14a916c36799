/** @file Options of `separable vectors`. */
import type { LoadOptions } from "../../formats/loadTypes.ts";
import { ACTIVATIONS, type Activation } from "../../geometry/activation.ts";
import type { Padding4 } from "../../geometry/padding.ts";
import { ROUNDINGS, type Rounding } from "../../geometry/requantization.ts";
import { CONV_ALGORITHMS, type ConvAlgorithm } from "../../geometry/winograd.ts";
import { CONV_FILTER_LAYOUTS, DEPTHWISE_FILTER_LAYOUTS, LAYOUTS, type Layout } from "../../tensor/layout.ts";
import type { QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { Draw } from "../../testing/geometries.ts";
import { PRECISIONS, type Precision } from "../../testing/precision.ts";
import { flag, integer, type OptionsOf, parsed, text, word } from "./option.ts";
import { FILE, SEED } from "./shared.ts";

export const VECTOR_FORMATS = ["json", "npz", "c", "hex"] as const;
export type VectorFormat = (typeof VECTOR_FORMATS)[number];

/** Extents, such as 5x6x3. @param lengths the allowed numbers of extents */
function extents(value: string, lengths: readonly number[], example: string, help: string) {
  return parsed(value, help, (typed): readonly number[] => {
    const numbers = typed.split("x").map((part) => (/^[1-9]\d{0,6}$/.test(part) ? Number(part) : Number.NaN));
    if (lengths.includes(numbers.length) && !numbers.some(Number.isNaN)) return numbers;
    throw new Error(`needs ${lengths.join(" or ")} numbers such as ${example}`);
  });
}

function paddingIn(words: string): "valid" | "same" | "same-lower" | Padding4 {
  if (words === "valid" || words === "same" || words === "same-lower") return words;
  const sides = words.split(",").map((side) => side.trim());
  const numbers = sides.every((side) => /^\d{1,6}$/.test(side)) ? sides.map(Number) : [];
  if (numbers.length === 1 || numbers.length === 2) {
    const [rows, columns = rows] = numbers;
    return [rows, rows, columns, columns];
  }
  if (numbers.length === 4) return [numbers[0], numbers[1], numbers[2], numbers[3]];
  throw new Error("needs valid, same, same-lower, or one, two or four numbers with commas");
}

/** Rows and columns; one number is used for both. */
type Sides = readonly number[] | undefined;

type VectorValues = {
  readonly input: readonly number[] | undefined;
  readonly kernel: Sides;
  readonly outputs: number;
  readonly multiplier: number;
  readonly strides: Sides;
  readonly dilations: Sides;
  readonly padding: "valid" | "same" | "same-lower" | Padding4 | undefined;
  readonly groups: number;
  readonly activation: Activation;
  readonly noBias: boolean;
  readonly layout: Layout;
  readonly filterLayout: string | undefined;
  readonly precision: Precision;
  readonly algorithm: ConvAlgorithm | undefined;
  readonly type: QuantizedType | undefined;
  readonly rounding: Rounding;
  readonly per: "channel" | "tensor" | undefined;
  readonly values: Draw;
  readonly seed: number;
  readonly data: string | undefined;
  readonly randomSuite: number | undefined;
  readonly layer: string | undefined;
  readonly shape: LoadOptions["shape"];
  readonly format: VectorFormat;
  readonly name: string | undefined;
  readonly output: string | undefined;
  readonly force: boolean;
};

export const VECTOR_OPTIONS: OptionsOf<VectorValues> = {
  input: extents("SHAPE", [3, 4], "5x6x3", "5x6x3 (h, w, c) or 2x5x6x3 (n, h, w, c); default 5x6x3"),
  kernel: extents("SIZE", [1, 2], "3", "3 or 1x5 (rows x columns); default 3"),
  outputs: integer("N", [1], 4, "output channels, default 4"),
  multiplier: integer("N", [1], 1, "outputs for each input channel of a depthwise convolution, default 1"),
  strides: extents("N", [1, 2], "1", "2 or 2x1; default 1"),
  dilations: extents("N", [1, 2], "1", "2 or 2x1; default 1"),
  padding: parsed(
    "RULE",
    "valid (default), same, same-lower, 1, 1,2 (rows, columns), or 1,1,0,2 (top, bottom, left, right)",
    paddingIn,
  ),
  groups: integer("N", [1], 1, "of a standard convolution, default 1"),
  activation: word("NAME", ACTIVATIONS, "none", `${ACTIVATIONS.join(", ")}; default none`),
  noBias: flag("no bias"),
  layout: word("ORDER", LAYOUTS, "nhwc", `of input and output in the files: ${LAYOUTS.join(", ")}; default nhwc`),
  filterLayout: text(
    "ORDER",
    `${CONV_FILTER_LAYOUTS.join(", ")} (depthwise: ${DEPTHWISE_FILTER_LAYOUTS.join(", ")});
default hwio and hwim, with --layout nchw oihw`,
  ),
  precision: word(
    "NAME",
    PRECISIONS,
    "float32",
    `number format of your kernel, which determines the bounds: ${PRECISIONS.join(", ")}`,
  ),
  algorithm: word(
    "NAME",
    CONV_ALGORITHMS,
    undefined,
    `your kernel's algorithm for 3×3 convolutions of stride 1; sets the bounds: ${CONV_ALGORITHMS.join(", ")};
default direct`,
  ),
  type: word(
    "TYPE",
    ["int8", "uint8"],
    undefined,
    "integers instead of real numbers: int8 or uint8, with zero points, and a bias of int32",
  ),
  rounding: word(
    "RULE",
    ROUNDINGS,
    ROUNDINGS[0],
    `rule for rounding sums to output integers: ${ROUNDINGS.join(", ")};
default ${ROUNDINGS[0]}`,
  ),
  per: word(
    "WHAT",
    ["channel", "tensor"],
    undefined,
    "one filter scale per channel (default for int8) or per tensor (default for uint8)",
  ),
  values: word(
    "KIND",
    ["normal", "integers"],
    "normal",
    "normal (default), or integers: -8 to 8, whose sums are exact: their bounds are 0",
  ),
  seed: { ...SEED, help: "of the values, default 1" },
  data: text(
    "FILE",
    `your own numbers instead: JSON with nested arrays "input" (in the order of --layout, with or without
n), "filter" and optionally "bias"`,
  ),
  randomSuite: integer(
    "N",
    [1],
    undefined,
    `N convolutions: corner cases that broke other libraries first, then random ones; a file or folder each,
in C one header with an array of structs`,
  ),
  layer: text(
    "NAME",
    `a convolution of MODEL with its own weights, batch norm folded into them and the activation included; names as
in separable summary`,
  ),
  shape: FILE.shape,
  format: word(
    "FORMAT",
    VECTOR_FORMATS,
    "json",
    `json (default), npz (NumPy), c (a header), hex (Verilog's $readmemh, a folder; integers in two's complement,
real numbers as the bits of float32, or with --values integers as integers)`,
  ),
  name: text("NAME", "prefix of every name in C and Verilog, default conv"),
  output: text("PATH", "a file, or a folder for hex and suites; json and c are printed without it"),
  force: flag("overwrites existing files"),
};
