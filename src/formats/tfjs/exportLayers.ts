/** @file Exports convolutions, dense layers, normalisation and pools as TensorFlow.js layers. */

import type { WindowGeometry } from "../../geometry/window.ts";
import {
  type BatchNormNode,
  type ConvNode,
  type ConvTransposeNode,
  type DenseNode,
  isDepthwiseConv,
  type LayerNormNode,
  type PoolNode,
} from "../../graph/graph.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isSame, isValid, reached } from "../exporter/window.ts";
import { withActivation } from "./exportActivations.ts";
import type { Own } from "./exportOwn.ts";

/** The operand of a window and its padding rule; padding that no rule produces becomes a separate layer. */
function framed(own: Own, g: WindowGeometry): readonly [x: string, padding: string] {
  if (isValid(g)) return [own.x, "valid"];
  if (isSame(g)) return [own.x, "same"];
  const [top, bottom, left, right] = reached(g);
  const padding = [
    [top, bottom],
    [left, right],
  ];
  return [own.step("padded", "ZeroPadding2D", { padding }), "valid"];
}

/** A filter [kh, kw, …] with zeros between its taps, in place of dilations. */
function stuffed(filter: Tensor, dilationH: number, dilationW: number): Tensor {
  const [KH, KW, I, O] = filter.shape;
  const [rows, columns] = [(KH - 1) * dilationH + 1, (KW - 1) * dilationW + 1];
  const wide = Tensor.zeros([rows, columns, I, O]);
  const from = filter.toFloat32Array();
  for (let h = 0; h < KH; h++) {
    for (let w = 0; w < KW; w++) {
      const tap = from.subarray((h * KW + w) * I * O, (h * KW + w + 1) * I * O);
      wide.data.set(tap, (h * dilationH * columns + w * dilationW) * I * O);
    }
  }
  return wide;
}

/** A filter [kh, kw, c / groups, o] with zeros for the channels of other groups. */
function ungrouped(filter: Tensor, groups: number): Tensor {
  const [KH, KW, I, O] = filter.shape;
  const whole = Tensor.zeros([KH, KW, I * groups, O]);
  const from = filter.toFloat32Array();
  for (let tap = 0; tap < KH * KW; tap++) {
    for (let i = 0; i < I; i++) {
      for (let o = 0; o < O; o++) {
        const group = Math.floor(o / (O / groups));
        whole.data[(tap * I * groups + group * I + i) * O + o] = from[(tap * I + i) * O + o];
      }
    }
  }
  return whole;
}

/** TensorFlow.js has no groups, no dilated depthwise convolution, and no dilation together with strides. */
export function writeConvolution(own: Own, node: ConvNode): string {
  const { geometry: g, activation, weights } = node;
  const { KH, KW, C, O, G, strideH, strideW, dilationH, dilationW } = g;
  const isDepthwise = isDepthwiseConv(node) && C > 1;
  const isDilated = dilationH > 1 || dilationW > 1;
  const isStuffed = isDilated && (isDepthwise || strideH > 1 || strideW > 1);
  const own4 = own.weight("filter").reshape(isDepthwise ? [KH, KW, C, O / C] : [KH, KW, C / G, O]);
  const plain = isStuffed ? stuffed(own4, dilationH, dilationW) : own4;
  const filter = isDepthwise || G === 1 ? plain : ungrouped(plain, G);
  const [kernelH, kernelW] = filter.shape;
  const [x, padding] = framed(own, g);
  const bias = weights.bias ? { bias: own.weight("bias") } : {};
  return withActivation(own, activation, (layer, fused) => {
    const common = {
      kernel_size: [kernelH, kernelW],
      strides: [strideH, strideW],
      padding,
      dilation_rate: isStuffed ? [1, 1] : [dilationH, dilationW],
      activation: fused,
      use_bias: weights.bias !== undefined,
    };
    return isDepthwise
      ? layer("DepthwiseConv2D", { ...common, depth_multiplier: O / C }, [x], { depthwise_kernel: filter, ...bias })
      : layer("Conv2D", { ...common, filters: O }, [x], { kernel: filter, ...bias });
  });
}

