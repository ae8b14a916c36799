/** @file The scenes' photo as numbers: a cat's eye and nose. */
import { averagePool2d, Tensor } from "../../../src/index.ts";
import type { Picture } from "../figure/drawing.ts";
import { bytes, height, width } from "./cat.png?pixels";

/** Rows and columns of the image that the scenes convolve. */
export const SIDE = width / 2;

/** In colour, at full size. */
export const PHOTO: Picture = pictureOf(width, height, (i) => [bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2], 255]);

/** [1, SIDE, SIDE, 3], levels 0 to 255: means of four pixels. */
export const COLOURS: Tensor = averagePool2d(new Tensor(Float32Array.from(bytes), [1, height, width, 3]), {
  windowDimensions: [2, 2],
  strides: 2,
});

/** [1, SIDE, SIDE, 1], brightness in whole numbers from 0 to 99. */
export const GREY: Tensor = new Tensor(
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [red, green, blue] = COLOURS.data.subarray(3 * i, 3 * i + 3);
    return Math.round(((0.3 * red + 0.59 * green + 0.11 * blue) * 99) / 255);
  }),
  [1, SIDE, SIDE, 1],
);

/** The detail of scenes 2 and 3, at the corner of the eye: its rows and columns, and where it begins. */
export const DETAIL_SIDE = 6;
const [TOP, LEFT] = [14, 24];

/** [1, 6, 6, 3], ten levels of brightness, so that readers can do the sums in their heads. */
export const DETAIL: Tensor = new Tensor(
  Float32Array.from({ length: DETAIL_SIDE * DETAIL_SIDE * 3 }, (_, i) => {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    const [row, column] = [TOP + Math.floor(pixel / DETAIL_SIDE), LEFT + (pixel % DETAIL_SIDE)];
    const level = COLOURS.at(0, row, column, c);
    return Math.max(0, Math.min(9, Math.floor(((level - 20) * 9) / 200 + 0.5)));
  }),
  [1, DETAIL_SIDE, DETAIL_SIDE, 3],
);

export function pictureOf(
  w: number,
  h: number,
  colour: (i: number) => readonly [number, number, number, number],
): Picture {
  const rgba = new Uint8ClampedArray(4 * w * h);
  for (let i = 0; i < w * h; i++) rgba.set(colour(i), 4 * i);
  return { width: w, height: h, rgba };
}

/** One channel of [1, h, w, c] as ink on paper: the further from 0, the darker. @param full level of full ink */
export function inked({ shape, data }: Tensor, channel: number, full: number): Picture {
  const [, h, w, channels] = shape;
  return pictureOf(w, h, (i) => [0, 0, 0, 255 * Math.min(1, (Math.abs(data[i * channels + channel]) / full) ** 0.85)]);
}

/** Turns black ink white on dark paper. */
export const INK = "filter:var(--ink-filter);";

/** One channel as grey levels. @param white the level of white */
export function grey({ shape, data }: Tensor, white: number): Picture {
  const [, h, w] = shape;
  return pictureOf(w, h, (i) => {
    const level = (255 * Math.max(0, data[i])) / white;
    return [level, level, level, 255];
  });
}
