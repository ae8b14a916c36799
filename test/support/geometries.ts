/**
 * Generated convolutions. The seed is printed; SEPARABLE_SEED repeats a run.
 */
import fc from "fast-check";
import { random, randomTensor, type Tensor } from "../../src/index.ts";
import { times } from "./effort.ts";
import { samePadding } from "./reference.ts";

const SEED = Number(process.env.SEPARABLE_SEED ?? Date.now() % 2 ** 31);
console.log(`fast-check seed ${SEED} (SEPARABLE_SEED=${SEED} repeats this run)`);

/** What fast-check is told for so many cases. */
export const settings = (numRuns: number): object => ({ numRuns: times(numRuns), seed: SEED });

/** Whole numbers, so that sums are exact and laws hold to the last bit. */
export const integers = (shape: readonly number[], seed: number): Tensor => {
  const source = random(seed);
  return randomTensor(shape, source, () => source.integer(21) - 10);
};

const extent = (max: number) => fc.integer({ min: 1, max: max });

/** A convolution whose kernel fits: sizes, steps and padding of every kind, lopsided. */
export const geometry = fc
  .record({
    N: extent(3),
    G: fc.constantFrom(1, 1, 2, 3, 5),
    Cg: extent(7),
    Og: extent(6),
    H: extent(12),
    W: extent(11),
    KH: extent(7),
    KW: extent(7),
    sH: fc.constantFrom(1, 1, 2, 3, 5, 13),
    sW: fc.constantFrom(1, 1, 2, 4, 5, 17),
    dH: fc.constantFrom(1, 1, 1, 2, 3),
    dW: fc.constantFrom(1, 1, 1, 2, 4),
    rule: fc.constantFrom("same", "same-lower", "explicit", "valid"),
    pads: fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4), fc.nat(4)),
    bias: fc.boolean(),
    nchw: fc.boolean(),
    bent: fc.boolean(),
    seed: fc.nat(1e9),
  })
  .map(({ rule, ...g }) => {
    const end = rule === "same-lower" ? "beginning" : "end";
    const same = [...samePadding(g.H, g.KH, g.sH, g.dH, end), ...samePadding(g.W, g.KW, g.sW, g.dW, end)];
    const padding = (rule === "valid" ? [0, 0, 0, 0] : rule === "explicit" ? g.pads : same) as [
      number,
      number,
      number,
      number,
    ];
    return { ...g, rule, padding };
  })
  .filter(({ H, W, KH, KW, dH, dW, padding: [t, b, l, r] }) => {
    return H + t + b > (KH - 1) * dH && W + l + r > (KW - 1) * dW;
  });

export type Geometry = typeof geometry extends fc.Arbitrary<infer T> ? T : never;
