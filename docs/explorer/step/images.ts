/** @file Sources of the small image's numbers. */
import { resize, Tensor } from "../../../src/index.ts";
import type { Settings } from "./experiment.ts";

type Size = Pick<Settings, "H" | "W" | "channels">;

/** Pseudorandom whole numbers from 0 to 9: no two rows or columns are alike. */
export function counted({ H, W, channels }: Size): Tensor {
  const values = Float32Array.from({ length: H * W * channels }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 28) % 10);
  return new Tensor(values, [1, H, W, channels]);
}

/** Channels of an image, reduced to the given size, in tens of grey levels so that sums stay readable. */
export function shrunk(image: Tensor, { H, W, channels }: Size): Tensor {
  const [, , own] = image.shape;
  const small = resize(image, [H, W], "bilinear");
  const values = new Float32Array(H * W * channels);
  for (let i = 0; i < H * W; i++) {
    for (let c = 0; c < channels; c++) values[i * channels + c] = Math.round(small.data[i * own + (c % own)] / 28);
  }
  return new Tensor(values, [1, H, W, channels]);
}

/**
 * Typed numbers, row by row, all channels of a pixel together; the rest are 0. Accepts full-width digits and a true
 * minus sign.
 *
 * @throws Error for a word that is not a number, or too large for float32
 */
export function typed(text: string, { H, W, channels }: Size): Tensor {
  const plain = text.normalize("NFKC").replaceAll("−", "-");
  const words = plain.split(/[\s,;，；、]+/).filter((word) => word !== "");
  const values = new Float32Array(H * W * channels);
  words.slice(0, values.length).forEach((word, i) => {
    const value = Number(word);
    if (!Number.isFinite(Math.fround(value))) throw new Error(JSON.stringify(word.slice(0, 20)));
    values[i] = value;
  });
  return new Tensor(values, [1, H, W, channels]);
}
