/** TensorFlow Lite files for tests, with what a file of other people may have and ours has not. */
import { floatBytes } from "../../src/formats/bytes/dtype.ts";
import {
  bytes,
  type FlatField,
  type FlatTable,
  flag,
  i8,
  i32,
  int32s,
  table,
  tables,
  text,
  writeFlatBuffers,
} from "../../src/formats/bytes/flatbuffersWriter.ts";
import { OPERATOR_NAMES, TENSOR_TYPES } from "../../src/formats/tflite/schema.ts";

export interface TensorSpec {
  readonly name?: string;
  readonly shape: readonly number[];
  /** Default "F32". */
  readonly type?: string;
  readonly data?: readonly number[] | Uint8Array;
  /** The buffer, where it is not that of `data`. */
  readonly buffer?: number;
  /** With -1 for what is open. */
  readonly signature?: readonly number[];
  readonly quantization?: {
    readonly scales: readonly number[];
    readonly zeroPoints: readonly number[];
    readonly axis?: number;
  };
  readonly isVariable?: boolean;
  readonly isSparse?: boolean;
  readonly external?: number;
}

export interface OperatorSpec {
  readonly op: string;
  readonly custom?: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: { readonly type: number; readonly fields: FlatTable };
}

export interface SubgraphSpec {
  readonly name?: string;
  readonly tensors: readonly TensorSpec[];
  readonly operators: readonly OperatorSpec[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface SignatureSpec {
  readonly key: string;
  readonly subgraph: number;
  /** Tensors by name. */
  readonly inputs?: Readonly<Record<string, number>>;
  readonly outputs?: Readonly<Record<string, number>>;
}

export interface FileSpec {
  readonly subgraphs: readonly SubgraphSpec[];
  readonly version?: number;
  readonly identifier?: string;
  readonly signatures?: readonly SignatureSpec[];
  readonly metadata?: Readonly<Record<string, Uint8Array>>;
}

/** A file of one subgraph. */
export function tfliteFile(subgraph: SubgraphSpec, more: Partial<FileSpec> = {}): Uint8Array {
  return tfliteFileOf({ subgraphs: [subgraph], ...more });
}

export function tfliteFileOf({
  subgraphs,
  version = 3,
  identifier = "TFL3",
  signatures,
  metadata,
}: FileSpec): Uint8Array {
  const buffers: FlatTable[] = [[]];
  const stored = (data: Uint8Array): number => buffers.push([bytes(data, 16)]) - 1;
  const codes: FlatTable[] = [];
  const graphs = subgraphs.map(({ name = "main", tensors, operators, inputs, outputs }): FlatTable => {
    const tensorTables = tensors.map((spec, i) => tensorOf(spec, i, stored));
    const operatorTables = operators.map((spec): FlatTable => {
      const number = OPERATOR_NAMES.indexOf(spec.op);
      codes.push([i8(Math.min(number, 127)), spec.custom ? text(spec.custom) : null, i32(1, 1), i32(number)]);
      const options = spec.options ? [i8(spec.options.type), table(spec.options.fields)] : [];
      return [i32(codes.length - 1), int32s(spec.inputs), int32s(spec.outputs), ...options];
    });
    return [tables(tensorTables), int32s(inputs), int32s(outputs), tables(operatorTables), text(name)];
  });
  const entries = Object.entries(metadata ?? {}).map(([name, data]): FlatTable => [text(name), i32(stored(data))]);
  const named = (ends: Readonly<Record<string, number>> = {}): FlatField =>
    tables(Object.entries(ends).map(([name, i]): FlatTable => [text(name), i32(i)]));
  const signed = (signatures ?? []).map(
    ({ key, subgraph, inputs, outputs }): FlatTable => [named(inputs), named(outputs), text(key), null, i32(subgraph)],
  );
  return writeFlatBuffers(
    [
      i32(version),
      tables(codes),
      tables(graphs),
      text("a test"),
      tables(buffers),
      null,
      tables(entries),
      tables(signed),
    ],
    identifier,
  );
}

function tensorOf(spec: TensorSpec, i: number, stored: (data: Uint8Array) => number): FlatTable {
  const { name = `t${i}`, shape, type = "F32", data, buffer, signature, quantization, external = 0 } = spec;
  const raw = data instanceof Uint8Array ? data : data && floatBytes(Float32Array.from(data));
  return [
    int32s(shape),
    i8(TENSOR_TYPES.indexOf(type)),
    i32(buffer ?? (raw ? stored(raw) : 0)),
    text(name),
    quantization ? table(quantizationOf(quantization)) : null,
    flag(spec.isVariable === true),
    spec.isSparse ? table([int32s([0])]) : null,
    signature ? int32s(signature) : null,
    null,
    null,
    i32(external),
  ];
}

function quantizationOf({ scales, zeroPoints, axis = 0 }: NonNullable<TensorSpec["quantization"]>): FlatTable {
  const longs = new Uint8Array(BigInt64Array.from(zeroPoints.map(BigInt)).buffer);
  const int64s: FlatField = { kind: "bytes", bytes: longs, align: 8, count: zeroPoints.length };
  const floats = floatBytes(Float32Array.from(scales));
  return [null, null, { kind: "bytes", bytes: floats, align: 4, count: scales.length }, int64s, null, null, i32(axis)];
}
