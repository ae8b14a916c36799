/** @file Naive quantised multiplication of two integers. */
import type { QuantizedProduct } from "../../../geometry/quantizedArithmetic.ts";
import { requantizers } from "../../../geometry/requantization.ts";
import type { OfTwo } from "./add.ts";

/** requantize( (a - za) · (b - zb) ), at the ratio sa · sb / sy */
export function product({ zeroPoints: [za, zb], requantization }: QuantizedProduct): OfTwo {
  const [requantize] = requantizers(requantization);
  return (p, q) => requantize((p - za) * (q - zb));
}
