/** @file Reads image files as tensors. PPM and PGM are decoded here; other formats by sharp, if it is installed. */
import { isPnm, MAX_PIXELS, readPnm } from "../../image/pnm.ts";
import { FormatError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { readWhole } from "../terminal/files.ts";

/** @returns [h, w, 3], grey levels from 0 to 255 @throws FormatError if the file is not a readable image */
export async function readImage(path: string): Promise<Tensor> {
  const bytes = await readWhole(path);
  const image = isPnm(bytes) ? readPnm(bytes, path) : await decode(bytes, path);
  const [H, W, C] = image.shape;
  return C === 1 ? image.broadcastTo([H, W, 3]) : image;
}

async function decode(bytes: Uint8Array, path: string): Promise<Tensor> {
  const kind = kindOf(bytes, path);
  const { default: sharp } = await import("sharp").catch((cause: Error) => {
    throw new FormatError(
      `${path}: ${kind} needs the decoder sharp, which is not installed: npm install sharp (PPM and PGM need none)`,
      { cause },
    );
  });
  const decoded = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "truncated" })
    .rotate() // by the EXIF orientation
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { data, info } = await decoded.catch((cause: Error) => {
    throw new FormatError(`${path}: ${kind} cannot be decoded (${cause.message})`, { cause });
  });
  return new Tensor(Float32Array.from(data), [info.height, info.width, info.channels]);
}

/**
 * Image formats by their first bytes, as latin1; "?" matches any byte. READABLE has those that sharp's prebuilt library
 * decodes; UNREADABLE has others, to tell a user what the file is.
 */
const READABLE: Readonly<Record<string, readonly string[]>> = {
  JPEG: ["\xff\xd8\xff"],
  PNG: ["\x89PNG\r\n\x1a\n"],
  GIF: ["GIF8"],
  WebP: ["RIFF????WEBP"],
  TIFF: ["II*\0", "MM\0*"],
  AVIF: ["????ftypavif", "????ftypavis"],
};
const UNREADABLE: Readonly<Record<string, readonly string[]>> = {
  HEIC: ["????ftyphei", "????ftypmif1", "????ftypmsf1"],
  BMP: ["BM"],
  ICO: ["\0\0\x01\0"],
  PDF: ["%PDF"],
  SVG: ["<svg", "<?xml"],
  "JPEG XL": ["\xff\x0a", "\0\0\0\x0cJXL "],
  "plain-text PNM": ["P1", "P2", "P3"],
  PBM: ["P4"],
};

/** @returns the file's format @throws FormatError unless it is a readable image format */
function kindOf(bytes: Uint8Array, path: string): string {
  const head = Buffer.from(bytes.subarray(0, 32)).toString("latin1");
  const beginsLike = (pattern: string): boolean => [...pattern].every((byte, i) => byte === "?" || byte === head[i]);
  const match = (kinds: Readonly<Record<string, readonly string[]>>): string | undefined =>
    Object.keys(kinds).find((kind) => kinds[kind].some(beginsLike));
  const kind = match(READABLE);
  if (kind !== undefined) return kind;
  const found = match(UNREADABLE) ?? "not an image of a known kind";
  throw new FormatError(`${path}: ${found}, needs ${Object.keys(READABLE).join(", ")}, PPM (P6) or PGM (P5)`);
}
