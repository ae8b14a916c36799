/**
 * @file Finds the image size in a TensorFlow.js model.json: the first shape of rank 4 that belongs to an input.
 *
 *   graph model   signature.inputs.NAME.tensorShape.dim: [{ "size": "-1" }, { "size": "128" }, …]
 *                 modelTopology.node: [{ "op": "Placeholder", "attr": { "shape": { "shape": { "dim": … } } } }, …]
 *   layers model  modelTopology … layers[0].config.batch_input_shape (Keras 3: batch_shape): [null, h, w, c]
 */

type Json = Readonly<Record<string, unknown>> | null | undefined;

/** Returns rows and columns; null if the file states none, leaves them open, or has no images [h, w, c]. */
export function statedResolution(json: object): readonly [h: number, w: number] | null {
  const { signature, userDefinedMetadata, modelTopology } = json as Record<string, Json>;
  const older = userDefinedMetadata?.signature as Json;
  const values: unknown[] = [modelTopology, older?.inputs, signature?.inputs];
  while (values.length > 0) {
    // a stack, not recursion: JSON may be nested arbitrarily deep
    const value = values.pop() as Json;
    if (typeof value !== "object" || value === null) continue;
    if (typeof value.op === "string" && value.op !== "Placeholder") continue; // the shape of a weight or an operation
    const shape = value.batch_input_shape ?? value.batch_shape ?? value.dim;
    if (Array.isArray(shape) && shape.length === 4) {
      const [, h, w, c] = shape.map((extent) => extentOf(extent?.size ?? extent));
      const isImage = Number.isInteger(h) && Number.isInteger(w) && h > 0 && w > 0 && (c === 1 || c === 3);
      return isImage ? [h, w] : null;
    }
    values.push(...Object.values(value).reverse());
  }
  return null;
}

/** Converts a number or numeric text. Nothing else is made a string: lists may be nested arbitrarily deep. */
function extentOf(value: unknown): number {
  return typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
}
