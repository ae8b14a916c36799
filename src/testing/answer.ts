/** @file Normalizes the answer under test to a list of numbers. */
import { tensor } from "../tensor/create.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import { checkQuantizedTensor, formatLevels, type QuantizedTensor } from "../tensor/quantizedTensor.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../tensor/shape.ts";
import { type NestedArray, Tensor } from "../tensor/tensor.ts";
import type { ConvOracle } from "./oracle.ts";
import type { QuantizedConvOracle } from "./quantized/oracle.ts";

/** An answer to be judged: a tensor of the oracle's shape, nested arrays, or its numbers in the same order. */
export type Answer = Tensor | QuantizedTensor | ArrayLike<number> | NestedArray;

/** @returns the numbers in row-major order, or a sentence that says what does not fit @throws ShapeError otherwise */
export function resolveAnswer(
  answer: unknown,
  { shape, output }: Pick<ConvOracle | QuantizedConvOracle, "shape" | "output">,
): ArrayLike<number> | string {
  if (isQuantized(answer)) return resolveQuantized(answer, shape, output);
  if (answer instanceof Tensor) {
    return answer.shape.length === 1 ? resolveList(answer.toFloat32Array(), shape) : resolveTensor(answer, shape);
  }
  const isList = Array.isArray(answer) || (ArrayBuffer.isView(answer) && "length" in answer);
  if (!isList) throw new ShapeError(`judgeConv: the answer is ${show(answer)}, needs a tensor or a list of numbers`);
  if (!Array.isArray((answer as ArrayLike<unknown>)[0])) return resolveList(answer as ArrayLike<unknown>, shape);
  try {
    return resolveTensor(tensor(answer as NestedArray), shape);
  } catch (error) {
    return `the answer is no array of ${formatShape(shape)} (${(error as Error).message})`;
  }
}

function isQuantized(answer: unknown): answer is QuantizedTensor {
  return typeof answer === "object" && answer !== null && "scale" in answer && "zeroPoint" in answer;
}

function resolveQuantized(answer: QuantizedTensor, shape: Shape, output: Tensor | QuantizedTensor) {
  const { type, shape: own, data, scale, zeroPoint } = checkQuantizedTensor("judgeConv", "answer.", answer);
  const found = formatLevels({ type, scale, zeroPoint });
  if (output instanceof Tensor) return `the answer is integers (${found}), needs real numbers: dequantize it`;
  const needed = formatLevels(output);
  if (found !== needed) return `the answer is ${found}, needs ${needed}`;
  return resolveTensor(new Tensor(Float32Array.from(data), own), shape);
}

function resolveTensor(answer: Tensor, shape: Shape): ArrayLike<number> | string {
  if (sameShape(answer.shape, shape)) return answer.toFloat32Array();
  const found = `the answer is ${formatShape(answer.shape)}, needs ${formatShape(shape)}`;
  const fitting = permutations(answer.shape.length).filter((axes) =>
    sameShape(
      axes.map((axis) => answer.shape[axis]),
      shape,
    ),
  );
  if (fitting.length > 0) return `${found}: transpose([${fitting[0].join(", ")}]) would fit`;
  return answer.size === sizeOf(shape) ? `${found}: as many numbers, so reshape would fit` : found;
}

function resolveList(list: ArrayLike<unknown>, shape: Shape): ArrayLike<number> | string {
  if (list.length !== sizeOf(shape)) {
    return `the answer has ${list.length} numbers, needs ${sizeOf(shape)} for ${formatShape(shape)}`;
  }
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] !== "number") return `number ${i} of the answer is ${show(list[i])}`;
  }
  return list as ArrayLike<number>;
}

/** All orders of the axes of a tensor; none above rank 4. */
function permutations(rank: number): readonly (readonly number[])[] {
  if (rank > 4) return [];
  let all: number[][] = [[]];
  for (let axis = 0; axis < rank; axis++) {
    all = all.flatMap((found) => Array.from({ length: found.length + 1 }, (_, at) => found.toSpliced(at, 0, axis)));
  }
  return all;
}
