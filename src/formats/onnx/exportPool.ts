/**
 * @file Exports pools, including those that ONNX's pooling operators cannot express.
 *
 * Runtimes refuse padding as large as the window; with ceil_mode ONNX's shape inference counts windows that begin past
 * the image; averages have no dilations before opset 19; and onnxruntime's maximum over no pixels is the lowest
 * float32, while ours is -∞. Such a pool is written as
 *
 *   maximum   the image padded with -∞, MaxPool, then -∞ added where a window has no pixel
 *   average   Σ x / count = (Σ x / (KH · KW)) / (count / (KH · KW)): a depthwise Conv, divided by a number per pixel
 *             (onnxruntime would multiply a single factor into the filter, which loses 0 · ∞)
 */
import { reach } from "../../geometry/padding.ts";
import { countedTaps, type Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { WindowGeometry } from "../../geometry/window.ts";
import type { PoolNode } from "../../graph/graph.ts";
import type { Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Parts } from "../bytes/protobufWriter.ts";
import { dilationsAttribute, int, type OnnxWriter, windowAttributes } from "./writer.ts";

export function writePool(file: OnnxWriter, node: PoolNode): void {
  const { op, name, inputs, geometry: g, countIncludePad } = node;
  const [x] = inputs;
  if (op === "globalAveragePool2d") file.node("GlobalAveragePool", inputs, name);
  else if (op === "maxPool2d") {
    if (isBeyondAttributes(g) || hasEmptyWindows(g)) writeWideMaximum(file, node);
    else writeMaximum(file, g, x, name);
  } else if (isBeyondAttributes(g) || g.dilationH * g.dilationW > 1) writeWideAverage(file, node);
  else {
    file.node("AveragePool", [x], name, [...windowOf(g), ...int("count_include_pad", countIncludePad ? 1 : 0)]);
  }
}

function isBeyondAttributes(g: WindowGeometry): boolean {
  const isWide = Math.max(g.padTop, g.padBottom) >= g.KH || Math.max(g.padLeft, g.padRight) >= g.KW;
  const counted = ({ padded, reach: over, stride }: Axis): number => Math.ceil((padded - over) / stride) + 1;
  return isWide || (isCeil(g) && axesOf(g).some((axis) => counted(axis) !== axis.outputs));
}

/** Returns whether the last windows reach past the padded image. */
function isCeil(g: WindowGeometry): boolean {
  return axesOf(g).some(({ used, padded }) => used > padded);
}

/** Returns whether a window has no tap on the image; with dilation that can happen anywhere. */
function hasEmptyWindows(g: Pool2dGeometry): boolean {
  const { rows, columns } = countedTaps(g, false);
  return rows.includes(0) || columns.includes(0);
}

/** Returns the window attributes of both pools. */
function windowOf(g: WindowGeometry): Parts {
  const [rows, columns] = axesOf(g);
  return [...windowAttributes(g, [strideOf(rows), strideOf(columns)]), ...int("ceil_mode", isCeil(g) ? 1 : 0)];
}

function writeMaximum(file: OnnxWriter, g: Pool2dGeometry, x: string, y: string, name: string = y): void {
  file.node("MaxPool", [x], y, [...windowOf(g), ...dilationsAttribute(g)], name);
}

function writeWideMaximum(file: OnnxWriter, { name, geometry: g, inputs: [x] }: PoolNode): void {
  const [top, left, bottom, right] = touchedPadding(g);
  const pads = file.integers(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
  const nothing = file.scalar(`${name}/nothing`, Number.NEGATIVE_INFINITY);
  const padded = file.node("Pad", [x, pads, nothing], file.fresh(`${name}/padded`));
  const size = { H: g.H + top + bottom, W: g.W + left + right };
  const unpadded = { ...g, ...size, padTop: 0, padLeft: 0, padBottom: 0, padRight: 0 };
  corrected(file, name, g, countedTaps(g, false), {
    neutral: 0,
    operator: "Add",
    at: (count) => (count > 0 ? 0 : Number.NEGATIVE_INFINITY),
    write: (y) => writeMaximum(file, unpadded, padded, y, name),
  });
}

function writeWideAverage(file: OnnxWriter, { name, geometry: g, countIncludePad, inputs: [x] }: PoolNode): void {
  const taps = g.KH * g.KW;
  const shape: Shape = [g.C, 1, g.KH, g.KW];
  const filter = file.tensor(`${name}/filter`, new Tensor(new Float32Array(g.C * taps).fill(1 / taps), shape));
  const [rows, columns] = axesOf(g);
  const attributes = [
    ...windowAttributes(g, [strideOf(rows), strideOf(columns)], touchedPadding(g)),
    ...dilationsAttribute(g),
    ...int("group", g.C),
  ];
  corrected(file, name, g, countedTaps(g, countIncludePad), {
    neutral: 1,
    operator: "Div",
    at: (count) => count / taps,
    write: (y) => void file.node("Conv", [x, filter], y, attributes, name),
  });
}

/**
 * Writes a value and corrects each output pixel by a number derived from its tap count, unless all of them are neutral.
 */
function corrected(
  file: OnnxWriter,
  name: string,
  { OH, OW }: WindowGeometry,
  { rows, columns }: ReturnType<typeof countedTaps>,
  rule: { neutral: number; operator: "Add" | "Div"; at(count: number): number; write(y: string): void },
): void {
  const numbers = Float32Array.from(rows.flatMap((down) => columns.map((across) => rule.at(down * across))));
  if (numbers.every((number) => number === rule.neutral)) {
    rule.write(name);
    return;
  }
  const windows = file.fresh(`${name}/windows`);
  rule.write(windows);
  const perPixel = file.tensor(`${name}/correction`, new Tensor(numbers, [1, 1, OH, OW]));
  file.node(rule.operator, [windows, perPixel], name, [], file.fresh(`${name}/corrected`));
}

/** Returns exactly the padding that windows touch, so that none is partial: [top, left, bottom, right]. */
function touchedPadding(g: WindowGeometry): readonly number[] {
  const [rows, columns] = axesOf(g);
  const bottom = Math.max(0, rows.used - g.H - g.padTop);
  const right = Math.max(0, columns.used - g.W - g.padLeft);
  return [g.padTop, g.padLeft, bottom, right];
}

interface Axis {
  readonly outputs: number;
  readonly stride: number;
  readonly reach: number;
  /** Rows (columns) of the padded image. */
  readonly padded: number;
  /** Rows (columns) that the windows span, first to last. */
  readonly used: number;
}

function axesOf(g: WindowGeometry): readonly [rows: Axis, columns: Axis] {
  const axis = (outputs: number, stride: number, taps: number, dilation: number, padded: number): Axis => {
    const over = reach(taps, dilation);
    return { outputs, stride, reach: over, padded, used: (outputs - 1) * stride + over };
  };
  return [
    axis(g.OH, g.strideH, g.KH, g.dilationH, g.H + g.padTop + g.padBottom),
    axis(g.OW, g.strideW, g.KW, g.dilationW, g.W + g.padLeft + g.padRight),
  ];
}

/**
 * With one window, any stride is correct. Our geometry dropped taps past the image, which leaves ONNX room to count a
 * second window; a stride as long as the image leaves none.
 */
function strideOf({ outputs, stride, reach: over, padded }: Axis): number {
  return outputs === 1 && over + stride <= padded ? padded : stride;
}
