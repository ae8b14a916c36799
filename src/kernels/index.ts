/** @file The tiers of kernels, and how one is chosen. */
import { oneOf } from "../tensor/errors.ts";
import { im2col } from "./im2col.ts";
import type { Kernels } from "./kernels.ts";
import { naive } from "./naive.ts";

/** The tiers that exist, slowest first. Every table of cases in the tests runs over this list. */
export const TIERS = ["naive", "im2col"] as const;
export type Tier = (typeof TIERS)[number];

/** A tier by name, or "auto" for the fastest one here. */
export type Backend = Tier | "auto";

const kernels: Record<Tier, Kernels> = {
  naive,
  // A gap, on purpose: elementwise operations have no sum to reorder, so a second version in plain TypeScript would be
  // the same loop again. im2col takes them from the naive tier.
  im2col: { ...naive, ...im2col },
};

/** @throws ShapeError for a name that no tier has */
export function chooseTier(op: string, backend: Backend = "auto"): { readonly tier: Tier; readonly kernels: Kernels } {
  const choice = oneOf(op, "backend", backend, [...TIERS, "auto"]);
  const tier = choice === "auto" ? TIERS[TIERS.length - 1] : choice;
  return { tier, kernels: kernels[tier] };
}
