/**
 * @file Batch norm in training, as in ../naive/batchNormalization.ts: two sums per channel, then a straight line per channel.
 *
 * Sums are carried in float64: first those of each block of rows, then, block after block, those of all. Threads share blocks,
 * and the order is the same for any number of them.
 */
import { joined, promoteHigh } from "../../kernels/simd/elementwise.ts";
import { FLOAT_BYTES, storeLanes, upTo, vectorsFor } from "../../kernels/simd/emit.ts";
import { type Emitted, type Emitter, NO_CONSTANTS, type Operand } from "../../kernels/simd/recipe.ts";
import { type Declare, func, when } from "../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../wasm/instruction.ts";
import { f32x4, f64x2, i32, local, v128 } from "../../wasm/instructions.ts";
import { blockRows, eachChannelOfRows, paddedChannels, rowAt } from "./channels.ts";

const DOUBLE_BYTES = 8;
const HALF_BYTES = 16;

interface Rows {
  /** Products of all extents but the last. */
  readonly rows: number;
  readonly C: number;
}

/** x → [2, C]: mean and variance. */
export function moments({ rows, C }: Rows, emitter: Emitter): Emitted {
  const partial = emitter.func("moments", { rows, C }, () =>
    partialSums("moments", ["x"], { rows, C }, ({ x }, declare) => {
      const [low, high] = [declare("v128", "low"), declare("v128", "high")];
      return {
        begin: () => [],
        quantities: (at) => ({
          before: [
            local.set(high, v128.load(i32.add(x, at))),
            local.set(low, f64x2.promote_low_f32x4(high)),
            local.set(high, promoteHigh(high)),
          ],
          first: [low, high],
          second: [f64x2.mul(low, low), f64x2.mul(high, high)],
        }),
      };
    }),
  );
  const count = f64x2.splat(rows);
  const combine = emitter.func("momentsOfAll", { rows, C }, () =>
    combineSums({ rows, C }, (first, second) => [
      local.set(first, f64x2.div(first, count)),
      local.set(
        second, // E[x²] - E[x]², never below 0
        f64x2.max(f64x2.sub(f64x2.div(second, count), f64x2.mul(first, first)), f64x2.splat(0)),
      ),
    ]),
  );
  return summing(partial, combine, { rows, C }, [0]);
}

/** x, moments, dy → [2, C]: dγ = Σ dy · x̂ and dβ = Σ dy. */
export function normalizeParameters({ rows, C }: Rows, epsilon: number, emitter: Emitter): Emitted {
  const partial = emitter.func("parameterSums", { rows, C, epsilon }, () =>
    partialSums("parameterSums", ["x", "m", "dy"], { rows, C }, ({ x, m, dy }, declare) => {
      const [mean, inverse, slope, product] = ["mean", "inverse", "dy0", "product"].map((name) =>
        declare("v128", name),
      );
      return {
        begin: (c) => [
          local.set(mean, v128.load(i32.add(m, c))),
          local.set(inverse, inverseDeviation(m, C, c, epsilon)),
        ],
        quantities: (at) => ({
          before: [
            local.set(slope, v128.load(i32.add(dy, at))),
            local.set(product, f32x4.mul(slope, f32x4.mul(f32x4.sub(v128.load(i32.add(x, at)), mean), inverse))),
          ],
          first: [f64x2.promote_low_f32x4(product), promoteHigh(product)],
          second: [f64x2.promote_low_f32x4(slope), promoteHigh(slope)],
        }),
      };
    }),
  );
  const combine = emitter.func("parameterSumsOfAll", { rows, C }, () => combineSums({ rows, C }, () => []));
  return summing(partial, combine, { rows, C }, [0, 1, 2]);
}

