/**
 * @file Winograd's convolution with matrix products: once the pixels of all tiles are transformed, each of the (m + 2)²
 * positions of a tile is one matrix product, and there are no other products.
 *
 *   V[p, t, c] = (Bᵀ d[t, c] B)[p]        p: position in a tile, t: tile
 *   M[p]       = V[p] · U[p]              [T, C] · [C, O], U[p, c, o] = (G g[c, o] Gᵀ)[p]
 *   Y[t, o]    = f( Aᵀ M[t, o] A + b[o] )
 *
 * Tiles are processed in blocks, so that V and M fit the cache.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { tilesOf, type Winograd } from "../../geometry/winograd.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { transformedFilters } from "../contract/winogradFilters.ts";
import { writeActivated } from "./activation.ts";
import { gemm, packMatrix } from "./gemm.ts";
import { transformer } from "./transformer.ts";

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

  const pixels = pixelTransform(g, winograd);
  const outputs = outputTransform(g, winograd, bias, f);

  return (x, y) => {
    for (let from = 0; from < T; from += tiles) {
      const count = Math.min(tiles, T - from);
      for (let t = 0; t < count; t++) pixels(x, from + t, V, t * C, tiles * C);
      for (let p = 0; p < P; p++) {
        const at = p * tiles * O;
        gemm(count, V, p * tiles * C, C, filters[p], (m, rows, n, columns, sums, sumsAt, step) => {
          for (let row = 0; row < rows; row++) {
            for (let i = 0; i < columns; i++) M[at + (m + row) * O + n + i] = sums[sumsAt + row * step + i];
          }
        });
      }
      for (let t = 0; t < count; t++) outputs(M, t * O, tiles * O, y, from + t);
    }
  };
}

/** The image of a tile, and its first row and column of outputs. */
function tileOffsets(
  g: Conv2dGeometry,
  winograd: Winograd,
): (tile: number) => readonly [n: number, h: number, w: number] {
  const { TH, TW } = tilesOf(g, winograd);
  const { m } = winograd;
  return (tile) => [Math.floor(tile / (TH * TW)), (Math.floor(tile / TW) % TH) * m, (tile % TW) * m];
}

/** V of one tile: C channels for each position, the first at V[vAt], the next position `step` later. */
function pixelTransform(
  g: Conv2dGeometry,
  winograd: Winograd,
): (x: Tensor, tile: number, V: Float32Array, vAt: number, step: number) => void {
  const { H, W, C, padTop, padLeft } = g;
  const size = winograd.m + 2;
  const offsetOf = tileOffsets(g, winograd);
  const transform = transformer(winograd.Bt);
  const d = new Float64Array(size * size);
  const addresses = new Int32Array(size * size); // of the first channel of a pixel; -1 outside the image
  return (x, tile, V, vAt, step) => {
    const [n, h, w] = offsetOf(tile);
    for (let p = 0; p < d.length; p++) {
      const [ih, iw] = [h + Math.floor(p / size) - padTop, w + (p % size) - padLeft];
      const isOutside = ih < 0 || ih >= H || iw < 0 || iw >= W;
      addresses[p] = isOutside ? -1 : x.offset + ((n * H + ih) * W + iw) * C;
    }
    for (let c = 0; c < C; c++) {
      for (let p = 0; p < d.length; p++) d[p] = addresses[p] < 0 ? 0 : x.data[addresses[p] + c];
      const transformed = transform(d);
      for (let p = 0; p < d.length; p++) V[vAt + p * step + c] = transformed[p];
    }
  };
}

/** Writes the outputs of one tile, except those beyond the image. */
function outputTransform(
  g: Conv2dGeometry,
  winograd: Winograd,
  bias: Float32Array,
  f: Activation,
): (M: Float64Array, mAt: number, step: number, y: Tensor, tile: number) => void {
  const { OH, OW, O } = g;
  const { m } = winograd;
  const offsetOf = tileOffsets(g, winograd);
  const transform = transformer(winograd.At);
  const sums = new Float64Array((m + 2) ** 2);
  return (M, mAt, step, y, tile) => {
    const [n, h, w] = offsetOf(tile);
    const [rows, columns] = [Math.min(m, OH - h), Math.min(m, OW - w)];
    for (let o = 0; o < O; o++) {
      for (let p = 0; p < sums.length; p++) sums[p] = M[mAt + p * step + o];
      const Y = transform(sums);
      for (let i = 0; i < m * m; i++) Y[i] += bias[o];
      for (let i = 0; i < rows; i++) {
        const at = y.offset + ((n * OH + h + i) * OW + w) * O + o;
        writeActivated(f, columns, Y, i * m, 1, y.data, at, O);
      }
    }
  };
}
