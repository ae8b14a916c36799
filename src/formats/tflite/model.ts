/** @file A TensorFlow Lite file as data: tensors, operators, signatures, metadata. Numbers are read on demand. */
import { FormatError, show } from "../../tensor/errors.ts";
import { MAX_ELEMENTS, MAX_EXTENT, MAX_RANK, sizeOf } from "../../tensor/shape.ts";
import {
  bool,
  byteRange,
  bytesOf,
  float32s,
  int8,
  int32,
  int32s,
  int64s,
  rootTable,
  type Table,
  table,
  tables,
  text,
  uint32,
  uint64,
} from "../bytes/flatbuffers.ts";
import { VARIABLE } from "../importer/unsupported.ts";
import { FIRST_STABLEHLO, OPERATOR_NAMES, TENSOR_TYPES } from "./schema.ts";

/** How integers represent real numbers: (q - zeroPoint) · scale, with one pair for all or one per index of an axis. */
export interface Quantization {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

export interface TfliteTensor {
  /** Unique in its subgraph: the file's name, or that name with a number. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The shape with -1 for extents that the file leaves open; null if it leaves none. */
  readonly signature: readonly number[] | null;
  /** A name of {@link TENSOR_TYPES}. */
  readonly type: string;
  /** The numbers of a constant. */
  readonly bytes: Uint8Array | null;
  readonly quantization: Quantization | null;
  /** What is unsupported about it, if anything: reported only when an operator reads it. */
  readonly obstacle: string | null;
}

export interface TfliteOperator {
  readonly op: string;
  /** Name of a "CUSTOM" operator. */
  readonly custom: string;
  /** Indices of tensors; -1: left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Table | null;
  readonly customOptions: Uint8Array | null;
}

/** Name of an operator, followed by its own name if it is custom. */
export function fullName({ op, custom }: TfliteOperator): string {
  return op === "CUSTOM" ? `CUSTOM ${custom}` : op;
}

export interface Subgraph {
  readonly name: string;
  readonly tensors: readonly TfliteTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operators: readonly TfliteOperator[];
}

/** Names for a subgraph, its inputs and outputs. */
export interface Signature {
  readonly key: string;
  readonly subgraph: number;
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
}

export interface TfliteModel {
  readonly version: number;
  readonly description: string;
  readonly subgraphNames: readonly string[];
  /** @throws FormatError if its contents are malformed */
  subgraph(i: number): Subgraph;
  readonly signatures: readonly Signature[];
  /** Bytes by name. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

/** The numbers of a buffer of the file, by its index; null if it is empty. */
type Buffers = (i: number, path: string) => Uint8Array | null;

/** @throws FormatError if the file is not TensorFlow Lite, or is malformed */
export function readModel(file: string, bytes: Uint8Array): TfliteModel {
  const identifier = String.fromCharCode(...bytes.subarray(4, 8));
  if (identifier !== "TFL3") throw new FormatError(`${file}: has the identifier ${show(identifier)}, needs "TFL3"`);
  const root = rootTable(file, bytes);
  const version = uint32(root, 0);
  if (version !== 3) throw new FormatError(`${file}: has version ${version} of the schema, needs 3`);
  const codes = tables(root, 1, "operator_codes").map(codeOf);
  const subgraphs = tables(root, 2, "subgraphs");
  const buffers = tables(root, 4, "buffers");
  const dataOf: Buffers = (i, path) => {
    const buffer = buffers[i];
    if (buffer === undefined) throw new FormatError(`${path}: has the buffer ${i}, the file has ${buffers.length}`);
    const [offset, size] = [uint64(buffer, 1), uint64(buffer, 2)];
    const range = offset > 1 ? ([offset, offset + size] as const) : byteRange(buffer, 0);
    return range === null || range[1] <= range[0] ? null : bytesOf(buffer, range);
  };
  return {
    version,
    description: text(root, 3),
    subgraphNames: subgraphs.map((one) => text(one, 4)),
    subgraph: (i) => subgraphOf(subgraphs[i], codes, dataOf),
    signatures: tables(root, 7, "signature_defs").map((one) => ({
      key: text(one, 2),
      subgraph: uint32(one, 4),
      inputs: namesIn(one, 0, "inputs"),
      outputs: namesIn(one, 1, "outputs"),
    })),
    metadata: new Map(
      tables(root, 6, "metadata").flatMap((one): [string, Uint8Array][] => {
        const data = dataOf(uint32(one, 1), one.path);
        return data === null ? [] : [[text(one, 0), data]];
      }),
    ),
  };
}

function namesIn(signature: Table, id: number, name: string): ReadonlyMap<string, number> {
  return new Map(tables(signature, id, name).map((one) => [text(one, 0), uint32(one, 1)]));
}

/** The first field used to hold all codes, below 127; a file may use either. */
function codeOf(code: Table): { readonly op: string; readonly custom: string } {
  const number = Math.max(int8(code, 0), int32(code, 3));
  const name = number >= FIRST_STABLEHLO ? `STABLEHLO ${number}` : OPERATOR_NAMES[number];
  return { op: name ?? `number ${number}`, custom: text(code, 1) };
}

function subgraphOf(own: Table, codes: readonly ReturnType<typeof codeOf>[], dataOf: Buffers): Subgraph {
  const taken = new Set<string>();
  const tensors = tables(own, 0, "tensors").map((one, i): TfliteTensor => {
    const given = text(one, 3) || `tensor_${i}`;
    const name = taken.has(given) ? `${given}_${i}` : given;
    taken.add(name);
    return tensorOf(one, name, dataOf);
  });
  if (taken.size < tensors.length) throw new FormatError(`${own.path}: has tensors of one name`);
  const indices = (table: Table, id: number, min: number): readonly number[] =>
    (int32s(table, id) ?? []).map((i) => {
      if (i >= min && i < tensors.length) return i;
      throw new FormatError(`${table.path}: has the tensor ${i}, there are ${tensors.length}`);
    });
  const operators = tables(own, 3, "operators").map((one): TfliteOperator => {
    const index = uint32(one, 0);
    const code = codes[index];
    if (code === undefined) throw new FormatError(`${one.path}: has the code ${index}, there are ${codes.length}`);
    const custom = byteRange(one, 5);
    return {
      ...code,
      inputs: indices(one, 1, -1),
      outputs: indices(one, 2, 0),
      options: table(one, 4, "builtin_options"),
      customOptions: custom && bytesOf(one, custom),
    };
  });
  return { name: text(own, 4), tensors, inputs: indices(own, 1, 0), outputs: indices(own, 2, 0), operators };
}

function tensorOf(own: Table, name: string, dataOf: Buffers): TfliteTensor {
  const path = `${own.path} ${show(name)}`;
  const shape = int32s(own, 0) ?? [];
  if (shape.length > MAX_RANK) throw new FormatError(`${path}: has ${shape.length} axes, needs at most ${MAX_RANK}`);
  for (const extent of shape) {
    if (extent < 0 || extent > MAX_EXTENT)
      throw new FormatError(`${path}: is ${shape.join("×")}, needs extents from 0`);
  }
  if (sizeOf(shape) > MAX_ELEMENTS) {
    throw new FormatError(`${path}: has ${sizeOf(shape)} elements, needs at most ${MAX_ELEMENTS}`);
  }
  const number = int8(own, 1);
  const type = TENSOR_TYPES[number] ?? `number ${number}`;
  const signature = int32s(own, 7);
  return {
    name,
    shape,
    signature: signature !== null && signature.length === shape.length && signature.includes(-1) ? signature : null,
    type,
    bytes: dataOf(uint32(own, 2), path),
    quantization: quantizationOf(own, path, shape),
    obstacle: obstacleOf(own, type),
  };
}

function obstacleOf(own: Table, type: string): string | null {
  if (table(own, 6, "sparsity") !== null) return "is sparse, needs all of its numbers";
  if (uint32(own, 10) !== 0) return "lies in another file, needs its numbers in this one";
  if (bool(own, 5)) return `is ${VARIABLE}`;
  return /^(STRING|COMPLEX|RESOURCE|VARIANT|number)/.test(type) ? `has the type ${type}, needs numbers` : null;
}

function quantizationOf(own: Table, path: string, shape: readonly number[]): Quantization | null {
  const found = table(own, 4, "quantization");
  const scales = found && float32s(found, 2);
  if (found === null || scales === null || scales.length === 0) return null;
  const given = int64s(found, 3) ?? [];
  const zeroPoints = given.length === 0 ? scales.map(() => 0) : given.length === 1 ? scales.map(() => given[0]) : given;
  // Some converters wrote the filter's axis for the scales of a bias.
  const axis = shape.length === 1 ? 0 : int32(found, 6);
  if (zeroPoints.length !== scales.length) {
    throw new FormatError(
      `${path}: has ${scales.length} scales and ${given.length} zero points, needs as many of each`,
    );
  }
  if (scales.length > 1 && scales.length !== shape[axis]) {
    throw new FormatError(`${path}: has ${scales.length} scales along axis ${axis} of ${shape.join("×")}`);
  }
  const bad = scales.find((scale) => !(scale >= 0 && Number.isFinite(scale)));
  if (bad !== undefined) throw new FormatError(`${path}: has the scale ${bad}, needs a number from 0 on`);
  return { scales, zeroPoints, axis };
}
