/** @file The kernels of alone.ts that have filters: a program that only convolves bundles no others. */
import { eager } from "../runtime/eager.ts";
import type { FilterKernels, TensorKernel } from "./contract/kernels.ts";
import { convolutions as im2col } from "./im2col/convolutions.ts";
import { convolutions as naive } from "./naive/convolutions.ts";
import { convolutions } from "./simd/convolutions.ts";
import { createEmitter } from "./simd/emitter.ts";
import { sizesFor } from "./simd/engines.ts";
import type { PerTier } from "./tiers.ts";

export const CONVOLUTIONS: PerTier<FilterKernels<TensorKernel>> = {
  naive,
  im2col,
  simd: eager(convolutions(createEmitter("exact", sizesFor("exact")))),
};
