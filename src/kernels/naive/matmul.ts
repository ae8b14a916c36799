/** @file Naive product of two values, matrix by matrix. */
import { eachLine } from "../../tensor/lines.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * y[…, i, j] = Σ k  a[…, i, k] · b[…, k, j]
 *
 * @param a [M, K] after axes that broadcast to y's, any strides; b likewise, [K, N]
 * @param y […, M, N]; every element is written
 *
 * Precision: the sum is carried in float64 and rounded once.
 */
export function matmul(a: Tensor, b: Tensor, y: Tensor): void {
  eachMatrix(a, b, y, (left, right, to) => {
    const [[M, K], [, N]] = [left.shape, right.shape];
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < N; j++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += left.at(i, k) * right.at(k, j);
        y.data[to.offset + i * to.strides[0] + j * to.strides[1]] = sum;
      }
    }
  });
}

/** Calls `visit` with the matrices of a, b and y as views, for each index along the axes before them. */
export function eachMatrix(a: Tensor, b: Tensor, y: Tensor, visit: (a: Tensor, b: Tensor, y: Tensor) => void): void {
  const outer = y.shape.slice(0, -2);
  const parts = [a, b, y].map((t) => {
    const size = t.shape.slice(-2);
    const wide = t.broadcastTo([...outer, ...size]);
    // One element per line, so that lines are matrices.
    const walk = new Tensor(t.data, [...outer, 1], [...wide.strides.slice(0, -2), 1], wide.offset);
    const matrix = (offset: number): Tensor => new Tensor(t.data, size, wide.strides.slice(-2), offset);
    return { walk, matrix };
  });
  const [pa, pb, py] = parts;
  eachLine((iy, ia, ib) => visit(pa.matrix(ia), pb.matrix(ib), py.matrix(iy)), py.walk, pa.walk, pb.walk);
}
