/**
 * @file The contract of a file format: recognise, read, write.
 *
 * A reader reports what is in the file, under the file's own names and axes, and guesses nothing: names/ detects whose
 * names they are.
 */
import type { Graph } from "../graph/graph.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import type { ByteSource, WeightsSource } from "./source.ts";

/** The name of a file format. */
export type FormatName = "safetensors" | "graph" | "tfjs" | "keras" | "onnx" | "npz" | "tflite";

/** One kind of file. */
export interface Format {
  readonly name: FormatName;
  /** With its dot; decides if the first bytes do not. */
  readonly extension: string;
  /** Whether a file has this format, by its first 64 bytes, or fewer if it is shorter. */
  recognizes(head: Uint8Array, name: string): boolean;
  /** The options that its reader accepts; the others are errors. */
  readonly takes: readonly ("shape" | "output" | "signature")[];
  /** What a file can hold. */
  readonly holds: readonly ("network" | "weights" | "metadata")[];
  /** Whether integer networks can be written. Default false. */
  readonly writesIntegers?: boolean;
  /** @throws FormatError if the file is not what it claims to be */
  read(source: ByteSource, options: ReadOptions): Promise<ModelFile>;
  write?(model: WritableModel): Promise<Uint8Array>;
  /** For a format whose models consist of several files: returns them by name. */
  writeFiles?(model: WritableModel): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Returns what is in a file, even if its network cannot be read. Default: what `read` returns. */
  inspect?(source: ByteSource): Promise<FileContents>;
}

/** The contents of a file, in its own terms. */
export interface FileContents {
  readonly producer: string;
  /** Version of the format: "opset 17"; "" if it has none. */
  readonly version: string;
  readonly inputs: readonly FileEnd[];
  readonly outputs: readonly FileEnd[];
  readonly operators: readonly OperatorCount[];
  readonly tensors: readonly { readonly shape: Shape; readonly type: string }[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly signatures: readonly string[];
}

/** An input or output; an open size is its name, or "?". */
export interface FileEnd {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  /** Safetensors name of its type. */
  readonly type: string;
}

export interface OperatorCount {
  readonly name: string;
  readonly count: number;
  /** Why it is not supported; null if it is. */
  readonly obstacle: string | null;
}

/** Operators by name, the most frequent first. */
export function countedOperators(
  names: readonly string[],
  obstacleOf: (name: string) => string | null,
): readonly OperatorCount[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rows = [...counts].map(([name, count]) => ({ name, count, obstacle: obstacleOf(name) }));
  return rows.sort((a, b) => b.count - a.count);
}

/** A format that can also be written, as one file. */
export type WritableFormat = Format & Required<Pick<Format, "write">>;

export interface ReadOptions {
  /** The public function that was called, for messages. */
  readonly op: string;
  /** The source as it was given: other files may be beside it. */
  readonly from: WeightsSource;
  /** Files that a model refers to, by the names it uses, if the source is neither a path nor a URL. */
  readonly shards?: ReadonlyMap<string, WeightsSource> | undefined;
  /** Shape of the input, if the file leaves sizes open, in the file's axis order; for several inputs, by name. */
  readonly shape?: Shape | Readonly<Record<string, Shape>> | undefined;
  /** The output or outputs to read; everything else is left out. Default: all of them. */
  readonly output?: string | readonly string[] | undefined;
  /** The signature or subgraph to read from a file that has several. */
  readonly signature?: string | undefined;
  /** Limit on the unpacked size of a compressed file, in bytes. */
  readonly maxBytes?: number | undefined;
  /** Whether integers become the real numbers that they represent. Default false. */
  readonly dequantize?: boolean | undefined;
}

/** The contents of a file. */
export interface ModelFile {
  /** Program that wrote it, "" if it is not recorded. */
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** By the file's names, in its order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly network: ImportedNetwork | null;
  /** Builds the network that the file describes in another library's layers or operators; null if it has none. */
  readonly described?: (() => Promise<ImportedNetwork>) | null;
  /** Rows and columns of the images, if a file without its network states them. */
  readonly resolution: readonly [h: number, w: number] | null;
}

/** A tensor that is decoded to float32 on demand, while the source is open. */
export interface StoredTensor {
  readonly shape: Shape;
  read(): Promise<Tensor>;
}

/** A network that a file contains. */
export interface ImportedNetwork<W extends Weight = Weight> {
  readonly graph: Graph;
  /** Under the graph's names. */
  readonly weights: Map<string, W>;
  /** Whether inputs and outputs, [n, c, h, w] in the file, are [n, h, w, c] in the graph: the first, and all. */
  readonly turned: {
    readonly input: boolean;
    readonly output: boolean;
    readonly inputs: readonly boolean[];
    readonly outputs: readonly boolean[];
  };
}

/** The contents of a file to be written. */
export interface WritableModel {
  readonly graph: Graph;
  /** Tensors; also integers, if the format writes them. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Decodes all tensors of a file. */
export async function readAll(tensors: ModelFile["tensors"]): Promise<Map<string, Tensor>> {
  const read = new Map<string, Tensor>();
  for (const [name, stored] of tensors) read.set(name, await stored.read());
  return read;
}
