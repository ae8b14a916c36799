/** Kernels of emitted code beside the naive ones, however the work is cut. */
import { expect } from "vitest";
import { random, randomTensor, Tensor } from "../../src/index.ts";
import type { Kernels, TensorKernel } from "../../src/kernels/contract/kernels.ts";
import { naive } from "../../src/kernels/naive.ts";
import { simdKernels } from "../../src/kernels/simd.ts";
import { eager } from "../../src/runtime/eager.ts";
import type { Shape } from "../../src/tensor/shape.ts";

const WAYS = [1, 2, 3, 7].map((parts) => ({ parts, kernels: eager(simdKernels("exact"), parts) as Kernels }));

/** The results of a kernel in every way, and the naive tier's; before, the outputs are full of NaN. */
export function results(
  inputs: readonly Shape[],
  outputShape: Shape,
  kernelOf: (kernels: Kernels) => TensorKernel,
  fill: (shape: Shape, seed: number) => Tensor = (shape, seed) => randomTensor(shape, random(seed)),
): { readonly expected: Float32Array; readonly actual: readonly Float32Array[] } {
  const xs = inputs.map(fill);
  const run = (kernels: Kernels): Float32Array => {
    const y = new Tensor(new Float32Array(outputShape.reduce((a, b) => a * b, 1)).fill(Number.NaN), outputShape);
    kernelOf(kernels)({})(xs, y);
    return y.data;
  };
  return { expected: run(naive), actual: WAYS.map(({ kernels }) => run(kernels)) };
}

/** Every element is written, and what the naive tier gives, to the last bit. */
export function expectSame(...args: Parameters<typeof results>): void {
  const { expected, actual } = results(...args);
  expect(expected.every((value) => !Number.isNaN(value))).toBe(true);
  for (const one of actual) expect(one).toEqual(expected);
}