/** x, moments, scale, bias → y = (x - μ) · γ / √(σ² + ε) + β */
export function normalize({ rows, C }: Rows, epsilon: number, emitter: Emitter): Emitted {
  const make = () =>
    blocks("normalize", ["x", "m", "scale", "bias"], { rows, C }, ({ x, m, scale, bias, y }, declare) => {
      const [mean, k, β] = ["mean", "k", "b"].map((name) => declare("v128", name));
      return {
        begin: (c) => [
          local.set(mean, v128.load(i32.add(m, c))),
          local.set(k, f32x4.mul(v128.load(i32.add(scale, c)), inverseDeviation(m, C, c, epsilon))),
          local.set(β, v128.load(i32.add(bias, c))),
        ],
        row: (at, lanes) => {
          const value = f32x4.add(f32x4.mul(f32x4.sub(v128.load(i32.add(x, at)), mean), k), β);
          return storeLanes(i32.add(y, at), value, lanes);
        },
      };
    });
  const entry = emitter.func("normalize", { rows, C, epsilon }, make);
  return alone(entry, [0, 1, 2, 3, "output"], { rows, C });
}

/** x, moments, scale, [dγ, dβ], dy → dx = γ / √(σ² + ε) · ( dy - dβ/M - x̂ · dγ/M ) */
export function normalizeInput({ rows, C }: Rows, epsilon: number, emitter: Emitter): Emitted {
  const make = () =>
    blocks("normalizeInput", ["x", "m", "scale", "sums", "dy"], { rows, C }, (p, declare) => {
      const [mean, k, s, b] = ["mean", "k", "s", "b"].map((name) => declare("v128", name));
      const share = f32x4.splat(1 / rows);
      return {
        begin: (c) => [
          local.set(mean, v128.load(i32.add(p.m, c))),
          local.set(k, inverseDeviation(p.m, C, c, epsilon)),
          local.set(s, f32x4.mul(f32x4.mul(v128.load(i32.add(p.sums, c)), share), k)),
          local.set(b, f32x4.mul(v128.load(rowAt(p.sums, 1, C, c)), share)),
          local.set(k, f32x4.mul(v128.load(i32.add(p.scale, c)), k)),
        ],
        row: (at, lanes) => {
          const along = f32x4.mul(f32x4.sub(v128.load(i32.add(p.x, at)), mean), s);
          const rest = f32x4.sub(f32x4.sub(v128.load(i32.add(p.dy, at)), b), along);
          return storeLanes(i32.add(p.y, at), f32x4.mul(rest, k), lanes);
        },
      };
    });
  const entry = emitter.func("normalizeInput", { rows, C, epsilon }, make);
  return alone(entry, [0, 1, 2, 3, 4, "output"], { rows, C });
}

/** 1 / √(σ² + ε) */
function inverseDeviation(m: Local<"i32">, C: number, c: Local<"i32">, epsilon: number): Expr<"v128"> {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(v128.load(rowAt(m, 1, C, c)), f32x4.splat(epsilon))));
}

function alone(entry: Func, operands: readonly Operand[], { rows, C }: Rows): Emitted {
  const stage = { entry, operands, units: rows / blockRows(rows, C) };
  return { stages: [stage], constants: NO_CONSTANTS, scratchBytes: 0 };
}

type Pointers = Readonly<Record<string, Local<"i32">>>;

/** `name(…inputs, y, from, to)`: blocks of rows; the pointers in `parts` lead to the block. */
function blocks(
  name: string,
  inputs: readonly string[],
  { rows, C }: Rows,
  parts: (p: Pointers, declare: Declare) => Parameters<typeof eachChannelOfRows>[3],
): Func {
  const count = blockRows(rows, C);
  const params = Object.fromEntries([...inputs, "y", "from", "to"].map((key) => [key, "i32" as const]));
  return func(name, params, (given, declare) => {
    const { from, to } = given;
    // What has a row per row of x moves from block to block; statistics and parameters stay.
    const moving = ["x", "dy", "y"].filter((key) => key in given);
    const own = Object.fromEntries(moving.map((key) => [key, declare("i32", `${key}Block`)]));
    const start = (key: string) => i32.add(given[key], i32.mul(from, count * C * FLOAT_BYTES));
    return upTo(from, to, [
      ...moving.map((key) => local.set(own[key], start(key))),
      ...eachChannelOfRows(C, count, declare, parts({ ...given, ...own }, declare)),
    ]);
  });
}

type Pair = readonly [low: Expr<"v128">, high: Expr<"v128">];

interface Quantities {
  readonly begin: (c: Local<"i32">) => Statements;
  /** Two float64 quantities of a row, as halves of a vector of channels. */
  readonly quantities: (at: Local<"i32">) => {
    readonly before: Statements;
    readonly first: Pair;
    readonly second: Pair;
  };
}

