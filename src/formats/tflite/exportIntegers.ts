/** @file Exports nodes on integers as TensorFlow Lite operators. */
import {
  type ConvNode,
  type DenseNode,
  type GraphNode,
  isConv,
  isDepthwiseConv,
  type NodeQuantization,
  type PoolNode,
} from "../../graph/graph.ts";
import { integersOf, permuted, type QuantizedLevels, type QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Weight } from "../../tensor/weight.ts";
import { f32, flag, i8, i32 } from "../bytes/flatbuffersWriter.ts";
import { isSame, isValid, reached } from "../exporter/window.ts";
import type { Own } from "./exportOwn.ts";
import { writeRearranged } from "./exportShapes.ts";
import type { Options } from "./writer.ts";

/** A node, its operands as tensors, and its weights. */
export type OwnIntegers = Omit<Own, "activated" | "step" | "weight"> & {
  readonly weights: ReadonlyMap<string, Weight>;
};

/** Numbers of fused activations; integer layers have only those that are limits. */
const FUSED: Readonly<Record<string, number>> = { none: 0, relu: 1, relu6: 3 };
const [SAME, VALID] = [0, 1];

/** Operators without options. */
const PLAIN: Readonly<Partial<Record<string, string>>> = {
  tanh: "TANH",
  quantize: "QUANTIZE",
  dequantize: "DEQUANTIZE",
};
const ACTIVATIONS: Readonly<Partial<Record<string, string>>> = {
  relu: "RELU",
  relu6: "RELU6",
  sigmoid: "LOGISTIC",
  hardSwish: "HARD_SWISH",
};
const ARITHMETIC = { add: 11, sub: 28, mul: 21 } as const;

/** The version from which operators support int8. */
const VERSION = 2;

export function writeIntegers(own: OwnIntegers, node: GraphNode): void {
  const { file, inputs, x, y } = own;
  const { inputs: from, output: to } = node.quantization as NodeQuantization;
  const types = new Set([...from, to].flatMap((levels) => (levels === null ? [] : [levels.type])));
  if (types.size > 1 && node.op !== "quantize") own.fail("of int8 and uint8 together");
  if (isConv(node)) {
    writeConvolution(own, node);
    return;
  }
  switch (node.op) {
    case "dense":
      writeDense(own, node);
      return;
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
      writePool(own, node);
      return;
    case "reduceMean": {
      const axes = file.integers(`${node.name}/axes`, node.axes);
      file.operator("MEAN", [x, axes], [y], { type: 27, version: VERSION, fields: [flag(node.keepDimensions)] });
      return;
    }
    case "add":
    case "sub":
    case "mul":
      file.operator(node.op.toUpperCase(), inputs, [y], {
        type: ARITHMETIC[node.op],
        version: VERSION,
        fields: [i8(0)],
      });
      return;
    case "softmax":
      file.operator("SOFTMAX", [x], [y], { type: 9, version: VERSION, fields: [f32(1)] });
      return;
    case "leakyRelu":
      file.operator("LEAKY_RELU", [x], [y], { type: 75, version: VERSION, fields: [f32(node.alpha)] });
      return;
    case "pad":
      if (node.mode === "constant") {
        if (node.value !== 0) own.fail("of integers with another value than 0");
        writePad(own, node.pads, y);
        return;
      }
      break;
    case "activation":
    case "tanh":
    case "quantize":
    case "dequantize": {
      const name = node.op === "activation" ? ACTIVATIONS[node.activation] : PLAIN[node.op];
      if (name === undefined) own.fail("of integers");
      else file.operator(name, [x], [y]);
      return;
    }
  }
  if (!MOVED.has(node.op)) own.fail("of integers");
  const only = (): never => own.fail("of integers");
  writeRearranged({ ...own, activated: only, step: only, weight: only }, node);
}

/** Operations that move elements unchanged. */
const MOVED: ReadonlySet<string> = new Set([
  "concat",
  "reshape",
  "transpose",
  "slice",
  "gather",
  "expand",
  "tile",
  "pad",
]);

function writePad({ file, node, x }: OwnIntegers, pads: readonly (readonly [number, number])[], y: number): void {
  const table = file.integers(`${node.name}/pads`, pads.flat(), [pads.length, 2]);
  file.operator("PAD", [x, table], [y], { type: 22, version: VERSION, fields: [] });
}

/** The input of a window and its padding rule; padding that no rule produces becomes an operator: integers for 0. */
function framed(own: OwnIntegers, node: ConvNode): readonly [x: number, rule: number] {
  const { geometry: g } = node;
  if (isValid(g)) return [own.x, VALID];
  if (isSame(g)) return [own.x, SAME];
  const [top, bottom, left, right] = reached(g);
  const shape = [g.N, g.H + top + bottom, g.W + left + right, g.C];
  const [levels] = (node.quantization as NodeQuantization).inputs;
  const made = own.file.fresh(`${node.name}/padded`, shape, undefined, levels);
  writePad(
    own,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    made,
  );
  return [made, VALID];
}

