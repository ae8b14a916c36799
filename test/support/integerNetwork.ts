/** A TensorFlow Lite network of integers, operator by operator, on the naive kernels. */
import { readModel, type TfliteTensor } from "../../src/formats/tflite/model.ts";
import type { Rounding } from "../../src/geometry/requantization.ts";
import type { IntegerData } from "../../src/tensor/quantizedTensor.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import { INTEGER_OPERATORS } from "./integerOperators.ts";

const ARRAYS = { I8: Int8Array, U8: Uint8Array, I32: Int32Array };

function integers(type: string, buffer: ArrayBuffer | number): IntegerData {
  if (!(type in ARRAYS)) throw new Error(`no integers of type ${type}`);
  return new ARRAYS[type as keyof typeof ARRAYS](buffer as number);
}

/** Integers, by the index of their tensor. */
export type ByTensor = (tensor: number) => IntegerData | undefined;

/**
 * What each operator computes, in the file's order.
 *
 * @param seen what another runtime computes; operators read that where it is known
 */
export function runIntegers(
  bytes: Uint8Array,
  input: IntegerData,
  rounding: Rounding,
  seen: ByTensor = () => undefined,
): readonly { readonly op: string; readonly tensor: number; readonly data: IntegerData }[] {
  const { tensors, inputs, operators } = readModel("file", bytes).subgraph(0);
  const known = new Map<number, IntegerData>([[inputs[0], input]]);
  const dataOf = (i: number): IntegerData => known.get(i) ?? integers(tensors[i].type, stored(tensors[i]));
  return operators.map((operator) => {
    const compute = INTEGER_OPERATORS[operator.op];
    if (compute === undefined) throw new Error(`no operator ${operator.op}`);
    const [tensor] = operator.outputs;
    const data = integers(tensors[tensor].type, sizeOf(tensors[tensor].shape));
    compute({ operator, tensors, dataOf, rounding }, data);
    known.set(tensor, seen(tensor) ?? data);
    return { op: operator.op, tensor, data };
  });
}

function stored({ name, bytes }: TfliteTensor): ArrayBuffer {
  if (bytes === null) throw new Error(`${name} is not known yet`);
  return Uint8Array.from(bytes).buffer;
}
