/** @file Runs the page's network with fewer bits: how many images it still classifies correctly, and how fast. */
import { fashionSample, Session, Tensor } from "../../../src/index.ts";
import { quantizeNetwork } from "../../../src/quantize/quantizeNetwork.ts";
import { fashionModel } from "./dropped.ts";
import { timeOf } from "./timing.ts";

/** 32 bits are real numbers, the others integers. */
export const BITS = [32, 8, 7, 6, 5, 4, 3, 2] as const;

export interface BitsAnswer {
  readonly bits: number;
  /** Number of the page's images that it classifies correctly. */
  readonly right: number;
  readonly images: number;
  /** Size of all weights, tightly packed. */
  readonly bytes: number;
  /** Milliseconds per image; null if the computation is the same as with more bits. */
  readonly ms: number | null;
}

export async function bits(_: null, tell: (answer: BitsAnswer) => void): Promise<readonly BitsAnswer[]> {
  const { graph, weights } = await fashionModel();
  const { pixels, shape, labels } = await fashionSample();
  const images = new Tensor(
    Float32Array.from(pixels, (level) => level / 255),
    [shape[0], shape[1], shape[2], 1],
  );
  const answers: BitsAnswer[] = [];
  for (const count of BITS) {
    const network = count === 32 ? { graph, weights } : await quantizeNetwork(graph, weights, images, { bits: count });
    const session = await Session.create(network.graph, network.weights);
    try {
      const scores = await session.run(images);
      const answer = {
        bits: count,
        right: Array.from(labels).filter((label, n) => label === largestOf(scores.data.subarray(10 * n, 10 * n + 10)))
          .length,
        images: labels.length,
        bytes: bytesOf(network.weights, count),
        ms: count === 32 || count === 8 ? (await timeOf(() => session.run(images), 150)) / labels.length : null,
      };
      answers.push(answer);
      tell(answer);
    } finally {
      session.dispose();
    }
  }
  return answers;
}

function largestOf(scores: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return best;
}

/** Counts filters with `count` bits per weight; scales and biases keep their size. */
function bytesOf(
  weights: ReadonlyMap<string, { readonly data: { readonly length: number; readonly byteLength: number } }>,
  count: number,
): number {
  let bytes = 0;
  for (const { data } of weights.values()) {
    bytes += data instanceof Int8Array ? (data.length * count) / 8 : data.byteLength;
  }
  return Math.ceil(bytes);
}
