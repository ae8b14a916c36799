/** Writes small TensorFlow Lite files with npm's flatbuffers, field by field; numbers are those of schema.fbs. */
import { Builder } from "flatbuffers";

/** Fields of a table, in the schema's order: each adds itself, unless it is its default. */
export const i8 = (value, byDefault = 0) => ({ add: (b, id) => b.addFieldInt8(id, value, byDefault) });
export const i32 = (value, byDefault = 0) => ({ add: (b, id) => b.addFieldInt32(id, value, byDefault) });
export const f32 = (value) => ({ add: (b, id) => b.addFieldFloat32(id, value, 0) });
export const flag = (value) => i8(Number(value));
export const none = { add: () => {} };
export const ints = (values) => ({
  make: (b) => {
    b.startVector(4, values.length, 4);
    for (const value of values.toReversed()) b.addInt32(value);
    return b.endVector();
  },
});

const offset = (at) => ({ add: (b, id) => b.addFieldOffset(id, at, 0) });

function table(b, fields) {
  const ready = fields.map((field) => (field.make ? offset(field.make(b)) : field));
  b.startObject(ready.length);
  ready.forEach((field, id) => {
    field.add(b, id);
  });
  return b.endObject();
}

function offsets(b, list) {
  b.startVector(4, list.length, 4);
  for (const at of list.toReversed()) b.addOffset(at);
  return b.endVector();
}

const bytes = (data) => ({
  make: (b) => {
    b.startVector(1, data.length, 16);
    for (const byte of data.toReversed()) b.addInt8(byte);
    return b.endVector();
  },
});
const text = (word) => ({ make: (b) => b.createString(word) });
const list = (make) => ({ make: (b) => offsets(b, make(b)) });

/**
 * @param tensors   { name, shape, type (0 float32, 2 int32), data? }
 * @param operators { code, version?, custom?, inputs, outputs, optionsType?, options?, customOptions? }
 */
export function tfliteFile({ tensors, operators, inputs, outputs }) {
  const b = new Builder(1024);
  const buffers = [null, ...tensors.map(({ data }) => data ?? null)];
  const code =
    ({ code: number, version = 1, custom }) =>
    (own) =>
      table(own, [i8(Math.min(number, 127)), custom ? text(custom) : none, i32(version, 1), i32(number)]);
  const tensor =
    ({ name, shape, type }, i) =>
    (own) =>
      table(own, [ints(shape), i8(type), i32(i + 1), text(name)]);
  const operator =
    ({ inputs: read, outputs: made, optionsType, options, customOptions }, i) =>
    (own) =>
      table(own, [
        i32(i),
        ints(read),
        ints(made),
        ...(optionsType ? [i8(optionsType), { make: (inner) => table(inner, options) }] : [none, none]),
        customOptions ? bytes(customOptions) : none,
      ]);
  const all = (makers) => list((own) => makers.map((make) => make(own)));
  const subgraph = (own) =>
    table(own, [all(tensors.map(tensor)), ints(inputs), ints(outputs), all(operators.map(operator)), text("main")]);
  const buffer = (data) => (own) =>
    table(own, data === null ? [] : [bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]);
  const root = table(b, [
    i32(3),
    all(operators.map(code)),
    all([subgraph]),
    text("separable's oracle"),
    all(buffers.map(buffer)),
  ]);
  b.finish(root, "TFL3");
  return b.asUint8Array().slice();
}
