/** ONNX files for tests, written field by field; numbers as in onnx.proto3. */
import { bytesField, floatField, type Parts, textField, varintField } from "../../src/formats/bytes/protobufWriter.ts";

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly int?: Readonly<Record<string, number>>;
  readonly float?: Readonly<Record<string, number>>;
  readonly text?: Readonly<Record<string, string>>;
}

export interface TensorSpec {
  readonly name: string;
  readonly dims: readonly (number | bigint)[];
  readonly floats?: readonly number[];
  readonly int64s?: readonly number[];
  /** Pairs of external_data. */
  readonly external?: Readonly<Record<string, string>>;
}

export interface FileSpec {
  readonly opset?: number;
  readonly input?: { readonly name: string; readonly dims: readonly (number | string)[]; readonly type?: number };
  readonly output?: string | readonly string[];
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeSpec[];
  readonly tensors?: readonly TensorSpec[];
  /** Fields put into the graph as they are. */
  readonly more?: Parts;
}

function attribute(name: string, type: number, value: Parts): Parts {
  return bytesField(5, [...textField(1, name), ...value, ...varintField(20, type)]);
}

function node({ op, inputs, outputs = ["y"], name = "", domain = "", ints, int, float, text }: NodeSpec): Parts {
  return bytesField(1, [
    ...inputs.flatMap((input) => textField(1, input)),
    ...outputs.flatMap((output) => textField(2, output)),
    ...textField(3, name),
    ...textField(4, op),
    ...Object.entries(ints ?? {}).flatMap(([key, values]) =>
      attribute(
        key,
        7,
        values.flatMap((v) => varintField(8, BigInt(v))),
      ),
    ),
    ...Object.entries(int ?? {}).flatMap(([key, value]) => attribute(key, 2, varintField(3, BigInt(value)))),
    ...Object.entries(float ?? {}).flatMap(([key, value]) => attribute(key, 1, floatField(2, value))),
    ...Object.entries(text ?? {}).flatMap(([key, value]) => attribute(key, 3, textField(4, value))),
    ...textField(7, domain),
  ]);
}

function tensor({ name, dims, floats, int64s, external }: TensorSpec): Parts {
  return bytesField(5, [
    ...dims.flatMap((dim) => varintField(1, BigInt(dim))),
    ...varintField(2, int64s ? 7 : 1),
    ...(floats ?? []).flatMap((value) => floatField(4, value)),
    ...(int64s ?? []).flatMap((value) => varintField(7, BigInt(value))),
    ...textField(8, name),
    ...Object.entries(external ?? {}).flatMap(([key, value]) =>
      bytesField(13, [...textField(1, key), ...textField(2, value)]),
    ),
    ...(external ? varintField(14, 1) : []),
  ]);
}

/** Describes an input (field 11) or an output (field 12). */
export function valueInfo(field: number, name: string, dims: readonly (number | string)[], type = 1): Parts {
  const each = dims.map((dim) => bytesField(1, typeof dim === "string" ? textField(2, dim) : varintField(1, dim)));
  const shape = bytesField(2, each.flat());
  return bytesField(field, [
    ...textField(1, name),
    ...bytesField(2, bytesField(1, [...varintField(1, type), ...shape])),
  ]);
}

export function onnxFile(spec: FileSpec): Uint8Array {
  const { opset = 14, input, output = "y", producer, metadata = {}, nodes, tensors = [], more = [] } = spec;
  const { name, dims, type = 1 } = input ?? { name: "x", dims: ["n", 3, 5, 4] };
  const graph = [
    ...nodes.flatMap(node),
    ...tensors.flatMap(tensor),
    ...valueInfo(11, name, dims, type),
    ...[output].flat().flatMap((each) => valueInfo(12, each, [])),
    ...more,
  ];
  return whole([
    ...varintField(1, 8),
    ...(producer === undefined ? [] : textField(2, producer)),
    ...bytesField(7, graph),
    ...bytesField(8, varintField(2, opset)),
    ...Object.entries(metadata).flatMap(([key, text]) => bytesField(14, [...textField(1, key), ...textField(2, text)])),
  ]);
}

export function whole(parts: Parts): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
