/**
 * @file How fast this machine multiplies and adds in WebAssembly SIMD at best: everything in registers, nothing loaded, every
 * chain of sums independent of the others. No kernel with a product and a sum of their own can do better.
 */
import { instantiate } from "../kernels/simd/memory.ts";
import { type Declare, func, loop } from "../wasm/control.ts";
import type { Func, Local, Statements } from "../wasm/instruction.ts";
import { f32x4, i32, local, v128 } from "../wasm/instructions.ts";

const ROUNDS = 200_000;
const FLOPS_PER_PAIR = 8; // four lanes, a product and a sum

/** Pairs of product and sum per round of a loop, and the loop. */
interface Probe {
  readonly pairs: number;
  readonly code: Func;
}

/** s = s · a + b: as many chains as there are registers, because each waits for its own last pair. */
function chains(pairs: number): Probe {
  return probe(pairs, (declare) => {
    const [a, b] = [declare("v128", "a"), declare("v128", "b")];
    const sums = Array.from({ length: pairs }, (_, i) => declare("v128", `s${i}`));
    return { begin: [a, b], sums, round: sums.map((s) => local.set(s, f32x4.add(f32x4.mul(s, a), b))) };
  });
}

/** s = s + x · w: the products wait for nothing. */
function products(pairs: number): Probe {
  return probe(pairs, (declare) => {
    const w = declare("v128", "w");
    const xs = Array.from({ length: pairs }, (_, i) => declare("v128", `x${i}`));
    const sums = Array.from({ length: pairs }, (_, i) => declare("v128", `s${i}`));
    return { begin: [w, ...xs], sums, round: sums.map((s, i) => local.set(s, f32x4.add(s, f32x4.mul(xs[i], w)))) };
  });
}

function probe(
  pairs: number,
  build: (declare: Declare) => {
    readonly begin: readonly Local<"v128">[];
    readonly sums: readonly Local<"v128">[];
    readonly round: Statements;
  },
): Probe {
  const code = func("probe", { rounds: "i32" }, ({ rounds }, declare) => {
    const { begin, sums, round } = build(declare);
    return [
      begin.map((v, i) => local.set(v, v128.load(0, i * 16))),
      loop("round", (again) => [...round, local.set(rounds, i32.sub(rounds, 1)), again(rounds)]),
      sums.map((s, i) => v128.store(1024, s, i * 16)), // what nobody reads is not computed
    ];
  });
  return { pairs, code };
}

/**
 * Measures the limit of one thread, in about half a second.
 *
 * @returns GFLOP/s of f32x4.mul and f32x4.add together: the best of several ways to keep the machine busy
 */
export function simdLimit(): number {
  return Math.max(...[chains(12), chains(13), products(6)].map(measure));
}

function measure({ pairs, code }: Probe): number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const run = instantiate({ code }, memory).code as (rounds: number) => void;
  for (let i = 0; i < 20; i++) run(ROUNDS / 10); // until the engine has compiled it well
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    run(ROUNDS);
    best = Math.min(best, performance.now() - start);
  }
  return (ROUNDS * pairs * FLOPS_PER_PAIR) / best / 1e6;
}
