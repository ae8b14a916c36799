/** @file The SIMD tier: every operation as emitted WebAssembly, and as a kernel that runs it. */
import type { Activation } from "../geometry/activation.ts";
import type { Conv2dGeometry } from "../geometry/conv2d.ts";
import { outputShape } from "../geometry/window.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type Kernel, type KernelSet, type Kernels, specialized } from "./kernels.ts";
import { naive } from "./naive.ts";
import type { FusedActivation } from "./simd/activate.ts";
import { batchNormalization } from "./simd/batchNormalization.ts";
import { binary } from "./simd/binary.ts";
import { conv2d } from "./simd/conv2d.ts";
import { depthwiseConv2d } from "./simd/depthwiseConv2d.ts";
import { runAlone } from "./simd/eager.ts";
import { activation, clamp, hardSigmoid, unary } from "./simd/elementwise.ts";
import { type Precision, type Sizes, sizesFor } from "./simd/engines.ts";
import { createEmitter, type EmittedKernel, type Launch, NO_CONSTANTS, type SimdKernel } from "./simd/kernel.ts";
import { matmul } from "./simd/matmul.ts";
import { averagePool2d, maxPool2d } from "./simd/pool2d.ts";
import { softmax } from "./simd/softmax.ts";

/** A layer of one launch that reads nothing but its inputs. */
function alone(launch: Launch): EmittedKernel {
  return { launches: [launch], constants: NO_CONSTANTS, scratchBytes: 0 };
}

/** A sigmoid is too long to be fused: it follows as a launch that works on the output in place. */
function withActivation(n: number, f: Activation, make: (f: FusedActivation) => EmittedKernel): EmittedKernel {
  if (f !== "sigmoid") return make(f);
  const summed = make("none");
  return { ...summed, launches: [...summed.launches, unary(n, activation(f), "output")] };
}

function outputSize(g: Conv2dGeometry): number {
  return sizeOf(outputShape(g));
}

/** What each operation becomes in emitted code. @param sizes default: those that suit this engine */
export function simdKernels(precision: Precision, sizes: Sizes = sizesFor(precision)): KernelSet<SimdKernel> {
  const emitter = createEmitter(precision, sizes);
  return {
    ...specialized<SimdKernel>({
      conv2d: (g, w, b, f) => withActivation(outputSize(g), f, (own) => conv2d(g, w, b, own, emitter)),
      depthwiseConv2d: (g, w, b, f) =>
        withActivation(outputSize(g), f, (own) => depthwiseConv2d(g, w, b, own, emitter)),
      pointwiseConv2d: (g, w, b, f) =>
        withActivation(outputSize(g), f, (own) => matmul(g.N * g.H * g.W, w, b, own, emitter, g.W)),
    }),
    dense: (rows, w, b, f) => withActivation(rows * w.shape[1], f, (own) => matmul(rows, w, b, own, emitter)),
    maxPool2d,
    averagePool2d,
    globalAveragePool2d: (g) => averagePool2d(g, false),
    batchNormalization: (shape, parameters) => {
      return batchNormalization(sizeOf(shape) / parameters.mean.shape[0], parameters);
    },
    activation: (shape, f) => alone(unary(sizeOf(shape), activation(f))),
    hardSigmoid: (shape, alpha, beta) => alone(unary(sizeOf(shape), hardSigmoid(alpha, beta))),
    clamp: (shape, minValue, maxValue) => alone(unary(sizeOf(shape), clamp(minValue, maxValue))),
    softmax,
    add: (...shapes) => alone(binary("add", shapes)),
    mul: (...shapes) => alone(binary("mul", shapes)),
    // A gap, on purpose: these only copy, which plain TypeScript does as fast.
    pad: (before, value) => ({ host: naive.pad(before, value) }),
    concat: (axis) => ({ host: naive.concat(axis) }),
    transpose: (permutation) => ({ host: naive.transpose(permutation) }),
  };
}

/** The tier's kernels, each in its own linear memory. */
export const simd: Kernels = eager(simdKernels("exact"));

/**
 * @param parts in how many parts the work is done, one after the other: the answers are the same bits for any number
 */
export function eager(kernels: KernelSet<SimdKernel>, parts: number = 1): Kernels {
  const kernel =
    <A extends readonly unknown[]>(op: string, make: (...constants: A) => SimdKernel) =>
    (...constants: A): Kernel => {
      const kernel = make(...constants);
      return "host" in kernel ? kernel.host : runAlone(op, kernel, parts);
    };
  return Object.fromEntries(Object.entries(kernels).map(([op, make]) => [op, kernel(op, make)])) as unknown as Kernels;
}
