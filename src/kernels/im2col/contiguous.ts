/** @file Kernels for contiguous operands, made to work on any view. */
import { copyInto } from "../../tensor/lines.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Compute } from "../contract/kernels.ts";

export type OnContiguous = (x: Tensor, y: Tensor) => void;

/** The kernel for any view, by copying where it must. */
export function contiguous(kernel: OnContiguous): Compute {
  return ([x], y) => {
    const target = y.isContiguous ? y : Tensor.zeros(y.shape);
    kernel(x.contiguous(), target);
    if (target !== y) copyInto(target, y);
  };
}
