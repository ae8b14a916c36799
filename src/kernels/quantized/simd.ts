/**
 * @file The SIMD tier of operations on integers: emitted WebAssembly, except for operations in which networks spend no
 * time.
 */
import { type Conv2dGeometry, isDepthwise } from "../../geometry/conv2d.ts";
import { isPixelByPixel } from "../../geometry/window.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { EmittedKernel, Kernel } from "../contract/kernels.ts";
import type { IntegerKernel, QuantizedKernelSet } from "../contract/quantized.ts";
import { lookupTable } from "../naive/quantized/lookupTable.ts";
import { createEmitter } from "../simd/emitter.ts";
import type { Sizes } from "../simd/engines.ts";
import { quantizedAdd, quantizedMul } from "../simd/quantized/binary.ts";
import { conv2d } from "../simd/quantized/conv2d.ts";
import { dequantize, lookup, quantize } from "../simd/quantized/convert.ts";
import { depthwiseConv2d } from "../simd/quantized/depthwiseConv2d.ts";
import { hasExactDot } from "../simd/quantized/exactDot.ts";
import { matmul } from "../simd/quantized/matmul.ts";
import { mean } from "../simd/quantized/mean.ts";
import { padIntegers } from "../simd/quantized/pad.ts";
import { averagePool2d, maxPool2d } from "../simd/quantized/pool2d.ts";
import { concat, pick, transpose } from "../simd/rearrange.ts";
import { quantizedNaive as naive } from "./naive.ts";

/** A kernel in plain TypeScript among emitted ones. */
function hosted(kernel: IntegerKernel): Kernel {
  return { kind: "host", compute: kernel({}) };
}

/** Tiles of 4 × 8, on every engine: a step of k has two vectors of w and one of x beside the eight accumulators. */
const SIZES: Sizes = { accumulators: [8, 8], panelVectors: 2, channelVectors: 2 };

/** @param quads whether bytes are multiplied four at a time; default: if this engine does so exactly */
export function quantizedSimd(sizes: Sizes = SIZES, quads?: boolean): QuantizedKernelSet<Kernel> {
  const emitter = createEmitter("exact", sizes);
  const hasQuads = (): boolean => quads ?? hasExactDot();
  return {
    conv2d: (g, layer) => {
      if (isDepthwise(g) && g.O === g.C) return depthwiseConv2d(g, layer, emitter);
      const size = { N: g.N * g.H * g.W, I: g.C, O: g.O };
      return isPointwise(g) ? matmul(size, layer, emitter, hasQuads()) : conv2d(g, layer, emitter, hasQuads());
    },
    dense: (size, layer) => matmul(size, layer, emitter, hasQuads()),
    averagePool2d,
    maxPool2d,
    mean: (size, x, requantization) => mean(size, x, requantization, emitter),
    add: (f, ...shapes) => quantizedAdd(f, shapes),
    mul: (f, ...shapes) => quantizedMul(f, shapes),
    elementwise: (n, f) => {
      const { type, values } = lookupTable(f);
      return lookup(n, type, values);
    },
    softmax: (...constants) => hosted(naive.softmax(...constants)),
    interpolate2d: (...constants) => hosted(naive.interpolate2d(...constants)),
    quantize,
    dequantize,
    pick: (shape, picks) =>
      inFours([shape], picks[shape.length - 1] === null, ([own]) => pick(own, picks, emitter)) ??
      hosted(naive.pick(shape, picks)),
    pad: padIntegers,
    concat: (shapes, axis) =>
      inFours(shapes, true, (own) => concat(own, axis, emitter)) ?? hosted(naive.concat(shapes, axis)),
    transpose: (shape, permutation) =>
      inFours([shape], permutation[shape.length - 1] === shape.length - 1, ([own]) =>
        transpose(own, permutation, emitter),
      ) ?? hosted(naive.transpose(shape, permutation)),
  };
}

/** A 1×1 kernel on every pixel: a matrix product of the image as stored. */
function isPointwise(g: Conv2dGeometry): boolean {
  return g.KH === 1 && g.KW === 1 && g.G === 1 && isPixelByPixel(g);
}

/**
 * A copy that moves the last axis as a whole moves its integers four at a time, as one float32; null if the axis is not
 * a multiple of four.
 */
function inFours(
  shapes: readonly Shape[],
  isWhole: boolean,
  copy: (shapes: readonly Shape[]) => EmittedKernel | null,
): EmittedKernel | null {
  if (!isWhole || !shapes.every((shape) => shape[shape.length - 1] % 4 === 0)) return null;
  return copy(shapes.map((shape) => [...shape.slice(0, -1), shape[shape.length - 1] / 4]));
}
