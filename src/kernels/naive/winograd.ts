/**
 * @file The formula of Winograd's convolution, in float64. For each tile of m × m outputs:
 *
 *   Y[o] = f( Aᵀ [ Σ c  (G g[c, o] Gᵀ) ⊙ (Bᵀ d[c] B) ] A + b[o] )
 *
 * d[c] are the (m + 2)² pixels of channel c under the tile, 0 outside the image. The kernels g are transformed once,
 * pixels once for all outputs, and the sum over channels is taken before the last transform. This leaves (m + 2)²
 * products for m² outputs.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { tilesOf, transformed, type Winograd } from "../../geometry/winograd.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activate } from "./activation.ts";

/**
 * @param w filter [3, 3, C, O], any strides
 * @param b bias   [O], or null for none
 * @returns a function that computes y [N, OH, OW, O] from x [N, H, W, C], any strides
 */
export function winograd(
  g: Conv2dGeometry,
  winograd: Winograd,
  w: Tensor,
  b: Tensor | null,
  f: Activation,
): (x: Tensor, y: Tensor) => void {
  const { N, H, W, C, OH, OW, O, padTop, padLeft } = g;
  const { m, G, Bt, At } = winograd;
  const [size, { TH, TW }] = [m + 2, tilesOf(g, winograd)];
  const P = size * size;
  const U = new Float64Array(C * O * P); // [C, O, P]
  for (let c = 0; c < C; c++) {
    for (let o = 0; o < O; o++) {
      U.set(
        transformed(
          G,
          Array.from({ length: 9 }, (_, k) => w.at(Math.floor(k / 3), k % 3, c, o)),
        ),
        (c * O + o) * P,
      );
    }
  }
  return (x, y) => {
    const [yN, yH, yW, yO] = y.strides;
    const d = new Float64Array(P);
    for (let n = 0; n < N; n++) {
      for (let th = 0; th < TH; th++) {
        for (let tw = 0; tw < TW; tw++) {
          const sums = new Float64Array(O * P);
          for (let c = 0; c < C; c++) {
            for (let p = 0; p < P; p++) {
              const ih = th * m + Math.floor(p / size) - padTop;
              const iw = tw * m + (p % size) - padLeft;
              d[p] = ih < 0 || ih >= H || iw < 0 || iw >= W ? 0 : x.at(n, ih, iw, c);
            }
            const V = transformed(Bt, d);
            for (let o = 0; o < O; o++) {
              for (let p = 0; p < P; p++) sums[o * P + p] += U[(c * O + o) * P + p] * V[p];
            }
          }
          for (let o = 0; o < O; o++) {
            const Y = transformed(At, sums.subarray(o * P, (o + 1) * P));
            const bias = b === null ? 0 : b.at(o);
            for (let i = 0; i < m * m; i++) {
              const [oh, ow] = [th * m + Math.floor(i / m), tw * m + (i % m)];
              if (oh < OH && ow < OW) {
                y.data[y.offset + n * yN + oh * yH + ow * yW + o * yO] = activate(f, Y[i] + bias);
              }
            }
          }
        }
      }
    }
  };
}
