/** @file Batch norm in training, as in ../naive/batchNormalization.ts: two sums, then a linear function per channel. */

import type { Declare } from "../../../wasm/control.ts";
import type { Expr, Func, Local } from "../../../wasm/expression.ts";
import { f32x4, f64x2, local, v128 } from "../../../wasm/instructions.ts";
import { add, item } from "../../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../../wasm/sizes.ts";
import type { EmittedKernel, Operand } from "../../contract/kernels.ts";
import { promoteHigh } from "../elementwise.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { upTo } from "../loops.ts";
import { storeLanes } from "../vectors.ts";
import { combineSums, partialSums, sumsKernel } from "./channelSums.ts";
import { blockRows, eachChannelOfRows, type Pointers, type Rows, rowAt } from "./channels.ts";

interface Normalization extends Rows {
  readonly epsilon: number;
}

/** x → [2, C]: mean and variance. */
export function moments(size: Rows, emitter: Emitter): EmittedKernel {
  return sumsKernel(emitter.func(partialMoments, size), emitter.func(combinedMoments, size), size, [0]);
}

/** Σ x and Σ x² of each block. */
function partialMoments(size: Rows): Func {
  return partialSums("moments", ["x"], size, ({ x }, declare) => {
    const [low, high] = declare.v128("low", "high");
    return {
      begin: () => [],
      quantities: (at) => ({
        before: [
          local.set(high, v128.load(add(x, at))),
          local.set(low, f64x2.promote_low_f32x4(high)),
          local.set(high, promoteHigh(high)),
        ],
        first: [low, high],
        second: [f64x2.mul(low, low), f64x2.mul(high, high)],
      }),
    };
  });
}

function combinedMoments(size: Rows): Func {
  const count = f64x2.splat(size.rows);
  return combineSums(size, (first, second) => [
    local.set(first, f64x2.div(first, count)),
    local.set(
      second, // E[x²] - E[x]², never below 0
      f64x2.max(f64x2.sub(f64x2.div(second, count), f64x2.mul(first, first)), f64x2.splat(0)),
    ),
  ]);
}

/** x, moments, dy → [2, C]: dγ = Σ dy · x̂ and dβ = Σ dy. */
export function normalizeParameters(size: Normalization, emitter: Emitter): EmittedKernel {
  const { rows, C } = size;
  const [partial, combine] = [emitter.func(partialParameters, size), emitter.func(combinedParameters, { rows, C })];
  return sumsKernel(partial, combine, size, [0, 1, 2]);
}

function partialParameters({ rows, C, epsilon }: Normalization): Func {
  return partialSums("parameterSums", ["x", "m", "dy"], { rows, C }, ({ x, m, dy }, declare) => {
    const [mean, inverse, slope, product] = declare.v128("mean", "inverse", "slope", "product");
    return {
      begin: (c) => [local.set(mean, v128.load(add(m, c))), local.set(inverse, inverseDeviation(m, C, c, epsilon))],
      quantities: (at) => ({
        before: [
          local.set(slope, v128.load(add(dy, at))),
          local.set(product, f32x4.mul(slope, f32x4.mul(f32x4.sub(v128.load(add(x, at)), mean), inverse))),
        ],
        first: [f64x2.promote_low_f32x4(product), promoteHigh(product)],
        second: [f64x2.promote_low_f32x4(slope), promoteHigh(slope)],
      }),
    };
  });
}

function combinedParameters(size: Rows): Func {
  return combineSums(size, () => []);
}

/** x, moments, scale, bias → y = (x - μ) · γ / √(σ² + ε) + β */
export function normalize(size: Normalization, emitter: Emitter): EmittedKernel {
  return alone(emitter.func(normalizeBlocks, size), [0, 1, 2, 3, "output"], size);
}

function normalizeBlocks({ rows, C, epsilon }: Normalization): Func {
  return blocks("normalize", ["x", "m", "scale", "bias"], { rows, C }, ({ x, m, scale, bias, y }, declare) => {
    const [mean, k, β] = declare.v128("mean", "k", "β");
    return {
      begin: (c) => [
        local.set(mean, v128.load(add(m, c))),
        local.set(k, f32x4.mul(v128.load(add(scale, c)), inverseDeviation(m, C, c, epsilon))),
        local.set(β, v128.load(add(bias, c))),
      ],
      row: (at, lanes) => {
        const value = f32x4.add(f32x4.mul(f32x4.sub(v128.load(add(x, at)), mean), k), β);
        return storeLanes(add(y, at), value, lanes);
      },
    };
  });
}

/** x, moments, scale, [dγ, dβ], dy → dx = γ / √(σ² + ε) · ( dy - dβ/M - x̂ · dγ/M ) */
export function normalizeInput(size: Normalization, emitter: Emitter): EmittedKernel {
  return alone(emitter.func(normalizeInputBlocks, size), [0, 1, 2, 3, 4, "output"], size);
}

function normalizeInputBlocks({ rows, C, epsilon }: Normalization): Func {
  return blocks("normalizeInput", ["x", "m", "scale", "sums", "dy"], { rows, C }, (p, declare) => {
    const [mean, k, s, b] = declare.v128("mean", "k", "s", "b");
    const share = f32x4.splat(1 / rows);
    return {
      begin: (c) => [
        local.set(mean, v128.load(add(p.m, c))),
        local.set(k, inverseDeviation(p.m, C, c, epsilon)),
        local.set(s, f32x4.mul(f32x4.mul(v128.load(add(p.sums, c)), share), k)),
        local.set(b, f32x4.mul(v128.load(rowAt(p.sums, 1, C, c)), share)),
        local.set(k, f32x4.mul(v128.load(add(p.scale, c)), k)),
      ],
      row: (at, lanes) => {
        const along = f32x4.mul(f32x4.sub(v128.load(add(p.x, at)), mean), s);
        const rest = f32x4.sub(f32x4.sub(v128.load(add(p.dy, at)), b), along);
        return storeLanes(add(p.y, at), f32x4.mul(rest, k), lanes);
      },
    };
  });
}

/** 1 / √(σ² + ε) */
function inverseDeviation(m: Local<"i32">, C: number, c: Local<"i32">, epsilon: number): Expr<"v128"> {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(v128.load(rowAt(m, 1, C, c)), f32x4.splat(epsilon))));
}

function alone(func: Func, operands: readonly Operand[], { rows, C }: Rows): EmittedKernel {
  const launch = { func: func, operands, units: rows / blockRows(rows, C) };
  return { kind: "emitted", launches: [launch] };
}

/** `name(…inputs, y, from, to)`: blocks of rows; the pointers in `parts` lead to the block. */
function blocks(
  name: string,
  inputs: readonly string[],
  { rows, C }: Rows,
  parts: (p: Pointers, declare: Declare) => Parameters<typeof eachChannelOfRows>[3],
): Func {
  const count = blockRows(rows, C);
  return launchFunc(name, [...inputs, "y"], (given, declare) => {
    const { from, to } = given;
    // Operands with one row per row of x move from block to block; statistics and parameters stay.
    const moving = ["x", "dy", "y"].filter((key) => key in given);
    const own = Object.fromEntries(moving.map((key) => [key, declare("i32", `${key}Block`)]));
    return upTo(from, to, [
      moving.map((key) => local.set(own[key], item(given[key], from, count * C * FLOAT_BYTES))),
      eachChannelOfRows(C, count, declare, parts({ ...given, ...own }, declare)),
    ]);
  });
}