/** Sums of two quantities over each block of rows, float64 [blocks, 2, C filled up]. */
function partialSums(
  name: string,
  inputs: readonly string[],
  { rows, C }: Rows,
  make: (p: Pointers, declare: Declare) => Quantities,
): Func {
  const count = blockRows(rows, C);
  const sumBytes = paddedChannels(C) * DOUBLE_BYTES;
  const params = Object.fromEntries([...inputs, "sums", "from", "to"].map((key) => [key, "i32" as const]));
  return func(name, params, (given, declare) => {
    const { sums, from, to } = given;
    const moving = ["x", "dy"].filter((key) => key in given);
    const own = Object.fromEntries(moving.map((key) => [key, declare("i32", `${key}Block`)]));
    const totals = ["s0", "s1", "s2", "s3"].map((key) => declare("v128", key));
    const { begin, quantities } = make({ ...given, ...own }, declare);
    const target = declare("i32", "target");
    return upTo(from, to, [
      ...moving.map((key) => local.set(own[key], i32.add(given[key], i32.mul(from, count * C * FLOAT_BYTES)))),
      ...eachChannelOfRows(C, count, declare, {
        begin: (c) => [totals.map((s) => local.set(s, f64x2.splat(0))), ...begin(c)],
        row: (at) => {
          const { before, first, second } = quantities(at);
          return [
            ...before,
            [...first, ...second].map((value, i) => local.set(totals[i], f64x2.add(totals[i], value))),
          ];
        },
        end: (c) => [
          local.set(target, i32.add(i32.add(sums, i32.mul(from, 2 * sumBytes)), i32.shl(c, 1))),
          totals.map((s, i) => v128.store(target, s, Math.floor(i / 2) * sumBytes + (i % 2) * HALF_BYTES)),
        ],
      }),
    ]);
  });
}

/** The sums of all blocks, one after the other, finished and rounded: y [2, C]. A unit is a vector of channels. */
function combineSums({ rows, C }: Rows, finish: (first: Local<"v128">, second: Local<"v128">) => Statements): Func {
  const blockCount = rows / blockRows(rows, C);
  const sumBytes = paddedChannels(C) * DOUBLE_BYTES;
  const params = { sums: "i32", y: "i32", from: "i32", to: "i32" } as const;
  return func("combine", params, ({ sums, y, from, to }, declare) => {
    const totals = ["s0", "s1", "s2", "s3"].map((key) => declare("v128", key));
    const [at, block] = [declare("i32", "at"), declare("i32", "block")];
    const last = vectorsFor(C) - 1;
    const body = (lanes: number): Statements => [
      totals.map((s) => local.set(s, f64x2.splat(0))),
      local.set(at, i32.add(sums, i32.mul(from, 2 * HALF_BYTES))),
      local.set(block, i32.const(0)),
      upTo(block, blockCount, [
        totals.map((s, i) =>
          local.set(s, f64x2.add(s, v128.load(at, Math.floor(i / 2) * sumBytes + (i % 2) * HALF_BYTES))),
        ),
        local.set(at, i32.add(at, 2 * sumBytes)),
      ]),
      finish(totals[0], totals[2]),
      finish(totals[1], totals[3]),
      storeLanes(i32.add(y, i32.mul(from, HALF_BYTES)), joined(totals[0], totals[1]), lanes),
      storeLanes(i32.add(y, i32.mul(from, HALF_BYTES)), joined(totals[2], totals[3]), lanes, C * FLOAT_BYTES),
    ];
    const rest = C % 4;
    return upTo(from, to, rest === 0 ? body(4) : [when(i32.eq(from, last), body(rest), body(4))]);
  });
}

function summing(partial: Func, combine: Func, { rows, C }: Rows, inputs: readonly number[]): Emitted {
  const blockCount = rows / blockRows(rows, C);
  return {
    stages: [
      { entry: partial, operands: [...inputs, "scratch"], units: blockCount },
      { entry: combine, operands: ["scratch", "output"], units: vectorsFor(C) },
    ],
    constants: NO_CONSTANTS,
    scratchBytes: blockCount * 2 * paddedChannels(C) * DOUBLE_BYTES,
  };
}
