/** @file Tensors of an ONNX file: dims, a type, and the data as bytes or as a list. */
import { FormatError } from "../../tensor/errors.ts";
import { formatShape, MAX_ELEMENTS, MAX_EXTENT, MAX_RANK, sizeOf } from "../../tensor/shape.ts";
import { dtypeNamed, narrowed, toFloat32 } from "../bytes/dtype.ts";
import { fieldsOf, type Message, type Numbers, readerOf } from "../bytes/protobuf.ts";

/** Element types of TensorProto by number, and their safetensors names. */
export const TYPES: ReadonlyMap<number, string> = new Map([
  [1, "F32"],
  [2, "U8"],
  [3, "I8"],
  [4, "U16"],
  [5, "I16"],
  [6, "I32"],
  [7, "I64"],
  [9, "BOOL"],
  [10, "F16"],
  [11, "F64"],
  [12, "U32"],
  [13, "U64"],
  [16, "BF16"],
]);

/** Location of a tensor's bytes outside the model's file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number | null;
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Safetensors name of the type. */
  readonly type: string;
  /** 64-bit integers lose the digits that a double cannot hold; doubles become float32. */
  readonly data: Float32Array | Numbers;
  readonly external: ExternalData | null;
}

/** Returns whether a type holds integers or booleans. */
export function isIntegerType(type: string): boolean {
  return /^[IU]/.test(type) || type === "BOOL";
}

/** A growing list; `values` may have spare capacity. */
interface Growing {
  values: Float64Array;
  length: number;
}

/** Appends values. A first packed list is adopted without a copy; otherwise the capacity doubles. */
function grow(list: Growing, more: Numbers): void {
  const length = list.length + more.length;
  if (list.length === 0 && more instanceof Float64Array) list.values = more;
  else {
    if (length > list.values.length) {
      const wider = new Float64Array(Math.max(16, 2 * length));
      wider.set(list.values.subarray(0, list.length));
      list.values = wider;
    }
    list.values.set(more, list.length);
  }
  list.length = length;
}

/** @throws FormatError if the number of elements does not match the dims, or the type is unknown */
export function readTensor(message: Message): OnnxTensor {
  const dims: number[] = [];
  const lists = new Map<string, Growing>();
  const external = new Map<string, string>();
  let [name, typeNumber, isExternal] = ["", 0, false];
  let raw: Uint8Array | null = null;
  for (const field of fieldsOf(message)) {
    const as = (what: string) => readerOf(message, what, field);
    const list = (what: string, values: Numbers): void => {
      const all = lists.get(what) ?? { values: new Float64Array(0), length: 0 };
      grow(all, values);
      lists.set(what, all);
    };
    switch (field.number) {
      case 1:
        for (const extent of as("dims").integers()) {
          if (dims.push(extent) > MAX_RANK) {
            throw new FormatError(`${message.path}: has more than ${MAX_RANK} dims`);
          }
        }
        break;
      case 2:
        typeNumber = as("data_type").integer();
        break;
      case 4:
        list("float_data", as("float_data").floats());
        break;
      case 5:
        list("int32_data", as("int32_data").integers());
        break;
      case 7:
        list("int64_data", as("int64_data").integers());
        break;
      case 8:
        name = as("name").text();
        break;
      case 9:
        raw = as("raw_data").bytes();
        break;
      case 10:
        list("double_data", as("double_data").doubles());
        break;
      case 11:
        list("uint64_data", as("uint64_data").integers());
        break;
      case 13:
        readEntry(as("external_data").message(), external);
        break;
      case 14:
        isExternal = as("data_location").integer() === 1;
        break;
    }
  }
  const file = `${message.path} ${JSON.stringify(name)}`;
  const type = TYPES.get(typeNumber);
  if (type === undefined) throw new FormatError(`${file}: has the type ${typeNumber}, needs a number's`);
  if (dims.some((extent) => !(extent >= 0 && extent <= MAX_EXTENT))) {
    throw new FormatError(`${file}: has dims ${formatShape(dims)}, needs integers from 0 to ${MAX_EXTENT}`);
  }
  const size = dims.includes(0) ? 0 : sizeOf(dims);
  if (size > MAX_ELEMENTS) {
    throw new FormatError(`${file}: has ${size} elements, needs at most ${MAX_ELEMENTS}`);
  }
  if (isExternal) return { name, shape: dims, type, data: [], external: externalOf(file, external) };
  if (raw !== null && lists.size > 0) {
    throw new FormatError(`${file}: has raw_data and ${[...lists.keys()][0]}, needs one of them`);
  }
  const data = raw === null ? listed(file, type, lists, size) : fromBytes(file, type, raw, size);
  return { name, shape: dims, type, data, external: null };
}

/** Decodes a tensor's data from bytes, of the model's file or of an external one. */
export function fromBytes(file: string, type: string, bytes: Uint8Array, size: number): OnnxTensor["data"] {
  const dtype = dtypeNamed(type);
  if (bytes.length !== size * dtype.bytes) {
    throw new FormatError(`${file}: has ${bytes.length} bytes, needs ${size * dtype.bytes} for ${size} of ${type}`);
  }
  if (!/[IU]64$/.test(type)) return toFloat32(file, dtype, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: size }, (_, i) => dtype.read(view, i * dtype.bytes));
}

/** Returns the field that lists the elements of a type when they are not in raw_data. */
function fieldFor(type: string): string {
  if (type === "F32") return "float_data";
  if (type === "F64") return "double_data";
  if (type === "I64") return "int64_data";
  return type === "U64" || type === "U32" ? "uint64_data" : "int32_data";
}

function listed(file: string, type: string, lists: ReadonlyMap<string, Growing>, size: number): OnnxTensor["data"] {
  const field = fieldFor(type);
  const other = [...lists].find(([name, { length }]) => name !== field && length > 0);
  if (other) throw new FormatError(`${file}: lists ${type} as ${other[0]}, needs ${field}`);
  const list = lists.get(field);
  const values = list === undefined ? new Float64Array(0) : list.values.subarray(0, list.length);
  if (values.length !== size) {
    throw new FormatError(`${file}: lists ${values.length} numbers, its dims need ${size}`);
  }
  if (type === "F32" || type === "F64") return narrowed(file, size, (i) => values[i]);
  if (type !== "F16" && type !== "BF16") return values;
  const halves = Uint16Array.from(values); // their bits, as integers
  return fromBytes(file, type, new Uint8Array(halves.buffer), size);
}

/** Reads a pair of strings (StringStringEntryProto) into a map. */
export function readEntry(message: Message, entries: Map<string, string>): void {
  let [key, value] = ["", ""];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) key = readerOf(message, "key", field).text();
    else if (field.number === 2) value = readerOf(message, "value", field).text();
  }
  entries.set(key, value);
}

function externalOf(file: string, entries: ReadonlyMap<string, string>): ExternalData {
  const location = entries.get("location") ?? "";
  if (!/^[^/\\:]+$/.test(location) || location === "." || location === "..") {
    throw new FormatError(
      `${file}: its data lies in ${JSON.stringify(location)}, needs the name of a file in the same folder`,
    );
  }
  const number = (key: string): number | null => {
    const text = entries.get(key);
    if (text === undefined) return null;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new FormatError(`${file}: its data's ${key} is ${JSON.stringify(text)}, needs a number of bytes`);
  };
  return { location, offset: number("offset") ?? 0, length: number("length") };
}
