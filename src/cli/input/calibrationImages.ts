/** @file Images to quantise a network with: from a folder, from IDX files, or the bundled ones. */
import { readdir } from "node:fs/promises";
import type { Dataset } from "../../data/dataset.ts";
import { fashionSample } from "../../data/sample.ts";
import { checkImageInput } from "../../image/recorded.ts";
import { FormatError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";
import { isIdxFolder, readData, reportSkipped } from "./data.ts";
import { batchOf } from "./imageBatch.ts";
import { imagesOf } from "./imageList.ts";
import type { Network } from "./network.ts";
import { preparationWords } from "./preparationWords.ts";

/** Images in the network's input format, [n, h, w, c], and labelled ones to test it with, if there are any. */
export interface Calibration {
  readonly images: Tensor;
  readonly test: Dataset | null;
}

/** @param count maximum number of images */
export async function calibrationImages(
  { graph, preparation, isGuessed, labels }: Network,
  folder: string | undefined,
  count: number,
): Promise<Calibration> {
  checkImageInput("quantize", graph);
  const { shape } = graph.input;
  const [, H, W, C] = shape;
  if (folder === undefined) {
    const sample = await fashionSample();
    if (sameShape(sample.shape.slice(1), shape.slice(1))) return { images: shares(sample, count), test: null };
    const needed = `images of ${formatShape(shape.slice(1))}, as ${graph.name} takes them: --data FOLDER`;
    throw new UsageError(`quantize: needs ${needed}`);
  }
  if (isIdxFolder(folder)) {
    const { train, test } = await readData(folder, [H, W], C, false);
    if (sameShape(train.shape.slice(1), shape.slice(1))) return { images: shares(train, count), test };
    const [found, needed] = [train.shape, shape].map((one) => formatShape(one.slice(1)));
    throw new FormatError(`${folder}: has images of ${found}, ${graph.name} needs ${needed}`);
  }
  if (preparation.normalization === "unit" && (await isOfClasses(folder, labels()))) {
    const { train, skipped } = await readData(folder, [H, W], C, false);
    reportSkipped(skipped);
    return { images: shares(spread(train, count), count), test: train };
  }
  const paths = (await imagesOf("quantize", [folder])).slice(0, count);
  const images = await batchOf(folder, paths, graph, preparation, ({ message }) => tell(message));
  if (isGuessed) tell(preparationWords(graph, preparation, isGuessed));
  return { images, test: null };
}

/** Whether a folder has a sub-folder for each of a network's classes, and no others. */
async function isOfClasses(folder: string, classes: readonly string[] | null): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  return classes !== null && folders.sort().join("\n") === classes.join("\n");
}

/** Picks images evenly from a set that is sorted by class. */
function spread({ pixels, shape: [images, ...extents] }: Dataset, count: number): Pick<Dataset, "pixels" | "shape"> {
  const n = Math.min(images, count);
  const size = pixels.length / images;
  const chosen = new Uint8Array(n * size);
  for (let i = 0; i < n; i++) {
    const from = Math.floor((i * images) / n) * size;
    chosen.set(pixels.subarray(from, from + size), i * size);
  }
  return { pixels: chosen, shape: [n, ...extents] };
}

/** Grey levels scaled to 0 … 1. */
function shares({ pixels, shape: [images, ...extents] }: Pick<Dataset, "pixels" | "shape">, count: number): Tensor {
  const n = Math.min(images, count);
  const size = pixels.length / images;
  return new Tensor(
    Float32Array.from(pixels.subarray(0, n * size), (level) => level / 255),
    [n, ...extents],
  );
}
