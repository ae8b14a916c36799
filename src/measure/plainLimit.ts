/** @file The peak rate of plain JavaScript here: float64 multiply-adds with every operand in a register. */

const CHAINS = 12;
const ROUNDS = 300_000;

/**
 * Twelve independent chains s = s · a + b. Each step depends on the one before, so fewer chains would measure latency;
 * more would not fit the 16 vector registers. The values stay near 1 and are returned, so that nothing is optimized
 * away.
 */
function chains(rounds: number, a: number, b: number): number {
  let [s0, s1, s2, s3, s4, s5] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  let [s6, s7, s8, s9, s10, s11] = [0.7, 0.8, 0.9, 1.1, 1.2, 1.3];
  for (let i = 0; i < rounds; i++) {
    s0 = s0 * a + b;
    s1 = s1 * a + b;
    s2 = s2 * a + b;
    s3 = s3 * a + b;
    s4 = s4 * a + b;
    s5 = s5 * a + b;
    s6 = s6 * a + b;
    s7 = s7 * a + b;
    s8 = s8 * a + b;
    s9 = s9 * a + b;
    s10 = s10 * a + b;
    s11 = s11 * a + b;
  }
  return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
}

/** Measures the limit of plain JavaScript on one thread, in about a tenth of a second. @returns GFLOP/s */
export function plainLimit(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    const sum = chains(ROUNDS, 0.999999, 0.000001);
    if (!(sum > 0)) throw new Error(`plainLimit: the chains gave ${sum}`); // use the sum, so that it is computed
    best = Math.min(best, performance.now() - start);
  }
  return (2 * CHAINS * ROUNDS) / best / 1e6;
}
