/** @file Numbers as grey or coloured pixels, and files as numbers. */
import { Tensor } from "../../../src/index.ts";
import chelsea from "./chelsea.jpg?inline";
import { h } from "./h.ts";

/** A canvas of h×w pixels in colour. */
function painted(
  rows: number,
  columns: number,
  look: string,
  colour: (i: number) => readonly [number, number, number],
): HTMLCanvasElement {
  const canvas = h("canvas", { width: columns, height: rows, class: look, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  const pixels = context.createImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) pixels.data.set([...colour(i), 255], 4 * i);
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** From black for the least value to white for the largest, or from blue through white at 0 to red. */
export function greyCanvas(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  { signed = false, range }: { readonly signed?: boolean; readonly range?: readonly [number, number] } = {},
): HTMLCanvasElement {
  const [min, max] = range ?? rangeOf(values);
  const bound = Math.max(Math.abs(min), Math.abs(max)) || 1;
  return painted(rows, columns, "pixels", (i) => {
    if (!signed) {
      const grey = (255 * (values[i] - min)) / (max - min || 1);
      return [grey, grey, grey];
    }
    const share = values[i] / bound;
    const fade = 255 * (1 - Math.min(Math.abs(share), 1));
    return share > 0 ? [255, fade, fade] : [fade, fade, 255];
  });
}

export function rangeOf(values: ArrayLike<number>): readonly [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]);
    max = Math.max(max, values[i]);
  }
  return [min, max];
}

/** Longest side to which a photo is reduced; networks accept at most 384. */
const LONGEST = 1024;

/** The pixels of an image, [h, w, 3], levels from 0 to 255; a large one is reduced while it is read. */
async function pixelsAt(url: string): Promise<Tensor> {
  // Not image.decode(): Chromium decodes between two frames, and the page has stopped getting frames while one was
  // pending.
  const element = new Image();
  await new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error("no image"));
    element.src = url;
  });
  const scale = Math.min(1, LONGEST / Math.max(element.naturalWidth, element.naturalHeight));
  const [W, H] = [element.naturalWidth, element.naturalHeight].map((extent) => Math.max(1, Math.round(extent * scale)));
  const canvas = h("canvas", { width: W, height: H });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(element, 0, 0, W, H);
  const { data } = context.getImageData(0, 0, W, H);
  const levels = new Float32Array(H * W * 3);
  for (let i = 0; i < H * W; i++) for (let c = 0; c < 3; c++) levels[3 * i + c] = data[4 * i + c];
  return new Tensor(levels, [H, W, 3]);
}

export async function pixelsOf(file: Blob): Promise<Tensor> {
  const url = URL.createObjectURL(file);
  try {
    return await pixelsAt(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The page's own photo. */
export function chelseaThePhoto(): Promise<Tensor> {
  return pixelsAt(chelsea);
}

/** A canvas of a photo, [h, w, 3], levels from 0 to 255. */
export function photoCanvas({
  shape,
  data,
}: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}): HTMLCanvasElement {
  const [H, W] = shape;
  return painted(H, W, "photo", (i) => [data[3 * i], data[3 * i + 1], data[3 * i + 2]]);
}
