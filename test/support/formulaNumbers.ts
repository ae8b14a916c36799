/** Numbers from -1 to 1 that oracles in other languages fill their operands with too: test/oracles/svd.py. */
export function formulaNumbers(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const mixed = BigInt(i) * BigInt(i) * 7919n + BigInt(i) * 104729n + BigInt(seed) * 15485863n;
    return Number(mixed % 2003n) / 1001.5 - 1;
  });
}
