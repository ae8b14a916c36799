/** @file Reads a file or folder of vectors, and recomputes its convolution from the operands. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { FormatError, show } from "../../tensor/errors.ts";
import { LAYOUTS } from "../../tensor/layout.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { FILTER_ORDERS } from "../../testing/formats/arrays.ts";
import { CONV_KINDS } from "../../testing/oracle.ts";
import { PRECISIONS, type Precision } from "../../testing/precision.ts";
import type { FilterOrder } from "../../testing/problem.ts";
import { type ConvVectors, convVectors } from "../../testing/vectors.ts";
import { readWhole } from "../terminal/files.ts";
import { type ArrayFile, isFolder, readArrayFile } from "./arrayFile.ts";
import type { FoundArray } from "./texts.ts";
import { parseHex, parseParameters } from "./texts.ts";

/** Vectors, and whether their hex words are integers. */
export interface ReadVectors {
  readonly vectors: ConvVectors;
  readonly asIntegers: boolean;
}

/**
 * @param precision replaces the one in the file
 * @throws FormatError if the path has no vectors, or damaged ones
 */
export async function readVectors(path: string, precision: Precision | undefined): Promise<ReadVectors> {
  const file = (await isFolder(path)) ? await readHexFolder(path) : await readArrayFile(path);
  const asIntegers = file.numbers.get("INTEGERS") === 1;
  try {
    return { vectors: vectorsIn(path, file, asIntegers, precision), asIntegers };
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

async function readHexFolder(path: string): Promise<ArrayFile> {
  const names = await readdir(path);
  if (!names.includes("geometry.vh")) {
    throw new FormatError(`${path}: has no geometry.vh and no index.json, needs a folder that separable vectors wrote`);
  }
  const arrays = new Map<string, FoundArray>();
  for (const name of names.filter((name) => name.endsWith(".hex"))) {
    const data = parseHex(join(path, name), (await readWhole(join(path, name))).toString("utf8"));
    arrays.set(name.slice(0, -".hex".length), { shape: null, data, areWords: true });
  }
  return {
    arrays,
    numbers: parseParameters((await readWhole(join(path, "geometry.vh"))).toString("utf8")),
    words: new Map(),
  };
}

function vectorsIn(path: string, file: ArrayFile, asIntegers: boolean, precision: Precision | undefined): ConvVectors {
  const { numbers, words, arrays } = file;
  const number = (name: string): number => {
    const value = numbers.get(name);
    if (value === undefined)
      throw new FormatError(`${path}: does not say its ${name}, needs vectors that separable vectors wrote`);
    return value;
  };
  /** Reads a choice: a word in JSON, a code elsewhere. */
  const choice = <T extends string>(word: string, code: string, meanings: readonly T[]): T => {
    const written = words.get(word) ?? meanings[number(code)];
    const found = meanings.find((meaning) => meaning === written);
    if (found === undefined)
      throw new FormatError(`${path}: ${word} is ${show(written)}, needs one of ${meanings.join(", ")}`);
    return found;
  };
  const op = choice("op", "OP", CONV_KINDS);
  const layout = choice("layout", "LAYOUT", LAYOUTS);
  const order = words.get("filterLayout") === "hwim" ? "hwio" : choice("filterLayout", "FILTER_LAYOUT", FILTER_ORDERS);
  const [N, H, W, C, O, KH, KW, G] = ["N", "H", "W", "C", "O", "KH", "KW", "GROUPS"].map(number);
  const extents: Readonly<Record<string, number>> = { n: N, h: H, w: W, c: C };
  const tensorOf = (name: string, shape: readonly number[]): Tensor => {
    const found = arrays.get(name);
    if (found === undefined) throw new FormatError(`${path}: has no ${show(name)}`);
    if (found.data.length !== sizeOf(shape)) {
      throw new FormatError(`${path}: ${name} has ${found.data.length} numbers, its extents need ${sizeOf(shape)}`);
    }
    return new Tensor(Float32Array.from(numbersOf(found, asIntegers)), shape);
  };
  const vectors = convVectors(
    { name: words.get("name") ?? path, op },
    {
      input: tensorOf(
        "input",
        [...layout].map((axis) => extents[axis]),
      ),
      filter: tensorOf("filter", filterShape(op, order, { h: KH, w: KW, i: C / G, o: O }, C)),
      options: {
        strides: [number("STRIDE_H"), number("STRIDE_W")],
        dilations: [number("DILATION_H"), number("DILATION_W")],
        padding: [number("PAD_TOP"), number("PAD_BOTTOM"), number("PAD_LEFT"), number("PAD_RIGHT")],
        ...(op === "conv2d" && { groups: G }),
        bias: arrays.has("bias") ? tensorOf("bias", [O]) : null,
        activation: choice("activation", "ACTIVATION", ACTIVATIONS),
        layout,
        filterLayout: op === "depthwiseConv2d" && order === "hwio" ? "hwim" : order,
        precision: precision ?? choice("precision", "PRECISION", PRECISIONS),
      },
    },
  );
  const written = arrays.get("output");
  const { output } = vectors.oracle;
  if (written !== undefined && !sameNumbers(numbersOf(written, asIntegers), output.data)) {
    throw new FormatError(`${path}: its output is not that of its operands; the file is damaged`);
  }
  return vectors;
}

function filterShape(
  op: ConvVectors["oracle"]["op"],
  order: FilterOrder,
  extents: Readonly<Record<string, number>>,
  C: number,
): readonly number[] {
  if (op === "depthwiseConv2d" && order === "hwio") return [extents.h, extents.w, C, extents.o / C];
  return [...order].map((axis) => extents[axis]);
}

/** Decodes words: as integers, or as the bits of float32. */
export function numbersOf({ data, areWords }: FoundArray, asIntegers: boolean): Float32Array | Float64Array {
  if (!areWords) return data;
  if (asIntegers) return data.map((word) => (Number.isNaN(word) ? word : word | 0));
  const view = new DataView(new ArrayBuffer(4));
  return data.map((word) => {
    if (Number.isNaN(word)) return word;
    view.setUint32(0, word);
    return view.getFloat32(0);
  });
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(Math.fround(a[i]) + 0, b[i] + 0)) return false;
  return true;
}
