/** @file Every tier's kernels as eager operations use them, one at a time. */
import { eager } from "../runtime/eager.ts";
import type { Kernels } from "./contract/kernels.ts";
import { im2col } from "./im2col.ts";
import { naive } from "./naive.ts";
import { simdKernels } from "./simd.ts";
import type { PerTier } from "./tiers.ts";

// On its own, an emitted copy would first have to copy the tensors into its memory and then copy them out again.
const { concat, transpose, pick } = naive;

export const KERNELS: PerTier<Kernels> = {
  naive,
  // A deliberate gap: elementwise operations, softmax, batch normalization and copies contain no matrix product, so a
  // second version in plain TypeScript would be the same loop. im2col takes them from the naive tier.
  im2col: { ...naive, ...im2col },
  simd: { ...eager(simdKernels("exact")), concat, transpose, pick },
};
