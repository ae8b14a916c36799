/** @file The tiers whose kernels can run alone. Sessions take theirs from session/tiers.ts. */
import { canAllocate, NO_ADDRESS_SPACE } from "../runtime/memory.ts";
import type { Kernels } from "./contract/kernels.ts";
import { im2col } from "./im2col.ts";
import { naive } from "./naive.ts";
import { hasSimd } from "./simd/engines.ts";
import { simd } from "./simd.ts";
import { choose, type KernelTier } from "./tier.ts";

/** The tiers that exist, slowest first. Every table of cases in the tests runs over this list. */
export const TIERS = ["naive", "im2col", "simd"] as const;
export type TierName = (typeof TIERS)[number];

/** A tier by name, or "auto" for the fastest one here. */
export type Backend = TierName | "auto";

/** What the process has, each asked once. */
const here: { simd?: boolean; memory?: boolean } = {};

function simdObstacle(isChosen: boolean): string | null {
  here.simd ??= hasSimd();
  if (!here.simd) return "this engine has no WebAssembly SIMD";
  if (isChosen) return null;
  here.memory ??= canAllocate();
  return here.memory ? null : `no WebAssembly memory: ${NO_ADDRESS_SPACE}`;
}

export const KERNEL_TIERS: { readonly [Name in TierName]: KernelTier<Name> } = {
  naive: { name: "naive", kernels: naive },
  // A gap, on purpose: elementwise operations, softmax, batch normalization and copies have no matrix product in them,
  // so a second version in plain TypeScript would be the same loop again. im2col takes them from the naive tier.
  im2col: { name: "im2col", kernels: { ...naive, ...im2col } },
  simd: { name: "simd", kernels: simd, obstacle: simdObstacle },
};

/** The kernels that are meant. @throws ShapeError for a name that no tier has */
export function chooseKernels(op: string, backend?: Backend): Kernels {
  return choose(op, backend, Object.values(KERNEL_TIERS)).kernels;
}
