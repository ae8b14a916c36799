/** @file The small example of scenes 2 and 3: three stamps, a needle per output, and the resulting blocks. */
import { conv2d, depthwiseConv2d, Tensor } from "../../../src/index.ts";
import { DETAIL } from "./photo.ts";
import { MAX_OUTPUTS } from "./state.ts";

/** For sums of a few products, emitting code would take longer than computing. */
export const NAIVE = { backend: "naive" } as const;

export const CHANNELS = 3;
export const TAPS = 9;
/** The kernel's side. */
export const K = 3;

/** D: an edge, a perpendicular edge, a spot. Nine weights each, row by row. */
const STAMPS = [
  [1, 2, 1, 0, 0, 0, -1, -2, -1],
  [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  [1, 1, 1, 1, -8, 1, 1, 1, 1],
] as const;

/** The first needles; the others are pseudorandom whole numbers. */
const FIRST_NEEDLES = [
  [3, 1, -1],
  [1, -2, 2],
  [-2, 1, 1],
  [2, 2, -1],
  [-1, 3, 1],
  [1, 1, 1],
  [-3, 1, 2],
  [2, -1, 3],
];

/** Pseudorandom, the same each time: -0.5 to 0.5. Source: the linear congruential generator of ANSI C. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31 - 0.5;
  };
}

const next = chance(7);
const NEEDLES = Array.from(
  { length: MAX_OUTPUTS },
  (_, o) => FIRST_NEEDLES[o] ?? Array.from({ length: CHANNELS }, () => Math.round(next() * 6)),
);

/** D, [3, 3, C, 1]. */
export const stamps: Tensor = new Tensor(
  Float32Array.from({ length: TAPS * CHANNELS }, (_, i) => STAMPS[i % CHANNELS][Math.floor(i / CHANNELS)]),
  [K, K, CHANNELS, 1],
);

/** P, [C, O]. */
export function needlesFor(outputs: number): Tensor {
  return new Tensor(
    Float32Array.from({ length: CHANNELS * outputs }, (_, i) => NEEDLES[i % outputs][Math.floor(i / outputs)]),
    [CHANNELS, outputs],
  );
}

/** W = D · P, [3, 3, C, O]: blocks that split. */
export function blocksFor(outputs: number): Tensor {
  return filterOf(outputs, (tap, c, o) => STAMPS[c][tap] * NEEDLES[o][c]);
}

const drawn = chance(20);
/** Any blocks: those that split, plus as much again that does not. */
const ANY = Array.from({ length: MAX_OUTPUTS }, (_, o) =>
  Array.from({ length: CHANNELS }, (_, c) =>
    Array.from({ length: TAPS }, (_, tap) => {
      const weight = Math.round(STAMPS[c][tap] * NEEDLES[o][c] * 0.55 + drawn() * 5);
      return Math.max(-9, Math.min(9, weight));
    }),
  ),
);

export function anyBlocksFor(outputs: number): Tensor {
  return filterOf(outputs, (tap, c, o) => ANY[o][c][tap]);
}

function filterOf(outputs: number, weight: (tap: number, c: number, o: number) => number): Tensor {
  const values = Float32Array.from({ length: TAPS * CHANNELS * outputs }, (_, i) => {
    const o = i % outputs;
    const c = Math.floor(i / outputs) % CHANNELS;
    return weight(Math.floor(i / (outputs * CHANNELS)), c, o);
  });
  return new Tensor(values, [K, K, CHANNELS, outputs]);
}

/** Nine weights of one channel of one block, row by row. */
export function sliceOf(filter: Tensor, c: number, o: number): readonly number[] {
  return Array.from({ length: TAPS }, (_, tap) => filter.at(Math.floor(tap / K), tap % K, c, o));
}

/** One block as a depthwise filter, [3, 3, C, 1]: it computes each channel's sum before they are added. */
function apart(filter: Tensor, o: number): Tensor {
  return filterOf(1, (tap, c) => filter.at(Math.floor(tap / K), tap % K, c, o));
}

/** The sum of each channel under one block at each position, [1, OH, OW, C]; and the output, [1, OH, OW, 1]. */
export function sumsOf(image: Tensor, filter: Tensor, o: number): { readonly parts: Tensor; readonly output: Tensor } {
  const own = apart(filter, o);
  return { parts: depthwiseConv2d(image, own, NAIVE), output: conv2d(image, own, NAIVE) };
}

/** Nine pixels of one channel of the detail, from a row and a column. */
export function pixelsAt(row: number, column: number, c: number): readonly number[] {
  return Array.from({ length: TAPS }, (_, i) => DETAIL.at(0, row + Math.floor(i / K), column + (i % K), c));
}

/** The window's position in scene 3, and its first in scene 2: the corner of the eye. */
export const CORNER = { row: 2, column: 2 } as const;
