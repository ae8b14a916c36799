/** @file How a file of vectors, real-valued or integer, describes its convolution. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import type { ConvKind } from "../../geometry/conv2d.ts";
import type { Padding4 } from "../../geometry/padding.ts";
import { FormatError, show } from "../../tensor/errors.ts";
import { type FilterLayout, LAYOUTS, type Layout } from "../../tensor/layout.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { FILTER_ORDERS } from "../../testing/formats/convolution.ts";
import { CONV_KINDS } from "../../testing/oracle.ts";
import type { FilterOrder } from "../../testing/problem.ts";
import type { ArrayFile } from "./arrayFile.ts";
import type { FoundArray } from "./texts.ts";

/** Parts of a file by name. Each method throws if its part is missing or invalid. */
export interface VectorsReader extends ArrayFile {
  readonly path: string;
  number(name: string): number;
  /** Reads a choice: a word in JSON, a code elsewhere. */
  choice<T extends string>(word: string, code: string, meanings: readonly T[]): T;
  array(name: string, shape: Shape): FoundArray;
}

export function vectorsReader(path: string, file: ArrayFile): VectorsReader {
  const { numbers, words, arrays } = file;
  const number = (name: string): number => {
    const value = numbers.get(name);
    if (value !== undefined) return value;
    throw new FormatError(`${path}: does not say its ${name}, needs vectors that separable vectors wrote`);
  };
  return {
    ...file,
    path,
    number,
    choice: (word, code, meanings) => {
      const written = words.get(word) ?? meanings[number(code)];
      const found = meanings.find((meaning) => meaning === written);
      if (found !== undefined) return found;
      throw new FormatError(`${path}: ${word} is ${show(written)}, needs one of ${meanings.join(", ")}`);
    },
    array: (name, shape) => {
      const found = arrays.get(name);
      if (found === undefined) throw new FormatError(`${path}: has no ${show(name)}`);
      if (found.data.length === sizeOf(shape)) return found;
      throw new FormatError(`${path}: ${name} has ${found.data.length} numbers, its extents need ${sizeOf(shape)}`);
    },
  };
}

/** A convolution as a file describes it. */
export interface Described {
  readonly name: string;
  readonly op: ConvKind;
  readonly shapes: { readonly input: Shape; readonly filter: Shape; readonly bias: Shape };
  readonly options: {
    readonly strides: readonly [number, number];
    readonly dilations: readonly [number, number];
    readonly padding: Padding4;
    readonly groups?: number;
    readonly layout: Layout;
    readonly filterLayout: FilterLayout;
  };
  readonly activation: (typeof ACTIVATIONS)[number];
}

export function describedBy({ path, number, choice, words }: VectorsReader): Described {
  const op = choice("op", "OP", CONV_KINDS);
  const layout = choice("layout", "LAYOUT", LAYOUTS);
  const order = words.get("filterLayout") === "hwim" ? "hwio" : choice("filterLayout", "FILTER_LAYOUT", FILTER_ORDERS);
  const [N, H, W, C, O, KH, KW, G] = ["N", "H", "W", "C", "O", "KH", "KW", "GROUPS"].map(number);
  const extents: Readonly<Record<string, number>> = { n: N, h: H, w: W, c: C };
  return {
    name: words.get("name") ?? path,
    op,
    shapes: {
      input: [...layout].map((axis) => extents[axis]),
      filter: filterShape(op, order, { h: KH, w: KW, i: C / G, o: O }, C),
      bias: [O],
    },
    options: {
      strides: [number("STRIDE_H"), number("STRIDE_W")],
      dilations: [number("DILATION_H"), number("DILATION_W")],
      padding: [number("PAD_TOP"), number("PAD_BOTTOM"), number("PAD_LEFT"), number("PAD_RIGHT")],
      ...(op === "conv2d" && { groups: G }),
      layout,
      filterLayout: op === "depthwiseConv2d" && order === "hwio" ? "hwim" : order,
    },
    activation: choice("activation", "ACTIVATION", ACTIVATIONS),
  };
}

function filterShape(
  op: ConvKind,
  order: FilterOrder,
  extents: Readonly<Record<string, number>>,
  C: number,
): readonly number[] {
  if (op === "depthwiseConv2d" && order === "hwio") return [extents.h, extents.w, C, extents.o / C];
  return [...order].map((axis) => extents[axis]);
}
