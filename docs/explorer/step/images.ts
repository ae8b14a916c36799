/** @file Where the numbers of the small image come from. */
import { resize, Tensor } from "../../../src/index.ts";
import type { Settings } from "./experiment.ts";

type Size = Pick<Settings, "H" | "W" | "channels">;

/** Whole numbers from 0 to 9, as if by chance: no two rows or columns are alike. */
export function counted({ H, W, channels }: Size): Tensor {
  const values = Float32Array.from({ length: H * W * channels }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 28) % 10);
  return new Tensor(values, [1, H, W, channels]);
}

/** Channels of images, each made as small as is asked for, in tens of grey levels so that sums stay readable. */
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
 * Numbers as typed, row by row, all channels of a pixel together; the rest 0. Full-width digits and a true minus sign are
 * numbers too.
 *
 * @throws Error for what is no number, or too large for float32
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
