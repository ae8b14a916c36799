/**
 * @file The size of pictures that a TensorFlow.js model.json states.
 *
 *   layers model  modelTopology … layers[0].config.batch_input_shape (Keras 3: batch_shape): [null, h, w, c]
 *   graph model   signature.inputs.NAME.tensorShape.dim: [{ "size": "-1" }, { "size": "128" }, …]
 *                 modelTopology.node: [{ "op": "Placeholder", "attr": { "shape": { "shape": { "dim": … } } } }, …]
 */

/** Rows and columns; null where the file says none, or leaves them open. */
export function statedResolution(json: unknown): readonly [h: number, w: number] | null {
  const { signature, modelTopology: topology } = fieldsOf(json);
  const placeholders = listOf(fieldsOf(topology).node).filter((node) => fieldsOf(node).op === "Placeholder");
  const shapes = [
    ...Object.values(fieldsOf(fieldsOf(signature).inputs)).map((input) => fieldsOf(fieldsOf(input).tensorShape).dim),
    ...placeholders.map((node) => fieldsOf(fieldsOf(fieldsOf(fieldsOf(node).attr).shape).shape).dim),
  ];
  for (const dims of shapes) {
    const size = sizeIn(listOf(dims).map((dim) => fieldsOf(dim).size));
    if (size !== null) return size;
  }
  return inLayers(topology);
}

/** The first shape of an input, outer models before those that they contain. */
function inLayers(topology: unknown): readonly [number, number] | null {
  const values = [topology]; // a list and not calls: JSON may be nested as deep as it likes
  for (let i = 0; i < values.length; i++) {
    const { batch_input_shape, batch_shape, ...others } = fieldsOf(values[i]);
    const size = sizeIn(listOf(batch_input_shape ?? batch_shape));
    if (size !== null) return size;
    for (const value of Object.values(others)) if (typeof value === "object" && value !== null) values.push(value);
  }
  return null;
}

function sizeIn(shape: readonly unknown[]): readonly [number, number] | null {
  const [h, w] = shape.slice(1).map(Number);
  return shape.length === 4 && Number.isInteger(h) && Number.isInteger(w) && h > 0 && w > 0 ? [h, w] : null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
