/** @file What the engine we run in can do, asked of it with a module of a few bytes. */
import { func } from "../../wasm/control.ts";
import type { Expr } from "../../wasm/instruction.ts";
import { f32x4, v128 } from "../../wasm/instructions.ts";
import { encodeModule } from "../../wasm/module.ts";
import type { Heights } from "./tile.ts";

/** How products and sums are rounded: each by itself, or together where the engine has an instruction for it. */
export const PRECISIONS = ["exact", "fast"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Whether the engine knows 128-bit SIMD. */
export function hasSimd(): boolean {
  return validates((v) => f32x4.add(v, v));
}

/** Whether it knows relaxed SIMD: product and sum in one instruction. */
export function hasRelaxedSimd(): boolean {
  return validates((v) => f32x4.relaxed_madd(v, v, v));
}

/**
 * Heights of tiles that this engine's compiler makes the best of: on Node 20 three rows are 8 % faster than four, on Node 24 and
 * 26 four are 8 % faster than three, with `relaxed_madd` six. Which of them it is shows in what it knows.
 */
export function tileHeights(precision: Precision): Heights {
  if (precision === "fast") return [6, 5];
  return hasRelaxedSimd() ? [4, 3] : [3, 4];
}

function validates(use: (v: Expr<"v128">) => Expr<"v128">): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const probe = func("probe", { x: "i32" }, ({ x }) => [v128.store(x, use(v128.load(x)))]);
  return WebAssembly.validate(encodeModule({ probe }, { pages: 1, shared: false }));
}
