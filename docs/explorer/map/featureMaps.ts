/** @file Draws a layer's learned filters, and its feature maps of an image. */
import type { Numbers } from "../engine/numbers.ts";
import { t } from "../text/language.ts";
import { h } from "../view/h.ts";
import { greyCanvas, rangeOf } from "../view/image.ts";

/** Number of images shown per layer. */
const MAX = 64;

/**
 * Filters [kh, kw, c, o]: one image per pair of input and output channel; a matrix [c, o] as one image.
 */
export function filterImages({ shape, data }: Numbers): HTMLElement {
  const text = t().map;
  const [min, max] = rangeOf(data);
  const range = [min, max] as const;
  if (shape.length === 2) {
    const [C, O] = shape;
    const [rows, columns] = [Math.min(C, 128), Math.min(O, 256)];
    const values = Float32Array.from(
      { length: rows * columns },
      (_, i) => data[Math.floor(i / columns) * O + (i % columns)],
    );
    return figure(text.matrix(C, O), [greyCanvas(values, rows, columns, { signed: true, range })], "matrix");
  }
  const [KH, KW, C, M] = shape;
  const count = Math.min(C * M, MAX);
  const taps = Array.from({ length: count }, (_, i) =>
    greyCanvas(
      Float32Array.from({ length: KH * KW }, (__, tap) => data[tap * C * M + i]),
      KH,
      KW,
      { signed: true, range },
    ),
  );
  return figure(text.filters(count, C * M), taps, "taps");
}

/** Channels of [h, w, c], each scaled from black to white over its own range; a vector as one image. */
export function featureMaps({ shape, data }: Numbers): HTMLElement {
  const text = t().map;
  const [H, W, C] = shape.length === 3 ? shape : [1, 1, data.length];
  if (H * W === 1) {
    const columns = Math.min(C, 64);
    const rows = Math.ceil(C / columns);
    const values = Float32Array.from({ length: rows * columns }, (_, i) => data[i] ?? 0);
    return figure(text.vector(C), [greyCanvas(values, rows, columns)], "matrix");
  }
  const count = Math.min(C, MAX);
  const maps = Array.from({ length: count }, (_, c) =>
    greyCanvas(
      Float32Array.from({ length: H * W }, (__, i) => data[i * C + c]),
      H,
      W,
    ),
  );
  return figure(text.maps(count, C), maps, "maps");
}

function figure(caption: string, canvases: readonly HTMLCanvasElement[], kind: string): HTMLElement {
  return h("figure", { class: kind }, h("figcaption", {}, caption), h("div", { class: "canvases" }, ...canvases));
}
