/** @file Training on the SIMD tier: every gradient that a network spends time on as emitted WebAssembly. */

import { type Conv2dGeometry, isDepthwise } from "../geometry/conv2d.ts";
import type { Pool2dGeometry } from "../geometry/pool2d.ts";
import type { KernelSet } from "../kernels/kernels.ts";
import { type Precision, type Sizes, sizesFor } from "../kernels/simd/engines.ts";
import { createEmitter, type EmittedKernel, type Emitter, type SimdKernel } from "../kernels/simd/kernel.ts";
import { simdKernels } from "../kernels/simd.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TrainingKernels } from "./gradients.ts";
import { flippedFilter, inputGradientOf } from "./inputGradient.ts";
import { naiveTraining } from "./naive.ts";
import { activationGradient } from "./simd/activation.ts";
import { moments, normalize, normalizeInput, normalizeParameters } from "./simd/batchNormalization.ts";
import { depthwiseFilter } from "./simd/depthwiseFilterGradient.ts";
import { conv2dFilter } from "./simd/filterGradient.ts";
import { globalAveragePoolGradient } from "./simd/globalPool.ts";
import { afterSpread } from "./simd/spread.ts";

/**
 * The tier's training kernels; functions of one geometry are made once.
 *
 * @param sizes default: those that suit this engine
 */
export function simdTraining(precision: Precision, sizes: Sizes = sizesFor(precision)): TrainingKernels<SimdKernel> {
  const emitter = createEmitter(precision, sizes);
  const forward = simdKernels(precision, sizes);
  const { gradients } = naiveTraining;
  const rowsOf = (shape: Shape) => ({ rows: sizeOf(shape.slice(0, -1)), C: shape[shape.length - 1] });
  return {
    forward,
    gradients: {
      conv2dInput: (g, w) => conv2dInput(g, w, forward, emitter),
      conv2dFilter: (g) => (isDepthwise(g) && g.O === g.C ? depthwiseFilter(g, emitter) : conv2dFilter(g, emitter)),
      moments: (shape) => moments(rowsOf(shape), emitter),
      normalize: (shape, epsilon) => normalize(rowsOf(shape), epsilon, emitter),
      normalizeParameters: (shape, epsilon) => normalizeParameters(rowsOf(shape), epsilon, emitter),
      normalizeInput: (shape, epsilon) => normalizeInput(rowsOf(shape), epsilon, emitter),
      activation: (shape, f) =>
        f === "sigmoid" ? { host: gradients.activation(shape, f) } : activationGradient(sizeOf(shape), f, emitter),
      // Gaps, on purpose: what follows is little work or rare in a MobileNet, and plain TypeScript does it.
      bias: (shape) => ({ host: gradients.bias(shape) }),
      maxPool2d: (g) => ({ host: gradients.maxPool2d(g) }),
      averagePool2d: (g, countIncludePad) =>
        isGlobal(g) ? globalAveragePoolGradient(g, emitter) : { host: gradients.averagePool2d(g, countIncludePad) },
      softmax: (shape) => ({ host: gradients.softmax(shape) }),
      crossEntropy: () => ({ host: gradients.crossEntropy() }),
      crossEntropyInput: () => ({ host: gradients.crossEntropyInput() }),
      broadcast: (shape, output) => ({ host: gradients.broadcast(shape, output) }),
      slice: (begin, shape) => ({ host: gradients.slice(begin, shape) }),
    },
  };
}

/** Whether one window covers the image and nothing else. */
function isGlobal({ H, W, KH, KW, OH, OW, dilationH, dilationW, padTop, padLeft, ...rest }: Pool2dGeometry): boolean {
  const isWhole = KH === H && KW === W && dilationH * dilationW === 1;
  return isWhole && OH * OW === 1 && padTop + padLeft + rest.padBottom + rest.padRight === 0;
}

function conv2dInput(g: Conv2dGeometry, w: Tensor, forward: KernelSet<SimdKernel>, emitter: Emitter): SimdKernel {
  const { geometry, spread } = inputGradientOf(g);
  const filter = flippedFilter(g, w);
  const layer =
    geometry.KH * geometry.KW * geometry.G === 1
      ? forward.pointwiseConv2d(geometry, filter.reshape([geometry.C, geometry.O]), null, "none")
      : forward.conv2d(geometry, filter, null, "none");
  if ("host" in layer) return layer;
  const { bytes, write } = layer.constants;
  const fresh: EmittedKernel = {
    ...layer,
    constants: {
      bytes,
      write: (room) => {
        flippedFilter(g, w, filter); // the weights have changed
        write(room);
      },
    },
  };
  return spread === null ? fresh : afterSpread(fresh, spread, emitter);
}
