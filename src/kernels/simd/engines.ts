/** @file Feature detection with tiny modules, and tile sizes that suit each engine's compiler. */
import { func } from "../../wasm/control.ts";
import type { Expr } from "../../wasm/expression.ts";
import { f32x4, v128 } from "../../wasm/instructions.ts";
import { encodeModule } from "../../wasm/module.ts";

/** How products and sums are rounded: separately, or together if the engine has an instruction for it. */
export const PRECISIONS = ["exact", "fast"] as const;
/** How sums are rounded: see `SessionOptions.precision`. */
export type Precision = (typeof PRECISIONS)[number];

/** Whether the engine supports 128-bit SIMD. */
export function hasSimd(): boolean {
  return validates((v) => f32x4.add(v, v));
}

/** Whether it supports relaxed SIMD: product and sum in one instruction. */
export function hasRelaxedSimd(): boolean {
  return validates((v) => f32x4.relaxed_madd(v, v, v));
}

/** Accumulators that a tile should have, and the most it may have, so that they stay in registers. */
export type Accumulators = readonly [preferred: number, max: number];

/** How much the kernels hold in registers. The bits of a result do not depend on it. */
export interface Sizes {
  /** For the tiles of matrix products. */
  readonly accumulators: Accumulators;
  /** Vectors of a tile's row: the width of the filter's panels. */
  readonly panelVectors: number;
  /** Vectors of channels that a depthwise convolution computes together. */
  readonly channelVectors: number;
}

/**
 * Kinds of engines whose compilers prefer different sizes: those of Node 20 and 22, and those of Node 24 and
 * newer.
 */
export const ENGINES = ["node-20", "node-24"] as const;
/** The engines that emitted code has tile sizes for: Node 20 and 22, or newer ones. */
export type Engine = (typeof ENGINES)[number];

/** The kind of this engine, detected by a feature: V8 has had Float16Array since Node 24. */
export function engineHere(): Engine {
  return hasRelaxedSimd() && "Float16Array" in globalThis ? "node-24" : "node-20";
}

/** Sizes that suit an engine's compiler; docs/08-simd.md has the figures. */
export function sizesFor(precision: Precision, engine: Engine = engineHere()): Sizes {
  if (engine === "node-20") {
    return { accumulators: precision === "fast" ? [8, 8] : [6, 8], panelVectors: 2, channelVectors: 1 };
  }
  if (precision === "fast") return { accumulators: [12, 12], panelVectors: 2, channelVectors: 2 };
  return { accumulators: [8, 8], panelVectors: 4, channelVectors: 2 };
}

function validates(use: (v: Expr<"v128">) => Expr<"v128">): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const probe = func("probe", { x: "i32" }, ({ x }) => [v128.store(x, use(v128.load(x)))]);
  return WebAssembly.validate(encodeModule({ probe }, { pages: 1, shared: false }));
}
