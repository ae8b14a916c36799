/**
 * @file Winograd's convolution on the matrix product: with the pixels of all tiles transformed, each of the (m + 2)²
 * positions of a tile is a matrix product, and nothing else multiplies.
 *
 *   V[p, t, c] = (Bᵀ d[t, c] B)[p]        p: position in a tile, t: tile
 *   M[p]       = V[p] · U[p]              [T, C] · [C, O], U[p, c, o] = (G g[c, o] Gᵀ)[p]
 *   Y[t, o]    = f( Aᵀ M[t, o] A + b[o] )
 *
 * Tiles are taken in blocks, so that V and M fit the cache.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { tilesOf, transformed, type Winograd } from "../../geometry/winograd.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { transformedFilters } from "../contract/winogradFilters.ts";
import { writeActivated } from "./activation.ts";
import { gemm, packMatrix } from "./gemm.ts";

/** Max elements of V in memory: 2 MiB. */
const TRANSFORMED = 512 * 1024;

/**
 * @param w filter [3, 3, C, O], any strides
 * @param b bias   [O], or null for none
 * @returns a function that computes y [N, OH, OW, O] from x [N, H, W, C], both contiguous
 */
export function winograd(
  g: Conv2dGeometry,
  winograd: Winograd,
  w: Tensor,
  b: Tensor | null,
  f: Activation,
): (x: Tensor, y: Tensor) => void {
  const { C, O } = g;
  const { T } = tilesOf(g, winograd);
  const P = (winograd.m + 2) ** 2;
  const filters = Array.from(transformedFilters(winograd, w), (U) => packMatrix(U, null));
  const bias = b === null ? new Float32Array(O) : b.toFloat32Array();
  const tiles = Math.min(T, Math.max(1, Math.floor(TRANSFORMED / (P * C))));
  const V = new Float32Array(P * tiles * C);
  const M = new Float64Array(P * tiles * O);

  return (x, y) => {
    for (let from = 0; from < T; from += tiles) {
      const count = Math.min(tiles, T - from);
      for (let t = 0; t < count; t++) transformPixels(g, winograd, x, from + t, V, t * C, tiles * C);
      for (let p = 0; p < P; p++) {
        const at = p * tiles * O;
        gemm(count, V, p * tiles * C, C, filters[p], (m, rows, n, columns, sums, sumsAt, step) => {
          for (let row = 0; row < rows; row++) {
            for (let i = 0; i < columns; i++) M[at + (m + row) * O + n + i] = sums[sumsAt + row * step + i];
          }
        });
      }
      for (let t = 0; t < count; t++) transformSums(g, winograd, M, t * O, tiles * O, bias, f, y, from + t);
    }
  };
}

/** V of one tile: C channels for each position, the first at V[vAt], the next position `step` later. */
function transformPixels(
  g: Conv2dGeometry,
  winograd: Winograd,
  x: Tensor,
  tile: number,
  V: Float32Array,
  vAt: number,
  step: number,
): void {
  const { H, W, C, padTop, padLeft } = g;
  const { m, Bt } = winograd;
  const { TH, TW } = tilesOf(g, winograd);
  const [n, th, tw] = [Math.floor(tile / (TH * TW)), Math.floor(tile / TW) % TH, tile % TW];
  const size = m + 2;
  const d = new Float64Array(size * size);
  for (let c = 0; c < C; c++) {
    for (let i = 0; i < size; i++) {
      const ih = th * m + i - padTop;
      for (let j = 0; j < size; j++) {
        const iw = tw * m + j - padLeft;
        const isOutside = ih < 0 || ih >= H || iw < 0 || iw >= W;
        d[i * size + j] = isOutside ? 0 : x.data[x.offset + ((n * H + ih) * W + iw) * C + c];
      }
    }
    const transformedTile = transformed(Bt, d);
    for (let p = 0; p < d.length; p++) V[vAt + p * step + c] = transformedTile[p];
  }
}

/** The outputs of one tile that are on the image. */
function transformSums(
  g: Conv2dGeometry,
  winograd: Winograd,
  M: Float64Array,
  mAt: number,
  step: number,
  bias: Float32Array,
  f: Activation,
  y: Tensor,
  tile: number,
): void {
  const { OH, OW, O } = g;
  const { m, At } = winograd;
  const { TH, TW } = tilesOf(g, winograd);
  const [n, th, tw] = [Math.floor(tile / (TH * TW)), Math.floor(tile / TW) % TH, tile % TW];
  const sums = new Float64Array((m + 2) ** 2);
  for (let o = 0; o < O; o++) {
    for (let p = 0; p < sums.length; p++) sums[p] = M[mAt + p * step + o];
    const Y = transformed(At, sums);
    for (let i = 0; i < m * m; i++) {
      const [oh, ow] = [th * m + Math.floor(i / m), tw * m + (i % m)];
      if (oh >= OH || ow >= OW) continue;
      Y[i] += bias[o];
      writeActivated(f, 1, Y, i, 1, y.data, y.offset + ((n * OH + oh) * OW + ow) * O + o, 1);
    }
  }
}