function weightOf({ weights, node }: OwnIntegers, role: string): QuantizedTensor {
  return weights.get(node.weights[role].name) as QuantizedTensor;
}

/**
 * The filter in its input's type, as the format requires: int8 around 0, or uint8 with one scale. A filter of the other
 * type is shifted by 128, and so is its zero point.
 */
function filterOf(own: OwnIntegers): QuantizedTensor {
  const filter = weightOf(own, "filter");
  const [x] = (own.node.quantization as NodeQuantization).inputs;
  const type = (x as QuantizedLevels).type;
  const shift = filter.type === type ? 0 : type === "uint8" ? 128 : -128;
  const { zeroPoint } = filter;
  const shifted = typeof zeroPoint === "number" ? zeroPoint + shift : zeroPoint.map((point) => point + shift);
  if (type === "uint8" && filter.axis !== null) own.fail("of uint8 with a scale for each output");
  if (type === "int8" && [shifted].flat().some((point) => point !== 0)) {
    own.fail("of int8 with a filter whose zero point is not 0");
  }
  if (shift === 0) return filter;
  const data = integersOf(type, filter.data.length);
  for (let i = 0; i < data.length; i++) data[i] = filter.data[i] + shift;
  return { ...filter, type, data, zeroPoint: shifted };
}

/** The bias, or zeros at its scales: TensorFlow Lite's kernels require one. */
function biasOf(own: OwnIntegers, filter: QuantizedTensor, outputs: number): number {
  const { file, node } = own;
  if (node.weights.bias) return file.quantized(node.weights.bias.name, weightOf(own, "bias"));
  const [x] = (node.quantization as NodeQuantization).inputs;
  const scaled = (w: number): number => Math.fround((x?.scale ?? 1) * w);
  const isOne = typeof filter.scale === "number";
  const scale = typeof filter.scale === "number" ? scaled(filter.scale) : filter.scale.map(scaled);
  const none = { shape: [outputs], data: new Int32Array(outputs), zeroPoint: 0, axis: isOne ? null : 0 };
  return file.quantized(`${node.name}/bias`, { type: "int32", scale, ...none });
}

/** The same integers under another shape, with their scales along another axis. */
function seen(filter: QuantizedTensor, shape: Shape, axis: number): QuantizedTensor {
  return { ...filter, shape, axis: filter.axis === null ? null : axis };
}

function writeConvolution(own: OwnIntegers, node: ConvNode): void {
  const { geometry: g, activation, weights } = node;
  const { KH, KW, C, O, G, strideH, strideW, dilationH, dilationW } = g;
  if ((strideH > 1 || strideW > 1) && (dilationH > 1 || dilationW > 1)) own.fail("with strides and dilations");
  const isDepthwise = isDepthwiseConv(node) && C > 1;
  const filter = filterOf(own);
  // hwio, hwim or io to ohwi; a depthwise filter to 1 × kh × kw × (c · m).
  const stored = isDepthwise
    ? seen(filter, [1, KH, KW, O], 3)
    : permuted(seen(filter, [KH, KW, C / G, O], 3), [3, 0, 1, 2]);
  const [x, rule] = framed(own, node);
  const inputs = [x, own.file.quantized(weights.filter.name, stored), biasOf(own, filter, O)];
  const head = [i8(rule), i32(strideW), i32(strideH)];
  const dilations = [i32(dilationW, 1), i32(dilationH, 1)];
  const fused = i8(FUSED[activation]);
  const options: Options = isDepthwise
    ? { type: 2, version: 3, fields: [...head, i32(O / C), fused, ...dilations] }
    : { type: 1, version: 3, fields: [...head, fused, ...dilations] };
  own.file.operator(isDepthwise ? "DEPTHWISE_CONV_2D" : "CONV_2D", inputs, [own.y], options);
}

function writeDense(own: OwnIntegers, { activation, weights, outputShape }: DenseNode): void {
  const filter = filterOf(own);
  const stored = own.file.quantized(weights.filter.name, permuted(filter, [1, 0]));
  const inputs = [own.x, stored, biasOf(own, filter, outputShape[1])];
  own.file.operator("FULLY_CONNECTED", inputs, [own.y], { type: 8, version: 4, fields: [i8(FUSED[activation])] });
}

function writePool(own: OwnIntegers, { op, geometry: g }: PoolNode): void {
  if (g.dilationH > 1 || g.dilationW > 1) own.fail("with dilations");
  if (!isValid(g) && !isSame(g)) own.fail("of integers with padding that is not TensorFlow's");
  const rule = isValid(g) ? VALID : SAME;
  const fields = [i8(rule), i32(g.strideW), i32(g.strideH), i32(g.KW), i32(g.KH), i8(0)];
  const name = op === "maxPool2d" ? "MAX_POOL_2D" : "AVERAGE_POOL_2D";
  own.file.operator(name, [own.x], [own.y], { type: 5, version: VERSION, fields });
}
