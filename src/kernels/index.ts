/** @file The tiers of kernels, and how one is chosen. */
import { oneOf } from "../tensor/errors.ts";
import { im2col } from "./im2col.ts";
import type { Kernels } from "./kernels.ts";
import { naive } from "./naive.ts";
import { hasSimd } from "./simd/engines.ts";
import { canAllocate, NO_ADDRESS_SPACE } from "./simd/memory.ts";
import { simd } from "./simd.ts";

/** The tiers that exist, slowest first. Every table of cases in the tests runs over this list. */
export const TIERS = ["naive", "im2col", "simd"] as const;
export type Tier = (typeof TIERS)[number];

/** A tier by name, or "auto" for the fastest one here. */
export type Backend = Tier | "auto";

const kernels: Record<Tier, Kernels> = {
  naive,
  // A gap, on purpose: elementwise operations, softmax, batch normalization and copies have no matrix product in them,
  // so a second version in plain TypeScript would be the same loop again. im2col takes them from the naive tier.
  im2col: { ...naive, ...im2col },
  simd,
};

/** What the process has, each asked once. */
const here: { simd?: boolean; room?: boolean } = {};

/**
 * The tier that is meant. Where the engine has no SIMD, im2col stands in for it, and where "auto" is meant also if the
 * process has no room for a WebAssembly memory; a warning says so.
 *
 * @throws ShapeError for a name that no tier has
 */
export function chooseTier(op: string, backend: Backend = "auto"): { readonly tier: Tier; readonly kernels: Kernels } {
  const choice = oneOf(op, "backend", backend, [...TIERS, "auto"]);
  let tier = choice === "auto" ? TIERS[TIERS.length - 1] : choice;
  if (tier === "simd") {
    here.simd ??= hasSimd() || warned("this engine has no WebAssembly SIMD");
    if (choice === "auto" && here.simd)
      here.room ??= canAllocate() || warned(`no WebAssembly memory: ${NO_ADDRESS_SPACE}`);
    if (!here.simd || (choice === "auto" && here.room === false)) tier = "im2col";
  }
  return { tier, kernels: kernels[tier] };
}

function warned(reason: string): false {
  console.warn(`separable: ${reason}; im2col computes instead`);
  return false;
}
