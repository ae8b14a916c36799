/** @file Filters of Winograd's convolution, transformed once when a kernel is given its weights. */
import type { Winograd } from "../../geometry/winograd.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * U[p, c, o] = (G g[c, o] Gᵀ)[p] one position of a tile at a time: for 512 → 512 channels all of them take 38 MB.
 *
 * @param w filter [3, 3, C, O], any strides
 * @returns [C, O] for each of the (m + 2)² positions
 */
export function* transformedFilters({ m, G }: Winograd, w: Tensor): Generator<Tensor> {
  const [, , C, O] = w.shape;
  const taps = Array.from({ length: 9 }, (_, k) => {
    return w.slice([Math.floor(k / 3), k % 3, 0, 0], [1, 1, C, O]).toFloat32Array();
  });
  for (let p = 0; p < (m + 2) ** 2; p++) {
    const [row, column] = [G[Math.floor(p / (m + 2))], G[p % (m + 2)]];
    const shares = taps.map((_, k) => row[Math.floor(k / 3)] * column[k % 3]);
    const U = new Float32Array(C * O);
    for (let i = 0; i < U.length; i++) {
      let sum = 0;
      for (let k = 0; k < 9; k++) sum += shares[k] * taps[k][i];
      U[i] = sum;
    }
    yield new Tensor(U, [C, O]);
  }
}
