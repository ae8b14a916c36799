/** @file Images as braille characters of 2×4 dots, for a terminal. */
import type { Tensor } from "../../tensor/tensor.ts";

/** Bit of each dot of a character: rows of left and right. Source: Unicode, Braille Patterns, U+2800. */
const DOTS: readonly (readonly [left: number, right: number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/**
 * Renders an image as lines of text. The error of each dot is spread to its neighbours, so that greys become patterns
 * (R. Floyd, L. Steinberg, 1976: 7/16 to the right, 3, 5 and 1/16 below).
 *
 * @param image [h, w], 0 to 1
 */
export function braille(image: Tensor): string[] {
  const [H, W] = image.shape;
  const level = Float64Array.from(image.toFloat32Array());
  const codes = Array.from({ length: Math.ceil(H / 4) }, () => new Uint16Array(Math.ceil(W / 2)));
  for (let h = 0; h < H; h++) {
    for (let w = 0; w < W; w++) {
      const value = level[h * W + w];
      const isOn = value >= 0.5;
      if (isOn) codes[h >> 2][w >> 1] |= DOTS[h % 4][w % 2];
      const rest = value - (isOn ? 1 : 0);
      if (w + 1 < W) level[h * W + w + 1] += (rest * 7) / 16;
      if (h + 1 === H) continue;
      if (w > 0) level[(h + 1) * W + w - 1] += (rest * 3) / 16;
      level[(h + 1) * W + w] += (rest * 5) / 16;
      if (w + 1 < W) level[(h + 1) * W + w + 1] += rest / 16;
    }
  }
  return codes.map((row) => String.fromCharCode(...row.map((code) => 0x2800 + code)));
}
