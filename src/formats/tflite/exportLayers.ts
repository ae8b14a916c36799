/** @file Exports convolutions, dense layers, matrix products and pools as TensorFlow Lite operators. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import {
  type ConvNode,
  type ConvTransposeNode,
  type DenseNode,
  isDepthwiseConv,
  type PoolNode,
} from "../../graph/graph.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flag, i8, i32 } from "../bytes/flatbuffersWriter.ts";
import { isSame, isValid, reached } from "../exporter/window.ts";
import type { Own } from "./exportOwn.ts";
import type { Options } from "./writer.ts";

const [SAME, VALID] = [0, 1];

/** The lowest finite float32: padding for a maximum pool. */
const LOWEST = -3.4028234663852886e38;

type Window = Conv2dGeometry | Pool2dGeometry;

/** Pads the image as far as its windows reach. */
function padded(own: Own, g: Window, value: number): number {
  const { file, node, x } = own;
  const [top, bottom, left, right] = reached(g);
  const shape = [g.N, g.H + top + bottom, g.W + left + right, g.C];
  const table = file.integers(`${node.name}/pads`, [0, 0, top, bottom, left, right, 0, 0], [4, 2]);
  if (value === 0) return own.step("PAD", [x, table], shape, "padded", { type: 22, fields: [] });
  const around = file.scalar(`${node.name}/around`, value);
  return own.step("PADV2", [x, table, around], shape, "padded", { type: 43, fields: [] });
}

/** The input of a window and its padding rule; padding that no rule produces becomes an operator. */
function framed(own: Own, g: Window, value: number = 0): readonly [x: number, rule: number] {
  if (isValid(g)) return [own.x, VALID];
  return isSame(g) ? [own.x, SAME] : [padded(own, g, value), VALID];
}

/** The bias, or zeros: TensorFlow Lite's kernels require one. */
function biasOf(own: Own, outputs: number): number {
  const { file, node } = own;
  const bias = node.weights.bias ? own.weight("bias") : Tensor.zeros([outputs]);
  return file.numbers(node.weights.bias?.name ?? `${node.name}/bias`, bias);
}

export function writeConvolution(own: Own, node: ConvNode): void {
  const { geometry: g, activation, weights } = node;
  const { KH, KW, C, O, G, strideH, strideW, dilationH, dilationW } = g;
  if ((strideH > 1 || strideW > 1) && (dilationH > 1 || dilationW > 1)) {
    writeThinned(own, node);
    return;
  }
  const isDepthwise = isDepthwiseConv(node) && C > 1;
  const filter = own.weight("filter");
  // hwio, hwim or io to ohwi; a depthwise filter to 1 × kh × kw × (c · m).
  const stored = isDepthwise
    ? filter.reshape([1, KH, KW, O])
    : filter.reshape([KH, KW, C / G, O]).transpose([3, 0, 1, 2]);
  own.activated(activation, (y, fused) => {
    const [x, rule] = framed(own, g);
    const inputs = [x, own.file.numbers(weights.filter.name, stored), biasOf(own, O)];
    const head = [i8(rule), i32(strideW), i32(strideH)];
    const dilations = [i32(dilationW, 1), i32(dilationH, 1)];
    const options: Options = isDepthwise
      ? { type: 2, version: 2, fields: [...head, i32(O / C), i8(fused), ...dilations] }
      : { type: 1, version: 2, fields: [...head, i8(fused), ...dilations] };
    own.file.operator(isDepthwise ? "DEPTHWISE_CONV_2D" : "CONV_2D", inputs, [y], options);
  });
}

/** No kernel has both strides and dilations: convolves without strides first, then picks pixels. */
function writeThinned(own: Own, node: ConvNode): void {
  const { geometry: g, name, outputShape } = node;
  const [N, OH, OW, O] = outputShape;
  const rows = g.H + g.padTop + g.padBottom - (g.KH - 1) * g.dilationH;
  const columns = g.W + g.padLeft + g.padRight - (g.KW - 1) * g.dilationW;
  const dense = own.file.fresh(`${name}/dense`, [N, rows, columns, O]);
  const list = (part: string, values: readonly number[]): number => own.file.integers(`${name}/${part}`, values);
  const thinned: Own["activated"] = (f, write) =>
    own.activated(f, (y, fused) => {
      write(dense, fused);
      const ends = [N, (OH - 1) * g.strideH + 1, (OW - 1) * g.strideW + 1, O];
      const cut = [list("begins", [0, 0, 0, 0]), list("ends", ends), list("steps", [1, g.strideH, g.strideW, 1])];
      own.file.operator("STRIDED_SLICE", [dense, ...cut], [y], { type: 32, fields: [] });
    });
  const geometry = { ...g, strideH: 1, strideW: 1, OH: rows, OW: columns };
  writeConvolution({ ...own, activated: thinned }, { ...node, geometry });
}

