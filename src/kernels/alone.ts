/** @file The kernels of every tier as eager operations use them, each alone. */
import { eager } from "../runtime/eager.ts";
import type { Kernels } from "./contract/kernels.ts";
import { im2col } from "./im2col.ts";
import { naive } from "./naive.ts";
import { simdKernels } from "./simd.ts";
import type { PerTier } from "./tiers.ts";

// Alone, a copy in the memory of emitted code would begin and end with copies of the tensors into it and out of it.
const { concat, transpose, pick } = naive;

export const KERNELS: PerTier<Kernels> = {
  naive,
  // A gap, on purpose: elementwise operations, softmax, batch normalization and copies have no matrix product in them,
  // so a second version in plain TypeScript would be the same loop again. im2col takes them from the naive tier.
  im2col: { ...naive, ...im2col },
  simd: { ...eager(simdKernels("exact")), concat, transpose, pick },
};
