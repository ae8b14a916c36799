/** @file From a picture file to a tensor. PPM and PGM are read here; other kinds by sharp, where it is installed. */
import { readFile } from "node:fs/promises";
import { isPnm, MAX_PIXELS, readPnm } from "../image/pnm.ts";
import { FormatError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";

/** @returns [h, w, 3], grey levels from 0 to 255 @throws FormatError if the file is not a picture that can be read */
export async function readPicture(path: string): Promise<Tensor> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new FormatError(`${path}: cannot be read (${cause.message})`, { cause });
  });
  const picture = isPnm(bytes) ? readPnm(bytes, path) : await decode(bytes, path);
  const [H, W, C] = picture.shape;
  return C === 1 ? picture.broadcastTo([H, W, 3]) : picture;
}

async function decode(bytes: Uint8Array, path: string): Promise<Tensor> {
  const kind = kindOf(bytes);
  if (kind === null) {
    throw new FormatError(`${path}: not a picture of a known kind, needs JPEG, PNG, WebP, GIF, TIFF, AVIF, PPM or PGM`);
  }
  const { default: sharp } = await import("sharp").catch((cause: Error) => {
    throw new FormatError(
      `${path}: ${kind} needs the decoder sharp, which is not installed: npm install sharp (PPM and PGM need none)`,
      { cause },
    );
  });
  const decoded = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "truncated" })
    .rotate() // as the camera was held, by EXIF
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { data, info } = await decoded.catch((cause: Error) => {
    throw new FormatError(`${path}: ${kind} cannot be decoded (${cause.message})`, { cause });
  });
  return new Tensor(Float32Array.from(data), [info.height, info.width, info.channels]);
}

/** The kind of a picture by its first bytes; null if none of those that sharp's prebuilt library reads. */
function kindOf(bytes: Uint8Array): string | null {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 16));
  if (head.startsWith("\xff\xd8\xff")) return "JPEG";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (head.startsWith("GIF8")) return "GIF";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "WebP";
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return "TIFF";
  if (head.slice(4, 8) === "ftyp" && /avif|avis/.test(head.slice(8, 16))) return "AVIF";
  return null;
}