/** Output that TensorFlow Lite's rules do not cut off is removed by a slice. */
export function writeConvTranspose(own: Own, { geometry: g, activation, weights }: ConvTransposeNode): void {
  if (g.G > 1 || g.dilationH > 1 || g.dilationW > 1) own.fail("with groups or dilations");
  const { N, H, W, C, OH, OW, KH, KW, strideH, strideW, padTop, padBottom, padLeft, padRight } = g;
  const full = [N, (OH - 1) * strideH + KH, (OW - 1) * strideW + KW, C];
  const pads = [padTop, padBottom, padLeft, padRight];
  const rows = H - (full[1] - padTop - padBottom);
  const columns = W - (full[2] - padLeft - padRight);
  if (rows > padBottom || columns > padRight) own.fail("with more output padding than padding");
  const { file, node } = own;
  own.activated(activation, (y, fused) => {
    const isWhole = pads.every((n) => n === 0);
    const made = isWhole ? y : file.fresh(`${node.name}/whole`, full);
    const filter = file.numbers(weights.filter.name, own.weight("filter").transpose([2, 0, 1, 3]));
    const inputs = [file.integers(`${node.name}/shape`, full), filter, own.x, biasOf(own, C)];
    const fields = [i8(VALID), i32(strideW), i32(strideH), i8(isWhole ? fused : 0)];
    file.operator("TRANSPOSE_CONV", inputs, [made], { type: 49, version: 4, fields });
    if (isWhole) return;
    const cut = fused === 0 ? y : file.fresh(`${node.name}/cut`, [N, H, W, C]);
    const begins = file.integers(`${node.name}/begins`, [0, padTop, padLeft, 0]);
    file.operator("SLICE", [made, begins, file.integers(`${node.name}/sizes`, [N, H, W, C])], [cut], {
      type: 48,
      fields: [],
    });
    if (fused !== 0) file.operator(fused === 1 ? "RELU" : "RELU6", [cut], [y]);
  });
}

export function writeDense(own: Own, { activation, weights }: DenseNode): void {
  const filter = own.weight("filter");
  own.activated(activation, (y, fused) => {
    const inputs = [
      own.x,
      own.file.numbers(weights.filter.name, filter.transpose([1, 0])),
      biasOf(own, filter.shape[1]),
    ];
    own.file.operator("FULLY_CONNECTED", inputs, [y], { type: 8, fields: [i8(fused)] });
  });
}

export function writeMatmul({ file, inputs, y }: Own): void {
  file.operator("BATCH_MATMUL", inputs, [y], { type: 101, fields: [flag(false), flag(false)] });
}

export function writePool(own: Own, node: PoolNode): void {
  const { geometry: g, op, countIncludePad } = node;
  const { file, x, y } = own;
  if (op === "globalAveragePool2d") {
    const axes = file.integers(`${node.name}/axes`, [1, 2]);
    file.operator("MEAN", [x, axes], [y], { type: 27, fields: [flag(true)] });
    return;
  }
  if (g.dilationH > 1 || g.dilationW > 1) own.fail("with dilations");
  if (op === "averagePool2d" && !isValid(g) && (countIncludePad || !isSame(g))) {
    if (!countIncludePad || node.rounding === "ceil") own.fail("with padding that is not counted, nor TensorFlow's");
    writeWindow(own, padded(own, g, 0), VALID, g);
    return;
  }
  writeWindow(own, ...framed(own, g, op === "maxPool2d" ? LOWEST : 0), g);
}

function writeWindow({ file, y, node }: Own, x: number, rule: number, g: Pool2dGeometry): void {
  const fields = [i8(rule), i32(g.strideW), i32(g.strideH), i32(g.KW), i32(g.KH), i8(0)];
  file.operator(node.op === "maxPool2d" ? "MAX_POOL_2D" : "AVERAGE_POOL_2D", [x], [y], { type: 5, fields });
}
