/** @file Reads PPM and PGM, image formats that need no decoder: a text header, then the grey levels. */
import { isUint8Array } from "../tensor/brands.ts";
import { FormatError, ShapeError, show } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";

const HASH = 0x23;
const NEWLINE = 0x0a;
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Maximum pixels of an image: 64 million. */
export const MAX_PIXELS = 64_000_000;

/** Returns whether the bytes begin like a binary PPM ("P6") or PGM ("P5"). */
export function isPnm(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && (bytes[1] === 0x35 || bytes[1] === 0x36);
}

/**
 * Reads a binary PPM (P6, RGB) or PGM (P5, grey), 8 or 16 bits a sample. Source: netpbm.sourceforge.net/doc/ppm.html.
 *
 * @param name for messages
 * @returns [h, w, 3] or [h, w, 1], grey levels from 0 to 255
 * @throws FormatError if it is another kind of file, truncated, empty, or larger than {@link MAX_PIXELS}
 *
 * @example
 * const bytes = new TextEncoder().encode("P5 2 1 255 AB"); // grey, one row of two
 * readPnm(bytes).toArray(); // [[[65], [66]]]
 */
export function readPnm(bytes: Uint8Array, name: string = "image"): Tensor {
  if (!isUint8Array(bytes)) throw new ShapeError(`readPnm: bytes are ${show(bytes)}, needs a Uint8Array`);
  if (typeof name !== "string") throw new ShapeError(`readPnm: name is ${show(name)}, needs a string`);
  if (!isPnm(bytes)) throw new FormatError(`${name}: not a binary PPM or PGM, needs to begin with P6 or P5`);
  const C = bytes[1] === 0x36 ? 3 : 1;
  let at = 2;
  const number = (what: string): number => {
    let isComment = false;
    while (at < bytes.length && (isComment || isSpace(bytes[at]) || bytes[at] === HASH)) {
      isComment = bytes[at] === HASH || (isComment && bytes[at] !== NEWLINE);
      at++;
    }
    const first = at;
    while (isDigit(bytes[at]) && at - first < 10) at++;
    if (at === first || !isSpace(bytes[at])) throw new FormatError(`${name}: header has no ${what}`);
    return Number(String.fromCharCode(...bytes.subarray(first, at)));
  };
  const [W, H, max] = [number("width"), number("height"), number("largest grey level")];
  if (W === 0 || H === 0) throw new FormatError(`${name}: image is ${W}×${H}, needs at least 1×1`);
  if (W * H > MAX_PIXELS) throw new FormatError(`${name}: image is ${W}×${H}, needs at most ${MAX_PIXELS} pixels`);
  if (max < 1 || max > 65535) throw new FormatError(`${name}: largest grey level is ${max}, needs 1 to 65535`);
  const start = at + 1; // a single white space ends the header
  const width = max > 255 ? 2 : 1;
  const needed = W * H * C * width;
  if (bytes.length - start < needed) {
    throw new FormatError(`${name}: ${bytes.length - start} bytes of pixels, ${W}×${H}×${C} needs ${needed}`);
  }
  const result = Tensor.zeros([H, W, C]);
  for (let i = 0; i < result.size; i++) {
    const sample = width === 1 ? bytes[start + i] : bytes[start + 2 * i] * 256 + bytes[start + 2 * i + 1];
    if (sample > max) throw new FormatError(`${name}: grey level ${sample} is above the largest, ${max}`);
    result.data[i] = (sample * 255) / max;
  }
  return result;
}
