/** @file Gradients of values used many times: the sum of the gradients of all uses, here in float64. */
import { rowMajorStrides } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** db[c] = Σ dy[…, c]. @param dy […, C], contiguous @param db [C], contiguous; every element is written */
export function biasGradient(dy: Tensor, db: Tensor): void {
  const C = db.size;
  for (let c = 0; c < C; c++) {
    let sum = 0;
    for (let i = c; i < dy.size; i += C) sum += dy.data[dy.offset + i];
    db.data[db.offset + c] = sum;
  }
}

/**
 * da = Σ dy over the axes along which a was broadcast.
 *
 * @param dy contiguous
 * @param da contiguous, of a shape that broadcasts to dy's; every element is written
 */
export function broadcastGradient(dy: Tensor, da: Tensor): void {
  const sums = new Float64Array(da.size);
  const shift = dy.shape.length - da.shape.length;
  const strides = rowMajorStrides(da.shape);
  const steps = dy.shape.map((_, axis) => (axis < shift || da.shape[axis - shift] === 1 ? 0 : strides[axis - shift]));
  const outer = rowMajorStrides(dy.shape);
  for (let i = 0; i < dy.size; i++) {
    let at = 0;
    dy.shape.forEach((extent, axis) => {
      at += (Math.floor(i / outer[axis]) % extent) * steps[axis];
    });
    sums[at] += dy.data[dy.offset + i];
  }
  da.data.set(sums, da.offset);
}
