/** @file Images by which a network is quantised: of a folder, of IDX files, or those that come with the package. */
import { fashionSample } from "../../data/sample.ts";
import { inChannels } from "../../image/luma.ts";
import { preprocess } from "../../image/prepare.ts";
import { FormatError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { progress, tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";
import { isIdxFolder, readData } from "./data.ts";
import { readImage } from "./imageFile.ts";
import { imagesOf } from "./imageList.ts";
import type { Network } from "./network.ts";

/** @returns [n, h, w, c], at most `count` images, as the network takes them */
export async function calibrationImages(network: Network, folder: string | undefined, count: number): Promise<Tensor> {
  const { shape } = network.graph.input;
  const [, H, W, C] = shape;
  if (folder === undefined) {
    const { pixels, shape: found } = await fashionSample();
    if (!sameShape(found.slice(1), shape.slice(1))) {
      const needed = `images of ${formatShape(shape.slice(1))}, as ${network.graph.name} takes them: --data FOLDER`;
      throw new UsageError(`quantize: needs ${needed}`);
    }
    return shares(pixels, found[0], shape, count);
  }
  if (isIdxFolder(folder)) {
    const { train } = await readData(folder, [H, W], C, false);
    if (!sameShape(train.shape.slice(1), shape.slice(1))) {
      const [found, needed] = [train.shape, shape].map((one) => formatShape(one.slice(1)));
      throw new FormatError(`${folder}: has images of ${found}, ${network.graph.name} needs ${needed}`);
    }
    return shares(train.pixels, train.shape[0], shape, count);
  }
  const paths = (await imagesOf("quantize", [folder])).slice(0, count);
  const images: Tensor[] = [];
  for (const [i, path] of paths.entries()) {
    progress(`reading ${i + 1} of ${paths.length}`);
    try {
      images.push(preprocess(inChannels(await readImage(path), C), [H, W], network.preparation));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      tell(error.message);
    }
  }
  progress("");
  if (images.length === 0) throw new FormatError(`${folder}: has no image that can be read`);
  const data = new Float32Array(images.length * H * W * C);
  for (const [i, image] of images.entries()) data.set(image.toFloat32Array(), i * H * W * C);
  return new Tensor(data, [images.length, H, W, C]);
}

/** Grey levels as shares of 1. */
function shares(pixels: Uint8Array, images: number, [, ...extents]: readonly number[], count: number): Tensor {
  const n = Math.min(images, count);
  const size = pixels.length / images;
  return new Tensor(
    Float32Array.from(pixels.subarray(0, n * size), (level) => level / 255),
    [n, ...extents],
  );
}
