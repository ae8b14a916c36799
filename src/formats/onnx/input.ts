/** @file The input of an ONNX file: its shape for one image, and the order of its axes. */

import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import { TO_NCHW } from "../importer/axes.ts";
import { isConstant, type Known } from "../importer/values.ts";
import type { OnnxNode, OnnxValue } from "./modelTypes.ts";

/** Returns the input's shape for one image, and the batch size that the file fixes; 0 if it is open. */
export function inputShape(
  file: string,
  { name, shape, elementType }: OnnxValue,
  given: Shape | undefined,
): { readonly shape: Shape; readonly batch: number } {
  if (elementType !== 1) {
    throw new FormatError(`${file}: the input ${show(name)} has the type ${elementType}, needs float32`);
  }
  if (given !== undefined && shape !== null && given.length !== shape.length) {
    throw new ShapeError(`${file}: shape is ${formatShape(given)}, the input ${show(name)} has rank ${shape.length}`);
  }
  const declared = shape ?? given;
  if (declared === undefined) {
    throw new ShapeError(`${file}: the input ${show(name)} has no shape, needs one given, e.g. 1x3x224x224 (--shape)`);
  }
  const sizes = declared.map((extent, axis): number => {
    const own = given?.[axis];
    if (typeof extent === "number" && extent > 0 && own !== undefined && axis > 0 && own !== extent) {
      throw new ShapeError(`${file}: shape has ${own} at axis ${axis}, the input ${show(name)} ${extent}`);
    }
    if (typeof extent === "number" && extent > 0) return extent;
    if (own !== undefined) return own;
    if (axis === 0) return 1;
    throw new ShapeError(
      `${file}: the input ${show(name)} is ${declared.join("×")}, needs a size for ${show(extent)}: give the shape, e.g. 1x3x224x224 (--shape)`,
    );
  });
  if (sizes.length < 1) throw new ShapeError(`${file}: the input ${show(name)} is a scalar, needs an axis of images`);
  const isFixed = typeof declared[0] === "number" && declared[0] > 0;
  return { shape: [1, ...sizes.slice(1)], batch: isFixed ? sizes[0] : 0 };
}

/** Operators allowed between an input [n, h, w, c] and its Transpose: rescaling, copies, limits, padding. */
const BEFORE_TRANSPOSE = /^(Add|Sub|Mul|Div|Cast|Identity|Clip|Relu|Pad)$/;

/**
 * Returns whether an input is already in a graph's order, [n, h, w, c]. TensorFlow's exporter writes such inputs and
 * transposes them to ONNX's order before any operator depends on the axes; with one channel, a Reshape does the same.
 *
 * @param nodes those that the output needs, in order
 * @param known constants, including the shapes that Reshape reads
 */
export function isInGraphOrder(
  nodes: readonly OnnxNode[],
  input: string,
  [, h, w, c]: Shape,
  known: ReadonlyMap<string, Known>,
): boolean {
  const values = new Set([input]);
  let isTurned = false;
  for (const { op, inputs, outputs, attributes } of nodes) {
    if (!inputs.some((name) => values.has(name)) || op === "Shape") continue;
    const shape = op === "Reshape" ? known.get(inputs[1]) : undefined;
    const to = shape !== undefined && isConstant(shape) ? [...shape.data].slice(1).join() : "";
    const turns = attributes.get("perm")?.ints.join() === TO_NCHW.join() || (c === 1 && to === [1, h, w].join());
    if (/^(Transpose|Reshape)$/.test(op) && turns) isTurned = true;
    else if (BEFORE_TRANSPOSE.test(op)) values.add(outputs[0]);
    else return false;
  }
  return isTurned;
}
