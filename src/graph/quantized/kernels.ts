/** @file The kernel of a node on integers, from those of a tier. */
import type { Elementwise } from "../../geometry/elementwise.ts";
import { outputRange, type QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { quantizedAddition, quantizedProduct } from "../../geometry/quantizedArithmetic.ts";
import { type QuantizedLayer, quantizedLayer } from "../../geometry/quantizedLayer.ts";
import { meanRatio, quantizeRule, type Rounding } from "../../geometry/requantization.ts";
import { resampling } from "../../geometry/resample2d.ts";
import { roundHalfAway } from "../../geometry/rounding.ts";
import type { KernelSet } from "../../kernels/contract/kernels.ts";
import type { QuantizedKernelSet } from "../../kernels/contract/quantized.ts";
import { atIndex, INTEGER_RANGES, type QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { type GraphNode, isConv, type LinearNode, type NodeQuantization, type WeightQuantization } from "../graph.ts";
import { operationOf } from "../operations.ts";
import type { IntegerKernels } from "./integerKernels.ts";

/** A tier's integer kernels, for a rounding rule. */
export function integerKernels<K>(kernels: QuantizedKernelSet<K>, rounding: Rounding): IntegerKernels<K> {
  return { kernelOf: (node) => kernelOf(kernels, rounding, node) };
}

function kernelOf<K>(kernels: QuantizedKernelSet<K>, rounding: Rounding, node: GraphNode): K | null {
  const { inputs, output } = node.quantization as NodeQuantization;
  const [x, second] = inputs as readonly QuantizedLevels[];
  const y = output as QuantizedLevels;
  const [shape] = node.inputShapes;
  const n = sizeOf(node.outputShape);
  if (isConv(node)) return kernels.conv2d(node.geometry, layerOf(rounding, node));
  switch (node.op) {
    case "dense":
      return kernels.dense({ N: shape[0], I: shape[1], O: node.outputShape[1] }, layerOf(rounding, node));
    case "maxPool2d":
      return kernels.maxPool2d(node.geometry, limitsOf(y));
    case "averagePool2d":
    case "globalAveragePool2d":
      return kernels.averagePool2d(node.geometry, limitsOf(y));
    case "reduceMean": {
      const [N, H, W, C = 1] = shape;
      const ratio = meanRatio(rounding, x.scale, y.scale, H * W);
      return kernels.mean([N, H * W, C], x, { rounding, ratios: [ratio], output: outputRange(y) });
    }
    case "add":
    case "sub": {
      const sum = quantizedAddition(node.op, rounding, x, second, y.scale, outputRange(y));
      return kernels.add(sum, shape, node.inputShapes[1], node.outputShape);
    }
    case "mul": {
      const product = quantizedProduct(rounding, x, second, y.scale, outputRange(y));
      return kernels.mul(product, shape, node.inputShapes[1], node.outputShape);
    }
    case "softmax":
      return kernels.softmax(shape, x, y);
    case "quantize":
      if (inputs[0] === null) {
        return kernels.quantize(n, node.rule ?? quantizeRule(rounding), y.scale, outputRange(y), node.offset);
      }
      return kernels.elementwise(n, { rounding, f: null, x, y });
    case "dequantize":
      return kernels.dequantize(n, x);
    case "pad": {
      if (node.mode !== "constant") return movingKernelOf(kernels, node);
      const { min, max } = outputRange(y);
      const value = Math.min(Math.max(roundHalfAway(node.value / y.scale) + y.zeroPoint, min), max);
      const before = node.pads.map(([elements]) => elements);
      return kernels.pad(shape, before, node.outputShape, value);
    }
    case "resample2d": {
      if (node.mode === "nearest") return movingKernelOf(kernels, node);
      const [, OH, OW] = node.outputShape;
      const { axes } = resampling(node.op, [shape[1], shape[2]], { sizes: [OH, OW] });
      const coordinates = node.coordinates as Exclude<typeof node.coordinates, "pytorch-half-pixel">;
      return kernels.interpolate2d(shape, { rounding, axes, coordinates });
    }
    case "concat":
    case "reshape":
    case "transpose":
    case "slice":
    case "gather":
    case "expand":
    case "tile":
      return movingKernelOf(kernels, node);
    default:
      return kernels.elementwise(n, { rounding, f: node as Elementwise, x, y });
  }
}

/** The kernel of a node that only moves elements: it has the same name as for real numbers. */
function movingKernelOf<K>(kernels: QuantizedKernelSet<K>, node: GraphNode): K | null {
  return operationOf(node).kernel(kernels as unknown as KernelSet<K>, node as never);
}

function limitsOf({ type }: QuantizedLevels) {
  const [min, max] = INTEGER_RANGES[type];
  return { type, min, max };
}

/** A convolution or dense layer as data. */
export function layerOf(rounding: Rounding, node: LinearNode): QuantizedLayer {
  const { inputs, output } = node.quantization as NodeQuantization;
  const [x, y] = [inputs[0] as QuantizedLevels, output as QuantizedLevels];
  const { scale, zeroPoint } = node.weights.filter.quantization as WeightQuantization;
  const O = node.outputShape[node.outputShape.length - 1];
  const each = (values: number | readonly number[]): readonly number[] =>
    Array.from({ length: O }, (_, o) => atIndex(values, o));
  return quantizedLayer(
    node.op === "dense" ? "dense" : "convolution",
    rounding,
    x,
    { scales: each(scale), zeroPoints: each(zeroPoint) },
    typeof scale === "number",
    { scale: y.scale, range: outputRange(y, node.activation as QuantizedActivation) },
  );
}
