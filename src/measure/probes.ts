/**
 * @file Emitted functions that measure peak rates: multiply-adds with all operands in registers, and reads of memory
 * whose contents are not used.
 */
import { hasExactDot } from "../kernels/simd/quantized/exactDot.ts";
import { PRODUCTS } from "../kernels/simd/quantized/products.ts";
import { type Declare, func, integers, loop } from "../wasm/control.ts";
import type { Func, Local, Statements } from "../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../wasm/instructions.ts";

const VECTOR_BYTES = 16;
const FLOPS_PER_PAIR = 8; // four lanes, a product and a sum
/** The same for integers: eight products of 16 bits, or sixteen of 8, and as many sums. */
const [OPS_PER_DOT, OPS_PER_BYTE_DOT] = [16, 32];

/** Room for a probe's initial numbers and its sums, which are stored so that they are not optimized away. */
export const PROBE_BYTES = 1024;
const SUMS_AT = PROBE_BYTES / 2;

/** `code(at, from, to)` does `to - from` rounds, with PROBE_BYTES of memory at `at`. */
export interface Probe {
  readonly code: Func;
  /** Operations per round: products and sums. */
  readonly flops: number;
}

/** s = s + s · w of integers, as the SIMD tier multiplies them: chains, since a repeated product is computed once. */
function dots(count: number, hasQuads: boolean): Probe {
  const { code } = probe(count, (declare) => {
    const w = declare("v128", "w");
    const sums = Array.from({ length: count }, (_, i) => declare("v128", `s${i}`));
    const { multiplyAdd } = PRODUCTS[hasQuads ? "quads" : "pairs"].arithmetic;
    return { begin: [w], sums, round: sums.map((s) => local.set(s, multiplyAdd(s, s, w))) };
  });
  return { code, flops: count * (hasQuads ? OPS_PER_BYTE_DOT : OPS_PER_DOT) };
}

/** s = s · a + b: as many chains as fit the registers, because each step waits for the one before. */
function chains(pairs: number, isFused: boolean): Probe {
  return probe(pairs, (declare) => {
    const [a, b] = [declare("v128", "a"), declare("v128", "b")];
    const sums = Array.from({ length: pairs }, (_, i) => declare("v128", `s${i}`));
    const next = (s: Local<"v128">) => (isFused ? f32x4.relaxed_madd(s, a, b) : f32x4.add(f32x4.mul(s, a), b));
    return { begin: [a, b], sums, round: sums.map((s) => local.set(s, next(s))) };
  });
}

/** s = s + x · w: the products are independent. */
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
  const code = func("probe", integers(["at", "from", "to"]), ({ at, from, to }, declare) => {
    const { begin, sums, round } = build(declare);
    return [
      begin.map((v, i) => local.set(v, v128.load(at, i * VECTOR_BYTES))),
      loop("round", (again) => [...round, local.set(from, i32.add(from, 1)), again(i32.lt_u(from, to))]),
      sums.map((s, i) => v128.store(at, s, SUMS_AT + i * VECTOR_BYTES)),
    ];
  });
  return { code, flops: pairs * FLOPS_PER_PAIR };
}

/**
 * Several mixes of multiplies and adds; the fastest is the machine's limit. An engine that merges two vectors into one
 * halves the number of chains, hence the probes with twice as many.
 */
export function peakProbes(isFused: boolean): readonly Probe[] {
  return isFused
    ? [chains(10, true), chains(12, true), chains(24, true)]
    : [chains(12, false), chains(13, false), products(6), chains(24, false), products(12)];
}

/** The same for integers. */
export function integerProbes(): readonly Probe[] {
  const hasQuads = hasExactDot();
  return [8, 12, 13, 24].map((count) => dots(count, hasQuads));
}

/** Working sets must be a multiple of this. */
export const READ_BYTES = 256;

/** Two ways to read memory: short rounds for compilers that run out of registers early, long ones for others. */
export function readProbes(): readonly Func[] {
  return [readProbe(READ_BYTES / 2), readProbe(READ_BYTES)];
}

/**
 * `read(at, base, bytes, passes, from, to)`: for every i from `from` to `to` - 1, reads the i-th `bytes` bytes after
 * `base` `passes` times.
 */
function readProbe(roundBytes: number): Func {
  const params = integers(["at", "base", "bytes", "passes", "from", "to"]);
  return func("read", params, ({ at, base, bytes, passes, from, to }, declare) => {
    const vectors = roundBytes / VECTOR_BYTES;
    const seen = Array.from({ length: vectors / 2 }, (_, i) => declare("v128", `seen${i}`));
    const [p, end, pass] = [declare("i32", "p"), declare("i32", "end"), declare("i32", "pass")];
    const line = Array.from({ length: vectors }, (_, i) => {
      const into = seen[i % seen.length];
      return local.set(into, v128.or(into, v128.load(p, i * VECTOR_BYTES)));
    });
    return [
      loop("set", (nextSet) => [
        local.set(end, i32.add(base, i32.mul(bytes, i32.add(from, 1)))),
        local.set(pass, passes),
        loop("pass", (nextPass) => [
          local.set(p, i32.sub(end, bytes)),
          loop("line", (nextLine) => [...line, local.set(p, i32.add(p, roundBytes)), nextLine(i32.lt_u(p, end))]),
          local.set(pass, i32.sub(pass, 1)),
          nextPass(pass),
        ]),
        local.set(from, i32.add(from, 1)),
        nextSet(i32.lt_u(from, to)),
      ]),
      seen.map((v, i) => v128.store(at, v, SUMS_AT + i * VECTOR_BYTES)),
    ];
  });
}
