/** @file Exports nodes that pick or reduce along axes as ONNX nodes, where values of rank 4 are [n, c, h, w]. */

import type { ArgMaxNode, GatherNode, PadNode, ReduceNode, SliceNode, TileNode } from "../../graph/graph.ts";
import type { Shape } from "../../tensor/shape.ts";
import { TO_NCHW, TO_NHWC } from "../importer/axes.ts";
import { ONNX_PAD_MODES } from "./padModes.ts";
import { capital, FLOAT, int, ints, type OnnxWriter, text } from "./writer.ts";

/** Converts a list with an element per axis to the file's order. */
export function inOnnxOrder<T>(perAxis: readonly T[]): readonly T[] {
  return perAxis.length === 4 ? TO_NCHW.map((axis) => perAxis[axis]) : perAxis;
}

/** Converts an axis to the file's order. */
export function axisInFile(axis: number, rank: number): number {
  return rank === 4 ? TO_NHWC[axis] : axis;
}

/** The largest end that every runtime accepts; negated, it means before the first element. */
const FAR = 2 ** 31 - 1;

export function writeSlice(file: OnnxWriter, { name, inputs: [x], starts, sizes, steps }: SliceNode): void {
  const ends = starts.map((start, axis) => {
    const end = start + sizes[axis] * steps[axis];
    return end < 0 ? -FAR : end;
  });
  const cut = starts.map((_, axis) => axis).filter((axis) => axis > 0);
  const listed = (what: string, perAxis: readonly number[]): string =>
    file.integers(
      `${name}/${what}`,
      cut.map((axis) => perAxis[axis]),
    );
  const axes = file.integers(
    `${name}/axes`,
    cut.map((axis) => axisInFile(axis, starts.length)),
  );
  file.node("Slice", [x, listed("starts", starts), listed("ends", ends), axes, listed("steps", steps)], name);
}

export function writeGather(file: OnnxWriter, { name, inputs: [x], indices, axis, outputShape }: GatherNode): void {
  const at = file.integers(`${name}/indices`, indices);
  file.node("Gather", [x, at], name, int("axis", axisInFile(axis, outputShape.length)));
}

export function writeTile(file: OnnxWriter, { name, inputs: [x], repetitions }: TileNode): void {
  file.node("Tile", [x, file.integers(`${name}/repeats`, inOnnxOrder(repetitions))], name);
}

export function writeExpand(file: OnnxWriter, name: string, x: string, shape: Shape): void {
  file.node("Expand", [x, file.integers(`${name}/shape`, inOnnxOrder(shape))], name);
}

export function writePad(file: OnnxWriter, { name, inputs: [x], pads, mode, value }: PadNode): void {
  const own = inOnnxOrder(pads);
  const listed = file.integers(`${name}/pads`, [...own.map(([before]) => before), ...own.map(([, after]) => after)]);
  if (mode === "constant") file.node("Pad", [x, listed, file.scalar(`${name}/value`, value)], name);
  else file.node("Pad", [x, listed], name, text("mode", ONNX_PAD_MODES[mode]));
}

/** The axes that remain keep the graph's order, so an image is transposed before, and a result of rank 4 after. */
export function writeReduction(file: OnnxWriter, node: ReduceNode | ArgMaxNode): void {
  const { name, op, inputs, inputShapes, outputShape, keepDimensions } = node;
  const rank = inputShapes[0].length;
  const isTurned = !keepDimensions && rank === 4;
  const isTurnedAfter = !keepDimensions && outputShape.length === 4;
  const [x] = isTurned ? [file.node("Transpose", inputs, file.fresh(`${name}/nhwc`), ints("perm", TO_NHWC))] : inputs;
  const inFile = (axis: number): number => (isTurned ? axis : axisInFile(axis, rank));
  const result = isTurnedAfter ? file.fresh(`${name}/reduced`) : name;
  const kept = int("keepdims", keepDimensions ? 1 : 0);
  if (op === "argMax") {
    const options = [...int("axis", inFile(node.axis)), ...kept];
    const index = file.node("ArgMax", [x], file.fresh(`${name}/index`), options);
    file.node("Cast", [index], result, int("to", FLOAT), name);
  } else {
    const axes = node.axes.map(inFile);
    if (op === "reduceSum") file.node("ReduceSum", [x, file.integers(`${name}/axes`, axes)], result, kept, name);
    else file.node(capital(op), [x], result, [...ints("axes", axes), ...kept], name);
  }
  if (isTurnedAfter) file.node("Transpose", [result], name, ints("perm", TO_NCHW), file.fresh(`${name}/back`));
}
