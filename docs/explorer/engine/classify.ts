/** @file How each tier classifies an image, and how long it takes. */
import {
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  type LoadedModel,
  Tensor,
  type TierName,
} from "../../../src/index.ts";
import { CHOICES } from "../../../src/kernels/tiers.ts";
import { dropped, fashionModel, type Source } from "./dropped.ts";
import type { Numbers } from "./numbers.ts";
import { timeOf } from "./timing.ts";
import { tiersHere } from "./ways.ts";

export interface TierAnswer {
  readonly tier: TierName;
  readonly threads: number;
  readonly scores: Float32Array;
  readonly probabilities: readonly number[];
  /** Milliseconds per image. */
  readonly ms: number;
  /** Hash of the scores' bits. */
  readonly fingerprint: string;
  /** The largest difference between its scores and the naive tier's. */
  readonly difference: number;
}

export async function classify({
  shape,
  data,
  threads,
}: Numbers & { readonly threads: number }): Promise<readonly TierAnswer[]> {
  return onAllTiers(await fashionModel(), {}, () => new Tensor(data, shape), threads);
}

export async function classifyPhoto({
  photo,
  source,
}: {
  readonly photo: Numbers;
  readonly source: Source;
}): Promise<readonly TierAnswer[]> {
  const { model, preparation } = await dropped(source);
  const image = new Tensor(photo.data, photo.shape);
  return onAllTiers(model, { preparation }, ({ prepare }) => prepare(image), 1);
}

/** @param input makes the network's input, with a classifier's preprocessing if need be */
async function onAllTiers(
  model: LoadedModel,
  options: ClassifierOptions,
  input: (classifier: Classifier) => Tensor,
  threads: number,
): Promise<readonly TierAnswer[]> {
  const answers: TierAnswer[] = [];
  for (const tier of tiersHere()) {
    // The faster of several threads and one: on a busy machine, threads wait for one another.
    const counts = CHOICES[tier].emits && threads > 1 ? [threads, 1] : [1];
    const ways: TierAnswer[] = [];
    for (const count of counts) {
      const classifier = await createClassifier(model, { ...options, backend: tier, threads: count });
      const first = answers[0]?.scores;
      try {
        ways.push(await answerOf(classifier, input(classifier), first));
      } finally {
        classifier.dispose();
      }
    }
    answers.push(ways.reduce((best, way) => (way.ms < best.ms ? way : best)));
  }
  return answers;
}

async function answerOf({ session, run }: Classifier, x: Tensor, naive: Float32Array | undefined): Promise<TierAnswer> {
  const scores = (await session.run(x)).toFloat32Array();
  const ms = await timeOf(() => session.run(x), CHOICES[session.backend].warmup === 0 ? 20 : 60);
  return {
    tier: session.backend,
    threads: session.threads,
    scores,
    probabilities: [...(await run(x))],
    ms,
    fingerprint: fingerprintOf(scores),
    difference: scores.reduce((max, value, i) => Math.max(max, Math.abs(value - (naive ?? scores)[i])), 0),
  };
}

/** FNV-1a of the bits: changing one bit of one score changes it. */
export function fingerprintOf(scores: Float32Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
