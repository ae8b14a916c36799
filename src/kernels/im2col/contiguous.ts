/** @file Adapts kernels for contiguous operands to any view. */
import { copyInto } from "../../tensor/lines.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Compute } from "../contract/kernels.ts";

export type OnContiguous = (x: Tensor, y: Tensor) => void;

/** Returns the kernel for any view, which copies where it must. */
export function contiguous(kernel: OnContiguous): Compute {
  return ([x], y) => {
    const target = y.isContiguous ? y : Tensor.zeros(y.shape);
    kernel(x.contiguous(), target);
    if (target !== y) copyInto(target, y);
  };
}
