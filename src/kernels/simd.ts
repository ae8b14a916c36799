/** @file The SIMD tier: every operation as emitted WebAssembly, and as a kernel that runs it. */
import type { Activation } from "../geometry/activation.ts";
import type { Conv2dGeometry } from "../geometry/conv2d.ts";
import { runAlone } from "../runtime/alone.ts";
import { sizeOf } from "../tensor/shape.ts";
import {
  type EmittedKernel,
  type HostKernel,
  type Kernel,
  type KernelSet,
  type Kernels,
  type Launch,
  specialized,
  type TensorKernel,
  weightless,
} from "./contract/kernels.ts";
import { naive } from "./naive.ts";
import type { FusedActivation } from "./simd/activate.ts";
import { batchNormalization } from "./simd/batchNormalization.ts";
import { binary } from "./simd/binary.ts";
import { conv2d } from "./simd/conv2d.ts";
import { depthwiseConv2d } from "./simd/depthwiseConv2d.ts";
import { activation, clamp, hardSigmoid, unary } from "./simd/elementwise.ts";
import { createEmitter, NOTHING_PACKED } from "./simd/emitter.ts";
import { type Precision, type Sizes, sizesFor } from "./simd/engines.ts";
import { matmul } from "./simd/matmul.ts";
import { averagePool2d, maxPool2d } from "./simd/pool2d.ts";
import { softmax } from "./simd/softmax.ts";

/** A layer of one launch that reads nothing but its inputs. */
function alone(launch: Launch): EmittedKernel {
  return { kind: "emitted", launches: [launch], packed: NOTHING_PACKED, scratchBytes: 0 };
}

/** A gap, on purpose: copying is as fast in plain TypeScript. */
function host(kernel: TensorKernel): HostKernel {
  return { kind: "host", compute: kernel({}) };
}

/** A sigmoid is too long to be fused: it follows as a launch that works on the output in place. */
function withActivation(n: number, f: Activation, make: (f: FusedActivation) => EmittedKernel): EmittedKernel {
  if (f !== "sigmoid") return make(f);
  const summed = make("none");
  return { ...summed, launches: [...summed.launches, unary(n, activation(f), "output")] };
}

function outputSize({ N, OH, OW, O }: Conv2dGeometry): number {
  return N * OH * OW * O;
}

/** What each operation becomes in emitted code. @param sizes default: those that suit this engine */
export function simdKernels(precision: Precision, sizes: Sizes = sizesFor(precision)): KernelSet<Kernel> {
  const emitter = createEmitter(precision, sizes);
  return {
    ...specialized<Kernel>({
      conv2d: (g, f) => withActivation(outputSize(g), f, (own) => conv2d(g, own, emitter)),
      depthwiseConv2d: (g, f) => withActivation(outputSize(g), f, (own) => depthwiseConv2d(g, own, emitter)),
      pointwiseConv2d: (g, f) => {
        const size = { N: g.N * g.H * g.W, I: g.C, O: g.O };
        return withActivation(outputSize(g), f, (own) => matmul(size, own, emitter, g.W));
      },
    }),
    dense: (size, f) => withActivation(size.N * size.O, f, (own) => matmul(size, own, emitter)),
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

/** The tier's kernels, each in its own linear memory. */
export const simd: Kernels = eager(simdKernels("exact"));

/**
 * @param parts in how many parts the work is done, one after the other: the answers are the same bits for any number
 */
export function eager(kernels: KernelSet<Kernel>, parts: number = 1): Kernels {
  const tensorKernel =
    <A extends readonly unknown[]>(op: string, make: (...constants: A) => Kernel) =>
    (...constants: A): TensorKernel => {
      const kernel = make(...constants);
      return kernel.kind === "host" ? weightless(kernel.compute) : runAlone(op, kernel, parts);
    };
  return Object.fromEntries(
    Object.entries(kernels).map(([op, make]) => [op, tensorKernel(op, make)]),
  ) as unknown as Kernels;
}