/** Output that TensorFlow.js does not cut off is cropped by a separate layer. */
export function writeConvTranspose(own: Own, node: ConvTransposeNode): string {
  const { geometry: g, activation, weights } = node;
  if (g.G > 1 || g.dilationH > 1 || g.dilationW > 1) own.fail("with groups or dilations");
  const { H, W, C, OH, OW, KH, KW, strideH, strideW, padTop, padLeft } = g;
  const rows = OH * strideH + Math.max(KH - strideH, 0);
  const columns = OW * strideW + Math.max(KW - strideW, 0);
  const cropping = [
    [padTop, rows - padTop - H],
    [padLeft, columns - padLeft - W],
  ];
  if (cropping.flat().some((n) => n < 0)) own.fail("with more output padding than padding");
  const isCut = cropping.flat().some((n) => n > 0);
  const config = {
    ...{ filters: C, kernel_size: [KH, KW], strides: [strideH, strideW], padding: "valid" },
    use_bias: weights.bias !== undefined,
  };
  const filters = { kernel: own.weight("filter"), ...(weights.bias && { bias: own.weight("bias") }) };
  return withActivation(own, activation, (layer, fused) => {
    const config_ = { ...config, activation: fused };
    if (!isCut) return layer("Conv2DTranspose", config_, [own.x], filters);
    return layer("Cropping2D", { cropping }, [own.step("whole", "Conv2DTranspose", config_, [own.x], filters)]);
  });
}

export function writeDense(own: Own, { activation, weights }: DenseNode): string {
  const filter = own.weight("filter");
  const config_ = { kernel: filter, ...(weights.bias && { bias: own.weight("bias") }) };
  return withActivation(own, activation, (layer, fused) => {
    const config = { units: filter.shape[1], activation: fused, use_bias: weights.bias !== undefined };
    return layer("Dense", config, [own.x], config_);
  });
}

export function writeBatchNorm(own: Own, { epsilon, weights, outputShape }: BatchNormNode): string {
  if (outputShape.length > 4) own.fail("of rank 5");
  const names = { scale: "gamma", bias: "beta", mean: "moving_mean", variance: "moving_variance" };
  const found = Object.entries(names).filter(([role]) => weights[role] !== undefined);
  return own.layer(
    "BatchNormalization",
    { axis: -1, epsilon, scale: weights.scale !== undefined, center: weights.bias !== undefined },
    [own.x],
    Object.fromEntries(found.map(([role, name]) => [name, own.weight(role)])),
  );
}

export function writeLayerNorm(own: Own, { axes, epsilon, weights, outputShape }: LayerNormNode): string {
  if (outputShape.length > 4) own.fail("of rank 5");
  const first = outputShape.length - axes;
  return own.layer(
    "LayerNormalization",
    {
      axis: Array.from({ length: axes }, (_, i) => first + i),
      epsilon,
      scale: weights.scale !== undefined,
      center: weights.bias !== undefined,
    },
    [own.x],
    { ...(weights.scale && { gamma: own.weight("scale") }), ...(weights.bias && { beta: own.weight("bias") }) },
  );
}

export function writePool(own: Own, node: PoolNode): string {
  const { geometry: g, op, countIncludePad, outputShape } = node;
  if (op === "globalAveragePool2d") {
    const flat = own.step("flat", "GlobalAveragePooling2D", {});
    return own.layer("Reshape", { target_shape: outputShape.slice(1) }, [flat]);
  }
  if (g.dilationH > 1 || g.dilationW > 1) own.fail("with dilations");
  const isCounted = op === "averagePool2d" && countIncludePad;
  if (!isValid(g) && (isCounted ? node.rounding === "ceil" : !isSame(g))) {
    own.fail("with padding that is not counted, nor TensorFlow's");
  }
  const config = { pool_size: [g.KH, g.KW], strides: [g.strideH, g.strideW] };
  const className = op === "maxPool2d" ? "MaxPooling2D" : "AveragePooling2D";
  if (!isCounted || isValid(g)) return own.layer(className, { ...config, padding: isValid(g) ? "valid" : "same" });
  const [top, bottom, left, right] = reached(g);
  const padding = [
    [top, bottom],
    [left, right],
  ];
  return own.layer(className, { ...config, padding: "valid" }, [own.step("padded", "ZeroPadding2D", { padding })]);
}
