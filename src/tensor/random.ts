/**
 * @file Seeded random numbers, the same on every machine.
 *
 * xoshiro128** by David Blackman and Sebastiano Vigna (prng.di.unimi.it), seeded by SplitMix32. Everything is integer
 * arithmetic and exact float64 sums: no `Math.log` or `Math.cos`, whose last bit depends on the engine.
 */
import { ShapeError, show } from "./errors.ts";
import { checkInteger, type Shape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** A source of random numbers, the same for the same seed on every machine. */
export interface Random {
  /** 32 random bits, as an unsigned integer. */
  bits(): number;
  /** A multiple of 2^-24 in [0, 1), hence exact in float32. */
  uniform(): number;
  /** An integer from 0 to `below` - 1. */
  integer(below: number): number;
  /** Mean 0, variance 1: the sum of 12 uniform numbers minus 6, so from -6 to 6. Normal enough for test data. */
  normal(): number;
}

/**
 * A source of random numbers, the same for the same seed on every machine.
 *
 * @param seed an integer from 0 to 2^32 - 1 @throws ShapeError for any other
 *
 * @example random(1).uniform() === random(1).uniform(); // true
 */
export function random(seed: number): Random {
  let state = checkInteger("random", "seed", seed, 0, 2 ** 32 - 1);
  const splitMix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  let [s0, s1, s2, s3] = [splitMix(), splitMix(), splitMix(), splitMix()];
  const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
    return result;
  };
  const uniform = (): number => (bits() >>> 8) / 2 ** 24;
  const integer = (below: number): number => Math.floor(uniform() * below);
  const normal = (): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
  return { bits, uniform, integer, normal };
}

/**
 * Fills a tensor with random numbers.
 *
 * @param source from `random`
 * @param draw default `source.normal`, of mean 0 and variance 1
 * @throws ShapeError for an invalid shape or source
 *
 * @example randomTensor([2, 3], random(1)).shape; // [2, 3]
 */
export function randomTensor(shape: Shape, source: Random, draw: () => number = source?.normal): Tensor {
  if (typeof draw !== "function") throw new ShapeError(`randomTensor: draw is ${show(draw)}, needs a function`);
  const result = Tensor.zeros(shape);
  for (let i = 0; i < result.size; i++) result.data[i] = draw();
  return result;
}
