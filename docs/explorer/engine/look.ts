/** @file A layer's learned filter, and its feature maps for an image. */

import { luma } from "../../../src/image/luma.ts";
import { type Graph, preprocess, Session, Tensor, type Weights } from "../../../src/index.ts";
import { dropped, networkOf, type Source, type Which } from "./dropped.ts";
import type { Numbers } from "./numbers.ts";
import { upTo } from "./upTo.ts";

/** A layer's output for an image, [h, w, c], and its filter; null without trained weights. */
export async function look({
  network,
  layer,
  image,
}: {
  readonly network: Which;
  readonly layer: string;
  readonly image: Numbers | null;
}): Promise<{ readonly filter: Numbers | null; readonly output: Numbers | null }> {
  const { graph, weights, isTrained } = await networkOf(network);
  if (!isTrained) return { filter: null, output: null };
  const filter = weights.get(`${layer}/filter`);
  return {
    filter: filter ? { shape: filter.shape, data: filter.toFloat32Array() } : null,
    output:
      image &&
      (await outputOf(
        upTo(graph, layer),
        weights,
        typeof network === "string" ? new Tensor(image.data, image.shape) : await inputFor(network, image),
      )),
  };
}

async function outputOf(part: Graph, weights: Weights, input: Tensor): Promise<Numbers> {
  const session = await Session.create(part, new Map([...weights].filter(([name]) => usedIn(part, name))));
  try {
    const y = await session.run(input);
    return { shape: y.shape.slice(1), data: y.toFloat32Array() };
  } finally {
    session.dispose();
  }
}

/** A photo, prepared for a dropped network. */
async function inputFor(source: Source, { shape, data }: Numbers): Promise<Tensor> {
  const { graph, preparation } = await dropped(source);
  const [, h, w, channels] = graph.input.shape;
  const image = new Tensor(data, shape);
  return preprocess(channels === 3 ? image : luma(image), [h, w], preparation);
}

function usedIn(graph: Graph, name: string): boolean {
  return graph.nodes.some((node) => Object.values(node.weights).some((weight) => weight.name === name));
}
