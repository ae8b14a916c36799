/** @file Aligns the chains of blocks of two networks: which block corresponds to which. */
import { ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Block, BlockForm } from "./blocks.ts";

/** A block of either network, or of both. */
export interface BlockPair {
  readonly first: Block | null;
  readonly second: Block | null;
}

/** Max pairs of blocks that are compared: enough for two networks of four thousand blocks. */
const MAX_PAIRS = 2 ** 24;

/**
 * Aligns two chains so that as many blocks as possible correspond, in order (dynamic programming, as for the longest
 * common subsequence). Blocks of equal shapes take precedence.
 *
 * @throws ShapeError for more than {@link MAX_PAIRS}
 */
export function matchBlocks(first: readonly Block[], second: readonly Block[]): readonly BlockPair[] {
  if (first.length * second.length > MAX_PAIRS) {
    throw new ShapeError(`savings: ${first.length} and ${second.length} blocks, needs at most ${MAX_PAIRS} pairs`);
  }
  const width = second.length + 1;
  // best[i · width + j]: the largest score of the blocks from i and j on
  const best = new Float64Array((first.length + 1) * width);
  for (let i = first.length - 1; i >= 0; i--) {
    for (let j = second.length - 1; j >= 0; j--) {
      const own = likeness(first[i], second[j]);
      const both = own > 0 ? own + best[(i + 1) * width + j + 1] : 0;
      best[i * width + j] = Math.max(both, best[(i + 1) * width + j], best[i * width + j + 1]);
    }
  }
  const pairs: BlockPair[] = [];
  let [i, j] = [0, 0];
  while (i < first.length && j < second.length) {
    const own = likeness(first[i], second[j]);
    if (own > 0 && best[i * width + j] === own + best[(i + 1) * width + j + 1]) {
      pairs.push({ first: first[i++], second: second[j++] });
    } else if (best[i * width + j] === best[(i + 1) * width + j]) pairs.push({ first: first[i++], second: null });
    else pairs.push({ first: null, second: second[j++] });
  }
  for (; i < first.length; i++) pairs.push({ first: first[i], second: null });
  for (; j < second.length; j++) pairs.push({ first: null, second: second[j] });
  return pairs;
}

/** Forms that may correspond; each also corresponds to itself. */
const ALIKE: readonly (readonly BlockForm[])[] = [
  ["separable", "standard"],
  ["expansion", "pointwise"],
];

/** 0 if two blocks do not correspond, 4 if only the extents of their images are equal, 5 if the channels are too. */
function likeness(a: Block, b: Block): number {
  const isAlike = a.form === b.form || ALIKE.some((forms) => forms.includes(a.form) && forms.includes(b.form));
  if (!isAlike) return 0;
  const [ends, others] = [a, b].map(({ layers }) => [layers[0].inputShape, layers[layers.length - 1].outputShape]);
  if (ends.every((shape, i) => sameShape(shape, others[i]))) return 5;
  return ends.every((shape, i) => sameShape(shape.slice(1, -1), others[i].slice(1, -1))) ? 4 : 0;
}
