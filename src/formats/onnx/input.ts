/** @file The inputs of an ONNX file: their shapes for one image, and the order of their axes. */

import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import { TO_NCHW } from "../importer/axes.ts";
import { isConstant, type Known } from "../importer/values.ts";
import type { OnnxNode, OnnxValue } from "./modelTypes.ts";

/** Shape of the input, or those of several by name; [n, c, h, w] for images, as ONNX writes them. */
export type InputShapes = Shape | Readonly<Record<string, Shape>>;

/** An input, in the file's order of axes and in the graph's. */
interface Input {
  readonly name: string;
  readonly shape: Shape;
  readonly inGraph: Shape;
  readonly turned: boolean;
}

/**
 * Returns the inputs, and the batch size that the file fixes; 0 if it is open.
 *
 * @param given the shapes of those that leave sizes open
 * @param isInGraphOrder whether an image is [n, h, w, c] in the file
 */
export function graphInputs(
  file: string,
  inputs: readonly OnnxValue[],
  given: InputShapes = {},
  isInGraphOrder: (name: string, shape: Shape) => boolean,
): { readonly ends: readonly Input[]; readonly batch: number } {
  const shapes = shapesByName(file, inputs, given);
  const found = inputs.map((input) => ({ name: input.name, ...inputShape(file, input, shapes.get(input.name)) }));
  const [batch = 0, ...others] = new Set(found.map((one) => one.batch).filter((size) => size > 0));
  if (others.length > 0) {
    const sizes = found.map((one) => `${show(one.name)} ${one.batch}`).join(", ");
    throw new ShapeError(`${file}: the inputs have different batch sizes, ${sizes}; needs one size`);
  }
  const ends = found.map(({ name, shape }): Input => {
    const turned = shape.length === 4 && !isInGraphOrder(name, shape);
    return { name, shape, turned, inGraph: turned ? [1, shape[2], shape[3], shape[1]] : shape };
  });
  return { ends, batch };
}

function shapesByName(file: string, inputs: readonly OnnxValue[], given: InputShapes): ReadonlyMap<string, Shape> {
  const names = inputs.map(({ name }) => name);
  if (Array.isArray(given)) {
    if (inputs.length === 1) return new Map([[names[0], given]]);
    throw new ShapeError(
      `${file}: shape is ${formatShape(given)}, needs one for each of ${names.map(show).join(", ")}`,
    );
  }
  const shapes = new Map(Object.entries(given as Readonly<Record<string, Shape>>));
  const unknown = [...shapes.keys()].find((name) => !names.includes(name));
  if (unknown === undefined) return shapes;
  throw new ShapeError(
    `${file}: there is no input ${show(unknown)} to give a shape, has ${names.map(show).join(", ")}`,
  );
}

/** Returns the input's shape for one image, and the batch size that the file fixes; 0 if it is open. */
function inputShape(
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
