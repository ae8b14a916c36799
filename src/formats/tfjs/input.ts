/**
 * @file Finds the image size in a TensorFlow.js model.json without a topology: the shape of its signature's input.
 *
 *   signature.inputs.NAME.tensorShape.dim: [{ "size": "-1" }, { "size": "128" }, …]
 */
import { type Json, objectOf } from "../json.ts";
import { shapeIn } from "../tensorflow/shape.ts";

/** Returns rows and columns; null if the file states none, leaves them open, or has no images [h, w, c]. */
export function statedResolution(signature: Json | null): readonly [h: number, w: number] | null {
  const [first] = Object.values(objectOf(signature?.inputs));
  const shape = shapeIn(objectOf(first).tensorShape);
  if (shape?.length !== 4) return null;
  const [, h, w, c] = shape;
  return h > 0 && w > 0 && (c === 1 || c === 3) ? [h, w] : null;
}
