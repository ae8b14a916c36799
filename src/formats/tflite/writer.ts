/** @file Collects tensors and operators of a TensorFlow Lite file. */
import {
  atIndex,
  type IntegerType,
  type Quantization,
  type QuantizedLevels,
  type QuantizedTensor,
} from "../../tensor/quantizedTensor.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { floatBytes } from "../bytes/dtype.ts";
import {
  bytes,
  type FlatField,
  type FlatTable,
  float32s,
  i8,
  i32,
  int32s,
  int64s,
  table,
  tables,
  text,
  writeFlatBuffers,
} from "../bytes/flatbuffersWriter.ts";
import { OPERATOR_NAMES } from "./schema.ts";

const FLOAT32 = 0;
const INT32 = 2;
const INTEGERS: Readonly<Record<IntegerType, number>> = { int32: INT32, uint8: 3, int8: 9 };
/** Alignment of a buffer's first byte, as the schema requires. */
const BUFFER_ALIGN = 16;

/** An operator's options: the number of their table in the schema's union, and its fields. */
export interface Options {
  readonly type: number;
  readonly fields: readonly (FlatField | null)[];
  /** Version of the operator that these options need. Default 1. */
  readonly version?: number;
}

export interface TfliteWriter {
  /** Returns the tensor of a graph's value, by name; creates it on first use. */
  value(name: string, shape: Shape, levels?: QuantizedLevels | null): number;
  /** Creates a tensor that is not a value of the graph. @param wanted its name, if it is free */
  fresh(wanted: string, shape: Shape, type?: number, levels?: QuantizedLevels | null): number;
  /** Adds a quantised constant. */
  quantized(wanted: string, tensor: QuantizedTensor): number;
  numbers(wanted: string, tensor: Tensor): number;
  scalar(wanted: string, value: number): number;
  integers(wanted: string, values: readonly number[], shape?: Shape): number;
  /** Appends an operator. @param inputs -1: left out */
  operator(name: string, inputs: readonly number[], outputs: readonly number[], options?: Options): void;
  bytes(
    subgraph: string,
    inputs: readonly number[],
    outputs: readonly number[],
    metadata: ReadonlyMap<string, Uint8Array>,
  ): Uint8Array;
}

/** Levels of integers: scales and zero points, after the fields for the ranges seen in training. */
function quantizationOf({ scale, zeroPoint, axis }: Quantization): FlatField {
  const scales = [scale].flat();
  const zeroPoints = scales.map((_, i) => atIndex(zeroPoint, i));
  return table([null, null, float32s(scales), int64s(zeroPoints), null, null, i32(axis ?? 0)]);
}

export function tfliteWriter(): TfliteWriter {
  const tensors: FlatTable[] = [];
  const buffers: FlatTable[] = [[]];
  const operators: FlatTable[] = [];
  const codes: { readonly name: string; readonly version: number }[] = [];
  const named = new Map<string, number>();
  const taken = new Set<string>();
  const add = (wanted: string, shape: Shape, type: number, buffer: number, levels?: Quantization | null): number => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    tensors.push([int32s(shape), i8(type), i32(buffer), text(name), ...(levels ? [quantizationOf(levels)] : [])]);
    return tensors.length - 1;
  };
  const store = (data: Uint8Array): number => {
    buffers.push([bytes(data, BUFFER_ALIGN)]);
    return buffers.length - 1;
  };
  const writer: TfliteWriter = {
    value: (name, shape, levels = null) => {
      const type = levels === null ? FLOAT32 : INTEGERS[levels.type];
      const known = named.get(name) ?? add(name, shape, type, 0, levels && { ...levels, axis: null });
      named.set(name, known);
      return known;
    },
    fresh: (wanted, shape, type = FLOAT32, levels = null) => {
      return add(wanted, shape, levels ? INTEGERS[levels.type] : type, 0, levels && { ...levels, axis: null });
    },
    quantized: (wanted, { type, shape, data, ...levels }) => {
      const stored = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return add(wanted, shape, INTEGERS[type], store(stored), levels);
    },
    numbers: (wanted, tensor) => {
      return add(wanted, tensor.shape, FLOAT32, store(floatBytes(tensor.contiguous().toFloat32Array())));
    },
    scalar: (wanted, value) => add(wanted, [], FLOAT32, store(floatBytes(Float32Array.of(value)))),
    integers: (wanted, values, shape = [values.length]) => {
      const view = new DataView(new ArrayBuffer(4 * sizeOf(shape)));
      values.forEach((value, i) => {
        view.setInt32(4 * i, value, true);
      });
      return add(wanted, shape, INT32, store(new Uint8Array(view.buffer)));
    },
    operator: (name, inputs, outputs, options) => {
      const version = options?.version ?? 1;
      let code = codes.findIndex((one) => one.name === name && one.version === version);
      if (code < 0) code = codes.push({ name, version }) - 1;
      operators.push([
        i32(code),
        int32s(inputs),
        int32s(outputs),
        ...(options ? [i8(options.type), table(options.fields)] : []),
      ]);
    },
    bytes: (subgraph, inputs, outputs, metadata) => {
      const entries = [...metadata].map(([name, data]): FlatTable => [text(name), i32(store(data))]);
      const codeTables = codes.map(({ name, version }): FlatTable => {
        const number = OPERATOR_NAMES.indexOf(name);
        return [i8(Math.min(number, 127)), null, i32(version, 1), i32(number)];
      });
      const graph = [tables(tensors), int32s(inputs), int32s(outputs), tables(operators), text(subgraph)];
      const root = [
        i32(3),
        tables(codeTables),
        tables([graph]),
        text("separable"),
        tables(buffers),
        null,
        entries.length > 0 ? tables(entries) : null,
      ];
      return writeFlatBuffers(root, "TFL3");
    },
  };
  return writer;
}
