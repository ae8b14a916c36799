/** The gradients of every tier as functions of tensors. */
import { Tensor } from "../../src/index.ts";
import type { Gradients, TrainingKernels } from "../../src/kernels/contract/gradients.ts";
import type { Compute, Kernel, LayerWeights, TensorKernel } from "../../src/kernels/contract/kernels.ts";
import { im2colTraining } from "../../src/kernels/gradients/im2col.ts";
import { naiveTraining } from "../../src/kernels/gradients/naive.ts";
import { simdTraining } from "../../src/kernels/gradients/simd.ts";
import { runAlone } from "../../src/runtime/alone.ts";
import { ALL_SIZES } from "./sizes.ts";

type Run = (inputs: readonly Tensor[], shape: readonly number[]) => Tensor;

/** A tier; `run` computes what `pick` picks from it. */
interface Tier {
  readonly name: string;
  run(pick: <K>(gradients: Gradients<K>) => K, weights?: LayerWeights): Run;
}

const fresh =
  (compute: Compute): Run =>
  (inputs, shape) => {
    const output = Tensor.zeros(shape);
    output.data.fill(Number.NaN); // every element is to be written
    compute(inputs, output);
    return output;
  };

const inParts = (kernel: Kernel, parts: number): TensorKernel =>
  kernel.kind === "host" ? () => kernel.compute : runAlone("test", kernel, parts);

const tensorTier = (name: string, { gradients }: TrainingKernels<TensorKernel>): Tier => ({
  name,
  run: (pick, weights = {}) => fresh(pick(gradients)(weights)),
});

export const naive: Tier = tensorTier("naive", naiveTraining);

/**
 * All but the naive one, the SIMD tier with its work cut into one, two and three parts and in the sizes of every
 * engine.
 */
export const FAST: readonly Tier[] = [
  tensorTier("im2col", im2colTraining),
  ...ALL_SIZES.map(({ name, sizes }, i): Tier => {
    const { gradients } = simdTraining("exact", sizes);
    return {
      name: `simd, ${name}, in ${i + 1}`,
      run: (pick, weights = {}) => fresh(inParts(pick(gradients), i + 1)(weights)),
    };
  }),
];
