/** @file Reads image files as one batch for a network. */
import type { Graph } from "../../graph/graph.ts";
import { inChannels } from "../../image/luma.ts";
import { type Preparation, preprocess } from "../../image/prepare.ts";
import { concat } from "../../ops/rearrange.ts";
import { FormatError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { progress } from "../terminal/terminal.ts";
import { readImage } from "./imageFile.ts";

/**
 * Returns prepared images, [n, h, w, c].
 *
 * @param source where the files come from, for messages
 * @param unreadable called for a file that is not an image, which is then skipped; default: such a file is an error
 * @throws FormatError if there is no image
 */
export async function batchOf(
  source: string,
  paths: readonly string[],
  { input }: Graph,
  preparation: Preparation,
  unreadable?: (error: FormatError) => void,
): Promise<Tensor> {
  const [, H, W, C] = input.shape;
  const images: Tensor[] = [];
  for (const [i, path] of paths.entries()) {
    progress(`reading ${i + 1} of ${paths.length}`);
    try {
      images.push(preprocess(inChannels(await readImage(path), C), [H, W], preparation));
    } catch (error) {
      if (!(error instanceof FormatError) || unreadable === undefined) throw error;
      unreadable(error);
    }
  }
  progress("");
  if (images.length === 0) throw new FormatError(`${source}: has no image that can be read`);
  return concat(images, 0);
}
