/**
 * @file The size of pictures that a TensorFlow.js model.json states, of what lies on top the first.
 *
 *   graph model   signature.inputs.NAME.tensorShape.dim: [{ "size": "-1" }, { "size": "128" }, …]
 *                 modelTopology.node: [{ "op": "Placeholder", "attr": { "shape": { "shape": { "dim": … } } } }, …]
 *   layers model  modelTopology … layers[0].config.batch_input_shape (Keras 3: batch_shape): [null, h, w, c]
 */

/** Rows and columns; null where the file says none, or leaves them open. */
export function statedResolution(json: object): readonly [h: number, w: number] | null {
  const { signature, modelTopology } = json as { signature?: { inputs?: unknown }; modelTopology?: unknown };
  const values = [signature?.inputs, modelTopology]; // a list and not calls: JSON may be nested as deep as it likes
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as Readonly<Record<string, unknown>> | null | undefined;
    if (typeof value !== "object" || value === null || value.op === "Const") continue; // a weight's shape
    const shape = value.batch_input_shape ?? value.batch_shape ?? value.dim;
    if (Array.isArray(shape) && shape.length === 4) {
      const [, h, w] = shape.map((extent) => Number(extent?.size ?? extent));
      if (Number.isInteger(h) && Number.isInteger(w) && h > 0 && w > 0) return [h, w];
    }
    for (const inner of Object.values(value)) values.push(inner);
  }
  return null;
}
