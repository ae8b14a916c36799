/** @file The SIMD tier: every operation as emitted WebAssembly, except those that only copy. */
import { sizeOf } from "../tensor/shape.ts";
import { type EmittedKernel, hosted, type Kernel, type KernelSet, type Launch } from "./contract/kernels.ts";
import { naive } from "./naive.ts";
import { batchNormalization } from "./simd/batchNormalization.ts";
import { binary } from "./simd/binary.ts";
import { convolutions } from "./simd/convolutions.ts";
import { activation, clamp, hardSigmoid, unary } from "./simd/elementwise.ts";
import { createEmitter } from "./simd/emitter.ts";
import { type Precision, type Sizes, sizesFor } from "./simd/engines.ts";
import { averagePool2d, maxPool2d } from "./simd/pool2d.ts";
import { softmax } from "./simd/softmax.ts";

/** A kernel of one launch that reads nothing but its inputs. */
function alone(launch: Launch): EmittedKernel {
  return { kind: "emitted", launches: [launch] };
}

/** The kernel of each operation. @param sizes default: those that suit this engine */
export function simdKernels(precision: Precision, sizes: Sizes = sizesFor(precision)): KernelSet<Kernel> {
  const emitter = createEmitter(precision, sizes);
  return {
    ...convolutions(emitter),
    maxPool2d,
    averagePool2d,
    globalAveragePool2d: (g) => averagePool2d(g, false),
    batchNormalization: (shape, epsilon) => {
      const C = shape[shape.length - 1];
      return batchNormalization(sizeOf(shape) / C, C, epsilon);
    },
    activation: (shape, f) => alone(unary(sizeOf(shape), activation(f))),
    hardSigmoid: (shape, alpha, beta) => alone(unary(sizeOf(shape), hardSigmoid(alpha, beta))),
    clamp: (shape, minValue, maxValue) => alone(unary(sizeOf(shape), clamp(minValue, maxValue))),
    softmax,
    add: (...shapes) => alone(binary("add", shapes)),
    mul: (...shapes) => alone(binary("mul", shapes)),
    // Gaps, on purpose: copying is as fast in plain TypeScript.
    pad: (before, value) => hosted(naive.pad(before, value)),
    concat: (axis) => hosted(naive.concat(axis)),
    transpose: (permutation) => hosted(naive.transpose(permutation)),
  };
}
