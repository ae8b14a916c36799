/**
 * @file Convolution as a matrix product: Y = f( P · w + b ), P the patch matrix, per group.
 *
 *   P [N·OH·OW, KH·KW·C/G]     w [KH·KW·C/G, O/G]     Y [N·OH·OW, O/G]
 *
 * P is never complete in memory: it is copied and multiplied in blocks of rows that fit the cache.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activatedTo } from "./activation.ts";
import { gemm, packMatrix } from "./gemm.ts";
import { copyPatches } from "./patches.ts";

/** Max elements of P in memory: 2 MiB. */
const PATCHES = 512 * 1024;

/**
 * @param w filter [KH, KW, C/G, O], any strides
 * @param b bias   [O], or null for none
 * @returns a function that computes y [N, OH, OW, O] from x [N, H, W, C], both contiguous
 */
export function conv2d(g: Conv2dGeometry, w: Tensor, b: Tensor | null, f: Activation): (x: Tensor, y: Tensor) => void {
  const { N, C, OH, OW, O, KH, KW, G } = g;
  const [K, Cg, Og] = [(KH * KW * C) / G, C / G, O / G];
  const filters = Array.from({ length: G }, (_, group) => {
    const own = w.slice([0, 0, 0, group * Og], [KH, KW, Cg, Og]).reshape([K, Og]);
    return packMatrix(own, b === null ? null : b.slice([group * Og], [Og]).toFloat32Array());
  });
  const M = N * OH * OW;
  const rows = Math.min(Math.max(Math.floor(PATCHES / K), 1), M);
  const patches = new Float32Array(rows * K);

  return (x, y) => {
    for (let from = 0; from < M; from += rows) {
      const to = Math.min(from + rows, M);
      for (let group = 0; group < G; group++) {
        copyPatches(g, x.data, x.offset, group * Cg, Cg, from, to, patches);
        const write = activatedTo(f, y.data, y.offset + from * O + group * Og, O);
        gemm(to - from, patches, 0, K, filters[group], write);
      }
    }
  };
}
