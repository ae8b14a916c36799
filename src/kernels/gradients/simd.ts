/** @file Training on the SIMD tier: emitted WebAssembly for every gradient that networks spend time on. */

import { isDepthwise } from "../../geometry/conv2d.ts";
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { TrainingKernels } from "../contract/gradients.ts";
import { hosted, type Kernel } from "../contract/kernels.ts";
import { createEmitter } from "../simd/emitter.ts";
import { type Precision, type Sizes, sizesFor } from "../simd/engines.ts";
import { activationGradient } from "../simd/gradients/activation.ts";
import { moments, normalize, normalizeInput, normalizeParameters } from "../simd/gradients/batchNormalization.ts";
import { depthwiseFilter } from "../simd/gradients/depthwiseFilterGradient.ts";
import { conv2dFilter } from "../simd/gradients/filterGradient.ts";
import { globalAveragePoolGradient } from "../simd/gradients/globalPool.ts";
import { simdKernels } from "../simd.ts";
import { naiveTraining } from "./naive.ts";

/**
 * The tier's training kernels; each function is emitted once per geometry.
 *
 * @param sizes default: those that suit this engine
 */
export function simdTraining(precision: Precision, sizes: Sizes = sizesFor(precision)): TrainingKernels<Kernel> {
  const emitter = createEmitter(precision, sizes);
  const forward = simdKernels(precision, sizes);
  const { gradients } = naiveTraining;
  const rowsOf = (shape: Shape) => ({ rows: sizeOf(shape.slice(0, -1)), C: shape[shape.length - 1] });
  return {
    forward,
    gradients: {
      conv2dInput: (g) => forward.convTranspose2d(g, "none"),
      conv2dFilter: (g) => (isDepthwise(g) && g.O === g.C ? depthwiseFilter(g, emitter) : conv2dFilter(g, emitter)),
      moments: (shape) => moments(rowsOf(shape), emitter),
      normalize: (shape, epsilon) => normalize({ ...rowsOf(shape), epsilon }, emitter),
      normalizeParameters: (shape, epsilon) => normalizeParameters({ ...rowsOf(shape), epsilon }, emitter),
      normalizeInput: (shape, epsilon) => normalizeInput({ ...rowsOf(shape), epsilon }, emitter),
      elementwise: (shape, f) =>
        f.op === "activation" && f.activation !== "sigmoid"
          ? activationGradient(sizeOf(shape), f.activation, emitter)
          : hosted(gradients.elementwise(shape, f)),
      binary: (op, i) => hosted(gradients.binary(op, i)),
      // Deliberate gaps: what follows is little work or rare in a MobileNet, so plain TypeScript does it.
      bias: (shape) => hosted(gradients.bias(shape)),
      maxPool2d: (g) => hosted(gradients.maxPool2d(g)),
      averagePool2d: (g, countIncludePad) =>
        isGlobal(g) ? globalAveragePoolGradient(g, emitter) : hosted(gradients.averagePool2d(g, countIncludePad)),
      softmax: (shape) => hosted(gradients.softmax(shape)),
      crossEntropy: () => hosted(gradients.crossEntropy()),
      crossEntropyInput: () => hosted(gradients.crossEntropyInput()),
      broadcast: (shape, output) => hosted(gradients.broadcast(shape, output)),
      pick: (picks) => hosted(gradients.pick(picks)),
      interpolate2d: (rows, columns) => hosted(gradients.interpolate2d(rows, columns)),
      reduce: (f, axes) => hosted(gradients.reduce(f, axes)),
      slice: (begin, shape) => hosted(gradients.slice(begin, shape)),
    },
  };
}

/** Whether a single window covers exactly the image. */
function isGlobal({ H, W, KH, KW, OH, OW, dilationH, dilationW, padTop, padLeft, ...rest }: Pool2dGeometry): boolean {
  const isWhole = KH === H && KW === W && dilationH * dilationW === 1;
  return isWhole && OH * OW === 1 && padTop + padLeft + rest.padBottom + rest.padRight === 0;
}
