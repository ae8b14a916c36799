/** @file Labelled images from disk: IDX files, or a folder with a sub-folder for each class. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve as resolvePath } from "node:path";
import type { Dataset } from "../../data/dataset.ts";
import { readIdx } from "../../data/idx.ts";
import { FASHION_CLASSES } from "../../data/sample.ts";
import { luma } from "../../image/luma.ts";
import { centerCrop, resize } from "../../image/resize.ts";
import { FormatError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { progress, tell } from "../terminal/terminal.ts";
import { readImage } from "./imageFile.ts";

/** Where Debian's package dataset-fashion-mnist puts its files. */
export const FASHION_FOLDER = "/usr/share/datasets/fashion-mnist";

/** A label is a byte. */
const MAX_CLASSES = 256;

/** Training images, and test images if there is a separate set. */
export interface Data {
  readonly train: Dataset;
  readonly test: Dataset | null;
  /** Images that could not be read. */
  readonly skipped: readonly string[];
}

/** Whether a folder holds IDX files. */
export function isIdxFolder(folder: string): boolean {
  return idxFile(folder, "train", "images") !== null || idxFile(folder, "t10k", "images") !== null;
}

/**
 * @param size      [h, w] to which images of a folder are cropped and scaled; IDX files keep theirs
 * @param channels  1 or 3, of images of a folder
 * @param isStrict  whether to throw for an image that cannot be read, or skip it
 * @throws FormatError if there are no images to train on
 */
export async function readData(
  folder: string,
  size: readonly [number, number],
  channels: number,
  isStrict: boolean,
): Promise<Data> {
  if (isIdxFolder(folder)) {
    const [train, test] = [await readIdxSet(folder, "train"), await readIdxSet(folder, "t10k")];
    if (train === null) throw new FormatError(`${folder}: has no train-images-idx3-ubyte, plain or .gz`);
    if (test === null) return { train, test, skipped: [] };
    if (!sameShape(train.shape.slice(1), test.shape.slice(1))) {
      const [a, b] = [train, test].map(({ shape }) => formatShape(shape.slice(1)));
      throw new FormatError(`${folder}: images to learn from are ${a}, those to test with ${b}`);
    }
    const classes = train.classes.length < test.classes.length ? test.classes : train.classes;
    return { train: { ...train, classes }, test: { ...test, classes }, skipped: [] };
  }
  const { data, skipped } = await readFolder(folder, size, channels, isStrict);
  return { train: data, test: null, skipped };
}

/** Reports which images were left out, and how many. */
export function reportSkipped(skipped: readonly string[]): void {
  for (const reason of skipped) tell(reason);
  if (skipped.length > 0) tell(`${skipped.length} images were left out`);
}

/** @throws FormatError with advice if the folder is the default one and does not exist */
export function checkDefaultFolder(folder: string): void {
  if (folder !== FASHION_FOLDER || isIdxFolder(folder)) return;
  throw new FormatError(`${folder}: is not there; apt install dataset-fashion-mnist, or name a folder of your own`);
}

/** Returns a fingerprint of images and labels. */
export function fingerprint({ pixels, labels, shape }: Dataset): string {
  return createHash("sha256").update(shape.join()).update(pixels).update(labels).digest("hex").slice(0, 16);
}

function idxFile(folder: string, set: string, kind: "images" | "labels"): string | null {
  const name = join(folder, `${set}-${kind}-idx${kind === "images" ? 3 : 1}-ubyte`);
  return [name, `${name}.gz`].find((path) => existsSync(path)) ?? null;
}

/** @returns null if there is no such set */
export async function readIdxSet(folder: string, set: "train" | "t10k"): Promise<Dataset | null> {
  const [imageFile, labelFile] = [idxFile(folder, set, "images"), idxFile(folder, set, "labels")];
  if (imageFile === null) return null;
  if (labelFile === null) throw new FormatError(`${imageFile}: the labels are missing`);
  const [images, labels] = [await readIdx(imageFile), await readIdx(labelFile)];
  if (images.shape.length !== 3) {
    throw new FormatError(`${imageFile}: has ${images.shape.length} extents, images need 3`);
  }
  if (labels.shape.length !== 1)
    throw new FormatError(`${labelFile}: has ${labels.shape.length} extents, labels need 1`);
  if (labels.shape[0] !== images.shape[0]) {
    throw new FormatError(`${labelFile}: ${labels.shape[0]} labels, ${imageFile} has ${images.shape[0]} images`);
  }
  const max = labels.data.reduce((largest, label) => Math.max(largest, label), 0);
  const isFashion = basename(resolvePath(folder)) === "fashion-mnist"; // the files themselves name no classes
  const classes = isFashion ? FASHION_CLASSES : Array.from({ length: max + 1 }, (_, i) => `${i}`);
  const wrong = labels.data.findIndex((label) => label >= classes.length);
  if (wrong !== -1) {
    throw new FormatError(`${labelFile}: label ${wrong} is ${labels.data[wrong]}, there are ${classes.length} classes`);
  }
  return { pixels: images.data, shape: [...images.shape, 1], labels: labels.data, classes };
}

async function readFolder(
  folder: string,
  [H, W]: readonly [number, number],
  channels: number,
  isStrict: boolean,
): Promise<{ readonly data: Dataset; readonly skipped: readonly string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new FormatError(`${folder}: cannot be read (${cause.message})`, { cause });
  });
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  const classes = visible
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  if (classes.length < 2) {
    throw new FormatError(`${folder}: has ${classes.length} sub-folders, needs one for each class, at least 2`);
  }
  if (classes.length > MAX_CLASSES) {
    throw new FormatError(`${folder}: has ${classes.length} sub-folders, needs at most ${MAX_CLASSES}`);
  }
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  const skipped: string[] = [];
  for (const [label, name] of classes.entries()) {
    const files = (await readdir(join(folder, name))).filter((file) => !file.startsWith(".")).sort();
    const before = images.length;
    for (const file of files) {
      const path = join(folder, name, file);
      progress(`reading ${path}`);
      try {
        const image = await readImage(path);
        const sized = resize(centerCrop(channels === 1 ? luma(image) : image), [H, W]);
        images.push(Uint8Array.from(sized.toFloat32Array(), Math.round));
        labels.push(label);
      } catch (error) {
        if (!(error instanceof FormatError) || isStrict) throw error;
        skipped.push(error.message);
      }
    }
    if (images.length === before) {
      progress("");
      const reason = files.length === 0 ? "is empty" : `holds no image that can be read, of ${files.length} files`;
      throw new FormatError(`${join(folder, name)}: ${reason}`);
    }
  }
  progress("");
  const pixels = new Uint8Array(images.length * H * W * channels);
  images.forEach((image, i) => {
    pixels.set(image, i * H * W * channels);
  });
  const data = { pixels, shape: [images.length, H, W, channels], labels: Uint8Array.from(labels), classes };
  return { data, skipped };
}
