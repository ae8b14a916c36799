/** @file The SIMD tier: every operation as emitted WebAssembly, except those that only copy. */
import { sizeOf } from "../tensor/shape.ts";
import type { EmittedKernel, HostKernel, Kernel, KernelSet, Launch, TensorKernel } from "./contract/kernels.ts";
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

/** A gap, on purpose: copying is as fast in plain TypeScript. */
function host(kernel: TensorKernel): HostKernel {
  return { kind: "host", compute: kernel({}) };
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
    pad: (before, value) => host(naive.pad(before, value)),
    concat: (axis) => host(naive.concat(axis)),
    transpose: (permutation) => host(naive.transpose(permutation)),
  };
}
