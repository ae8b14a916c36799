/** @file The SIMD tier: every operation as emitted WebAssembly, except those that networks spend no time in. */
import { sizeOf } from "../tensor/shape.ts";
import { type EmittedKernel, hosted, type Kernel, type KernelSet, type Launch } from "./contract/kernels.ts";
import { naive } from "./naive.ts";
import { batchMatmul } from "./simd/batchMatmul.ts";
import { batchNormalization } from "./simd/batchNormalization.ts";
import { binary } from "./simd/binary.ts";
import { convolutions } from "./simd/convolutions.ts";
import { convTranspose2d } from "./simd/convTranspose2d.ts";
import { unary } from "./simd/elementwise.ts";
import { createEmitter } from "./simd/emitter.ts";
import { type Precision, type Sizes, sizesFor } from "./simd/engines.ts";
import { formulaOf } from "./simd/functions.ts";
import { interpolate2d } from "./simd/interpolate2d.ts";
import { layerNormalization } from "./simd/layerNormalization.ts";
import { averagePool2d, maxPool2d } from "./simd/pool2d.ts";
import { prelu } from "./simd/prelu.ts";
import { concat, pick, transpose } from "./simd/rearrange.ts";
import { argMax, reduce } from "./simd/reduce.ts";
import { softmax } from "./simd/softmax.ts";

/** A kernel of one launch that reads nothing but its inputs. */
function alone(launch: Launch): EmittedKernel {
  return { kind: "emitted", launches: [launch] };
}

/** The kernel of each operation. @param sizes default: those that suit this engine */
export function simdKernels(precision: Precision, sizes: Sizes = sizesFor(precision)): KernelSet<Kernel> {
  const emitter = createEmitter(precision, sizes);
  const forward = convolutions(emitter);
  return {
    ...forward,
    convTranspose2d: (g, f) => convTranspose2d(g, f, forward, emitter),
    maxPool2d,
    averagePool2d,
    globalAveragePool2d: (g) => averagePool2d(g, false),
    batchNormalization: (shape, epsilon) => {
      const C = shape[shape.length - 1];
      return batchNormalization(sizeOf(shape) / C, C, epsilon);
    },
    elementwise: (shape, f) => {
      const formula = formulaOf(f);
      return formula === null ? hosted(naive.elementwise(shape, f)) : alone(unary(sizeOf(shape), formula));
    },
    prelu: (shape) => {
      const C = shape[shape.length - 1];
      return prelu(sizeOf(shape) / C, C);
    },
    layerNormalization: (shape, n, epsilon) => layerNormalization(sizeOf(shape) / n, n, epsilon),
    matmul: (a, b, output) => batchMatmul(a, b, output, emitter),
    softmax,
    binary: (op, ...shapes) => alone(binary(op, shapes)),
    reduce: (f, shape, axes) => reduce(f, shape, axes) ?? hosted(naive.reduce(f, shape, axes)),
    argMax,
    pick: (shape, picks) => pick(shape, picks, emitter) ?? hosted(naive.pick(shape, picks)),
    interpolate2d: (shape, rows, columns) => interpolate2d(shape, rows, columns, emitter),
    concat: (shapes, axis) => concat(shapes, axis, emitter),
    transpose: (shape, permutation) => transpose(shape, permutation, emitter),
    // A deliberate gap: networks spend no time in it.
    pad: (before, value) => hosted(naive.pad(before, value)),
  };
}
