/** @file Naive elementwise operations, on tensors of any rank and any strides. One rounding per element. */
import { eachLine, lastAxis } from "../../tensor/lines.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** y[i] = f(x[i]) for every index i; x and y of one shape. */
export function unary(f: (x: number) => number, x: Tensor, y: Tensor): void {
  const [extent, stepY] = lastAxis(y);
  const [, stepX] = lastAxis(x);
  eachLine(
    (iy, ix) => {
      for (let i = 0; i < extent; i++) y.data[iy + i * stepY] = f(x.data[ix + i * stepX]);
    },
    y,
    x,
  );
}

/** y[i] = f(a[i], b[i]) for every index i; all of one shape (broadcast operands have strides of 0). */
export function binary(f: (a: number, b: number) => number, a: Tensor, b: Tensor, y: Tensor): void {
  const [extent, stepY] = lastAxis(y);
  const [, stepA] = lastAxis(a);
  const [, stepB] = lastAxis(b);
  eachLine(
    (iy, ia, ib) => {
      for (let i = 0; i < extent; i++) y.data[iy + i * stepY] = f(a.data[ia + i * stepA], b.data[ib + i * stepB]);
    },
    y,
    a,
    b,
  );
}
