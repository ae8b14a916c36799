/**
 * A chain of layers as an ONNX file, for the engines that read one: just the operators of MobileNetV1.
 * Field numbers: onnx/onnx.proto3. Pictures are NCHW there, filters OIHW.
 */

const varint = (value) => {
  const bytes = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
};
const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value));
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

const FLOAT = 1;
const INTS = 7;
const INT = 2;

const ints = (name, values) => message(5, text(1, name), ...values.map((value) => number(8, value)), number(20, INTS));
const int = (name, value) => message(5, text(1, name), number(3, value), number(20, INT));
const node = (op, inputs, output, ...attributes) =>
  message(1, ...inputs.map((input) => text(1, input)), text(2, output), text(4, op), ...attributes);
const initializer = (name, dims, data) =>
  message(
    5,
    ...dims.map((dim) => number(1, dim)),
    number(2, FLOAT),
    text(8, name),
    bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  );
const value = (field, name, dims) => {
  const shape = message(2, ...dims.map((dim) => message(1, number(1, dim))));
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), shape)));
};

/**
 * @param graph   a session's graph: batch norm folded, activations fused, every node with one input
 * @param weights its weights
 * @returns the bytes of a ModelProto; input "x" [1, c, h, w], output "y"
 */
export function toOnnx(graph, weights) {
  const [, H, W, C] = graph.input.shape;
  const parts = [initializer("zero", [], new Float32Array([0])), initializer("six", [], new Float32Array([6]))];
  let x = "x";
  for (const n of graph.nodes) {
    const weight = (role, permutation, shape) => {
      const tensor = weights.get(n.weights[role].name);
      const turned = permutation ? tensor.transpose(permutation) : tensor;
      const name = n.weights[role].name;
      parts.push(initializer(name, shape ?? turned.shape, turned.toFloat32Array()));
      return name;
    };
    const operands = (filter) => [x, filter, ...(n.weights.bias ? [weight("bias")] : [])];
    let y = n.name;
    if (n.op === "dense") {
      parts.push(node("Gemm", operands(weight("filter")), y));
    } else if (n.op === "globalAveragePool2d") {
      parts.push(node("GlobalAveragePool", [x], y));
    } else if (n.op === "reshape") {
      parts.push(node("Flatten", [x], y));
    } else {
      const { KH, KW, C: channels, O, G } = n.geometry;
      const filter =
        n.op === "pointwiseConv2d"
          ? weight("filter", [1, 0], [O, channels, 1, 1])
          : n.op === "depthwiseConv2d"
            ? weight("filter", [2, 3, 0, 1], [O, 1, KH, KW])
            : weight("filter", [3, 2, 0, 1]);
      const { padTop, padLeft, padBottom, padRight, strideH, strideW } = n.geometry;
      parts.push(
        node(
          "Conv",
          operands(filter),
          y,
          ints("kernel_shape", [KH, KW]),
          ints("strides", [strideH, strideW]),
          ints("pads", [padTop, padLeft, padBottom, padRight]),
          int("group", G),
        ),
      );
    }
    if (n.activation === "relu6") {
      parts.push(node("Clip", [y, "zero", "six"], `${y}_relu6`));
      y = `${y}_relu6`;
    }
    x = y;
  }
  const last = graph.nodes[graph.nodes.length - 1].outputShape;
  const dims = last.length === 4 ? [last[0], last[3], last[1], last[2]] : last;
  parts.push(text(2, graph.name), value(11, "x", [1, C, H, W]), value(12, x, dims));
  return {
    bytes: Buffer.concat([number(1, 8), message(7, ...parts), message(8, text(1, ""), number(2, 13))]),
    output: x,
    dims,
  };
}
