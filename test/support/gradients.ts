/** The gradients of every tier as functions of tensors. */
import { Tensor } from "../../src/index.ts";
import type { Kernel } from "../../src/kernels/kernels.ts";
import { runAlone } from "../../src/kernels/simd/eager.ts";
import type { SimdKernel } from "../../src/kernels/simd/kernel.ts";
import type { Gradients } from "../../src/train/gradients.ts";
import { im2colTraining } from "../../src/train/im2col.ts";
import { naiveTraining } from "../../src/train/naive.ts";
import { simdTraining } from "../../src/train/simd.ts";
import { ALL_SIZES } from "./sizes.ts";

type Run = (inputs: readonly Tensor[], shape: readonly number[]) => Tensor;

/** A tier; `run` computes what `pick` picks from it. */
interface Tier {
  readonly name: string;
  run(pick: <K>(gradients: Gradients<K>) => K): Run;
}

const fresh =
  (kernel: Kernel): Run =>
  (inputs, shape) => {
    const output = Tensor.zeros(shape);
    output.data.fill(Number.NaN); // every element is to be written
    kernel(inputs, output);
    return output;
  };

const kernelOf = (kernel: SimdKernel, parts: number): Kernel =>
  "host" in kernel ? kernel.host : runAlone("test", kernel, parts);

export const naive: Tier = { name: "naive", run: (pick) => fresh(pick(naiveTraining.gradients)) };

/**
 * All but the naive one, the SIMD tier with its work cut into one, two and three parts and in the sizes of every
 * engine.
 */
export const FAST: readonly Tier[] = [
  { name: "im2col", run: (pick) => fresh(pick(im2colTraining.gradients)) },
  ...ALL_SIZES.map(({ name, sizes }, i) => {
    const { gradients } = simdTraining("exact", sizes);
    const run: Tier["run"] = (pick) => fresh(kernelOf(pick(gradients), i + 1));
    return { name: `simd, ${name}, in ${i + 1}`, run };
  }),
];
