/** @file Somebody's answer as a list of numbers. */
import { ShapeError, show } from "../tensor/errors.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** @returns the numbers in row order, or what does not fit, as a sentence @throws ShapeError for anything else */
export function resolveActual(answer: unknown, shape: Shape): ArrayLike<number> | string {
  if (answer instanceof Tensor) {
    if (sameShape(answer.shape, shape)) return answer.toFloat32Array();
    return `the answer is ${formatShape(answer.shape)}, needs ${formatShape(shape)}`;
  }
  const isList = Array.isArray(answer) || (ArrayBuffer.isView(answer) && "length" in answer);
  if (!isList)
    throw new ShapeError(`expectConvClose: the answer is ${show(answer)}, needs a tensor or a list of numbers`);
  const list = answer as ArrayLike<unknown>;
  if (list.length !== sizeOf(shape)) {
    return `the answer has ${list.length} numbers, needs ${sizeOf(shape)} for ${formatShape(shape)}`;
  }
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] !== "number") return `number ${i} of the answer is ${show(list[i])}`;
  }
  return answer as ArrayLike<number>;
}
