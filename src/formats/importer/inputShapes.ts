/** @file Shapes of a file's inputs, whose first axis is the batch. */

import type { GraphInput } from "../../graph/graph.ts";
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import type { FileContents, FileEnd } from "../format.ts";

/** A shape for the only input, or shapes by name. */
export type GivenShape = Shape | Readonly<Record<string, Shape>>;

export interface FileInput {
  readonly name: string;
  /** -1 where the file leaves an extent open. */
  readonly shape: readonly number[];
  /** Why it cannot be read; null if it can. */
  readonly obstacle: string | null;
  /** Levels of its integers. Default: it has real numbers. */
  readonly quantization?: QuantizedLevels | null;
}

/** Ends as `inspect` shows them: open sizes, and the shapes of outputs, which only an import computes, are "?". */
export function openEnds(
  inputs: readonly FileInput[],
  outputs: readonly (readonly [name: string, value: string])[],
): Pick<FileContents, "inputs" | "outputs"> {
  const end = (name: string, shape: FileEnd["shape"]): FileEnd => ({ name, shape, type: "F32" });
  return {
    inputs: inputs.map(({ name, shape }) =>
      end(
        name,
        shape.map((extent) => (extent < 0 ? "?" : extent)),
      ),
    ),
    outputs: outputs.map(([name]) => end(name, ["?"])),
  };
}

export interface InputShapes {
  readonly shapes: readonly GraphInput[];
  /** The batch size that the file fixes; 0 if it leaves that open. */
  readonly batch: number;
}

/** Shapes of the inputs for one image. */
export function inputShapes(file: string, inputs: readonly FileInput[], given: GivenShape | undefined): InputShapes {
  const batches = new Set<number>();
  const shapes = inputs.map(({ name, shape, obstacle, quantization }) => {
    if (obstacle !== null) throw new FormatError(`${file}: the input ${show(name)} ${obstacle}`);
    const own = givenShape(given, name, inputs.length);
    if (own !== undefined && own.length !== shape.length) {
      throw new ShapeError(`${file}: shape is ${formatShape(own)}, the input ${show(name)} has rank ${shape.length}`);
    }
    if (shape.length < 1)
      throw new FormatError(`${file}: the input ${show(name)} is a scalar, needs an axis of images`);
    const sizes = shape.map((extent, axis) => {
      if (axis === 0) return Math.max(extent, 0);
      if (own === undefined && extent >= 0) return extent;
      const wanted = own?.[axis];
      if (wanted === undefined) {
        const shown = shape.map((one) => (one < 1 ? "?" : one)).join("×");
        throw new ShapeError(
          `${file}: the input ${show(name)} is ${shown}, needs a size for axis ${axis}: give the shape, e.g. 1x224x224x3 (--shape)`,
        );
      }
      if (extent >= 0 && wanted !== extent) {
        throw new ShapeError(`${file}: shape has ${wanted} at axis ${axis}, the input ${show(name)} ${extent}`);
      }
      return wanted;
    });
    if (sizes[0] > 0) batches.add(sizes[0]);
    return { name, shape: [1, ...sizes.slice(1)], ...(quantization && { quantization }) };
  });
  if (batches.size > 1) {
    throw new ShapeError(`${file}: the inputs have ${[...batches].join(" and ")} images, needs one number`);
  }
  return { shapes, batch: [...batches][0] ?? 0 };
}

function givenShape(given: GivenShape | undefined, name: string, inputs: number): Shape | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) return (given as Readonly<Record<string, Shape>>)[name];
  return inputs === 1 ? (given as Shape) : undefined;
}
