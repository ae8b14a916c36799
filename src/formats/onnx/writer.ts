/** @file Writes the parts of an ONNX file: nodes, attributes, tensors. Fields are numbered as in onnx.proto3. */

import type { WindowGeometry } from "../../geometry/window.ts";
import { type IntegerType, integersOf, type QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { floatBytes } from "../bytes/dtype.ts";
import { bytesField, floatField, type Parts, textField, varintField } from "../bytes/protobufWriter.ts";

/** Type codes of TensorProto and of attributes. */
export const FLOAT = 1;
const INT64 = 7;
export const INTEGERS: Readonly<Record<IntegerType, number>> = { uint8: 2, int8: 3, int32: 6 };
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Collects the nodes and tensors of a file. */
export interface OnnxWriter {
  readonly nodes: Uint8Array[];
  readonly initializers: Uint8Array[];
  /**
   * @param name name of the node, and of its weights when the file is read back; default the output's
   * @returns the output's name
   */
  node(op: string, inputs: readonly string[], output: string, attributes?: Parts, name?: string): string;
  /** Reserves and returns a name that the file does not use yet. */
  fresh(wanted: string): string;
  /** Adds an initializer. @returns its name, which differs from `wanted` if that is taken */
  tensor(wanted: string, tensor: Tensor): string;
  integers(wanted: string, values: readonly number[]): string;
  scalar(wanted: string, value: number): string;
  /** Adds integers under a name that is not yet taken. */
  numbers(name: string, type: IntegerType, shape: Shape, values: ArrayLike<number>): string;
  /** Adds an eight-bit number. */
  level(wanted: string, value: number, type: QuantizedType): string;
}

/** ONNX's operator names begin with a capital. */
export function capital(op: string): string {
  return `${op[0].toUpperCase()}${op.slice(1)}`;
}

/** Returns a function that writes the parts of a graph's node, named after the node and the part. */
export function stepsOf(
  file: OnnxWriter,
  name: string,
): (op: string, inputs: readonly string[], part: string, attributes?: Parts) => string {
  return (op, inputs, part, attributes) => file.node(op, inputs, file.fresh(`${name}/${part}`), attributes);
}

/** @param taken names of the graph's values */
export function writer(taken: Set<string>): OnnxWriter {
  const [nodes, initializers]: [Uint8Array[], Uint8Array[]] = [[], []];
  const initializer = (name: string, type: number, shape: Shape, bytes: Uint8Array): string => {
    const dims = shape.flatMap((extent) => varintField(1, extent));
    initializers.push(
      ...bytesField(5, [...dims, ...varintField(2, type), ...textField(8, name), ...bytesField(9, [bytes])]),
    );
    return name;
  };
  const fresh = (wanted: string): string => {
    let free = wanted;
    for (let i = 2; taken.has(free); i++) free = `${wanted}_${i}`;
    taken.add(free);
    return free;
  };
  return {
    nodes,
    initializers,
    node: (op, inputs, output, attributes = [], name = output) => {
      const operands = inputs.flatMap((input) => textField(1, input));
      const own = [...operands, ...textField(2, output), ...textField(3, name), ...textField(4, op), ...attributes];
      nodes.push(...bytesField(1, own));
      return output;
    },
    fresh,
    tensor: (wanted, tensor) => initializer(fresh(wanted), FLOAT, tensor.shape, floatBytes(tensor.toFloat32Array())),
    integers: (wanted, values) => {
      const name = fresh(wanted);
      const view = new DataView(new ArrayBuffer(8 * values.length));
      values.forEach((value, i) => {
        view.setBigInt64(8 * i, BigInt(value), true);
      });
      return initializer(name, INT64, [values.length], new Uint8Array(view.buffer));
    },
    scalar: (wanted, value) => initializer(fresh(wanted), FLOAT, [], floatBytes(Float32Array.of(value))),
    numbers: (name, type, shape, values) => {
      const data = integersOf(type, values.length);
      data.set(values);
      return initializer(name, INTEGERS[type], shape, new Uint8Array(data.buffer));
    },
    level: (wanted, value, type) => {
      return initializer(fresh(wanted), INTEGERS[type], [], Uint8Array.of(value & 0xff));
    },
  };
}

/** Returns the window attributes that Conv and the pools share. */
export function windowAttributes(
  g: WindowGeometry,
  strides: readonly number[] = [g.strideH, g.strideW],
  pads: readonly number[] = [g.padTop, g.padLeft, g.padBottom, g.padRight],
): Parts {
  return [...ints("kernel_shape", [g.KH, g.KW]), ...ints("strides", strides), ...ints("pads", pads)];
}

export function dilationsAttribute({ dilationH, dilationW }: WindowGeometry): Parts {
  return ints("dilations", [dilationH, dilationW]);
}

function attribute(name: string, type: number, value: Parts): Parts {
  return bytesField(5, [...textField(1, name), ...value, ...varintField(20, type)]);
}

export function int(name: string, value: number): Parts {
  return attribute(name, ATTRIBUTE.int, varintField(3, BigInt(value)));
}

export function ints(name: string, values: readonly number[]): Parts {
  return attribute(
    name,
    ATTRIBUTE.ints,
    values.flatMap((value) => varintField(8, BigInt(value))),
  );
}

export function text(name: string, value: string): Parts {
  return attribute(name, ATTRIBUTE.string, textField(4, value));
}

export function float(name: string, value: number): Parts {
  return attribute(name, ATTRIBUTE.float, floatField(2, value));
}
