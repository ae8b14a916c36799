/**
 * @file From a graph with its weights to an ONNX file that Netron shows and onnxruntime runs.
 *
 * A value of rank 4 is [n, h, w, c] in a graph and [n, c, h, w] in the file; other values are the same in both. Fields are
 * numbered as in onnx.proto3.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { WindowGeometry } from "../../geometry/window.ts";
import { type ConvNode, type Graph, type GraphNode, outputShapeOf, type PoolNode } from "../../graph/graph.ts";
import { checkWeights, type Weights } from "../../graph/weights.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { floatBytes } from "../dtype.ts";
import { joined } from "../joined.ts";
import { TO_GRAPH, TO_ONNX } from "./order.ts";
import { bytesField, floatField, type Parts, textField, varintField } from "./protobuf.ts";

const IR_VERSION = 8;
/** HardSwish came with 14. */
const OPSET = 14;

/** Types of TensorProto and of attributes. */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

/**
 * The bytes of an ONNX model (opset 14), for any number of pictures.
 *
 * @param weights  as a session takes them
 * @param metadata strings by name, which other programs show
 * @throws ShapeError that lists every weight that does not fit
 */
export function exportOnnx(
  graph: Graph,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  checkWeights("exportOnnx", graph, weights);
  const names = [graph.input.name, ...graph.nodes.map((node) => node.name), ...weights.keys()];
  const file = writer(new Set(names));
  for (const node of graph.nodes) writeNode(file, node, weights);
  const { input, output, name } = graph;
  const body = [
    ...file.nodes,
    ...textField(2, name),
    ...file.initializers,
    ...valueInfo(11, input.name, input.shape),
    ...valueInfo(12, output, outputShapeOf(graph)),
  ];
  return joined([
    ...varintField(1, IR_VERSION),
    ...textField(2, "separable"),
    ...bytesField(7, body),
    ...bytesField(8, [...textField(1, ""), ...varintField(2, OPSET)]),
    ...Object.entries(metadata).flatMap(([key, text]) => bytesField(14, [...textField(1, key), ...textField(2, text)])),
  ]);
}

interface OnnxWriter {
  readonly nodes: Uint8Array[];
  readonly initializers: Uint8Array[];
  /**
   * @param name of the node, by which its weights are known when it is read back; default the output's
   * @returns the output's name
   */
  node(op: string, inputs: readonly string[], output: string, attributes?: Parts, name?: string): string;
  /** A name that nothing in the file has yet. */
  fresh(wanted: string): string;
  tensor(name: string, tensor: Tensor): string;
  integers(name: string, values: readonly number[]): string;
  scalar(name: string, value: number): string;
}

/** @param taken names of the graph: values and weights */
function writer(taken: Set<string>): OnnxWriter {
  const [nodes, initializers]: [Uint8Array[], Uint8Array[]] = [[], []];
  const initializer = (name: string, type: number, shape: Shape, bytes: Uint8Array): string => {
    const dims = shape.flatMap((extent) => varintField(1, extent));
    initializers.push(
      ...bytesField(5, [...dims, ...varintField(2, type), ...textField(8, name), ...bytesField(9, [bytes])]),
    );
    return name;
  };
  const fresh = (wanted: string): string => {
    let free = wanted;
    for (let i = 2; taken.has(free); i++) free = `${wanted}_${i}`;
    taken.add(free);
    return free;
  };
  return {
    nodes,
    initializers,
    node: (op, inputs, output, attributes = [], name = output) => {
      const operands = inputs.flatMap((input) => textField(1, input));
      const own = [...operands, ...textField(2, output), ...textField(3, name), ...textField(4, op), ...attributes];
      nodes.push(...bytesField(1, own));
      return output;
    },
    fresh,
    tensor: (name, tensor) => initializer(name, FLOAT, tensor.shape, floatBytes(tensor.toFloat32Array())),
    integers: (wanted, values) => {
      const name = fresh(wanted);
      const view = new DataView(new ArrayBuffer(8 * values.length));
      values.forEach((value, i) => {
        view.setBigInt64(8 * i, BigInt(value), true);
      });
      return initializer(name, INT64, [values.length], new Uint8Array(view.buffer));
    },
    scalar: (name, value) => initializer(fresh(name), FLOAT, [], floatBytes(Float32Array.of(value))),
  };
}

function writeNode(file: OnnxWriter, node: GraphNode, weights: Weights): void {
  const { name, op, inputs, inputShapes, outputShape } = node;
  const [x] = inputs;
  const weight = (role: string): Tensor => weights.get(node.weights[role].name) as Tensor; // checked
  const put = (role: string, tensor: Tensor = weight(role)): string => file.tensor(node.weights[role].name, tensor);
  const bias = (): readonly string[] => (node.weights.bias ? [put("bias")] : []);
  /** The operator, and the activation behind it. */
  const activated = (f: Activation, write: (output: string) => void): void => {
    const sum = f === "none" ? name : file.fresh(`${name}/sum`);
    write(sum);
    if (f !== "none") writeActivation(file, f, sum, name, file.fresh(`${name}/${f}`));
  };
  switch (op) {
    case "conv2d":
    case "depthwiseConv2d":
    case "pointwiseConv2d":
      activated(node.activation, (y) => {
        const groups = op === "conv2d" ? node.geometry.G : op === "depthwiseConv2d" ? node.geometry.C : 1;
        const attributes = [...windowAttributes(node.geometry), ...int("group", groups)];
        file.node("Conv", [x, put("filter", oihw(node, weight("filter"))), ...bias()], y, attributes, name);
      });
      return;
    case "dense":
      activated(node.activation, (y) => void file.node("Gemm", [x, put("filter"), ...bias()], y, [], name));
      return;
    case "batchNormalization": {
      const operands = ["scale", "bias", "mean", "variance"].map((role) => put(role));
      file.node("BatchNormalization", [x, ...operands], name, float("epsilon", node.epsilon));
      return;
    }
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
      writePool(file, node);
      return;
    case "activation":
      writeActivation(file, node.activation, x, name);
      return;
    case "hardSigmoid":
      file.node("HardSigmoid", [x], name, [...float("alpha", node.alpha), ...float("beta", node.beta)]);
      return;
    case "clamp": {
      const limits = [file.scalar(`${name}/min`, node.minValue), file.scalar(`${name}/max`, node.maxValue)];
      file.node("Clip", [x, ...limits], name);
      return;
    }
    case "softmax":
      file.node("Softmax", [x], name, int("axis", outputShape.length === 4 ? 1 : -1));
      return;
    case "add":
    case "mul": {
      const rank = outputShape.length;
      const operands = inputs.map((input, i) => raised(file, input, inputShapes[i], rank, `${name}/${i}`));
      file.node(op === "add" ? "Add" : "Mul", operands, name);
      return;
    }
    case "pad": {
      const pads = inOnnxOrder(node.pads);
      const listed = file.integers(`${name}/pads`, [
        ...pads.map(([before]) => before),
        ...pads.map(([, after]) => after),
      ]);
      file.node("Pad", [x, listed, file.scalar(`${name}/value`, node.value)], name);
      return;
    }
    case "concat":
      file.node("Concat", inputs, name, int("axis", outputShape.length === 4 ? TO_GRAPH[node.axis] : node.axis));
      return;
    case "transpose": {
      const turned = outputShape.length === 4;
      const own = turned ? TO_ONNX.map((axis) => TO_GRAPH[node.permutation[axis]]) : node.permutation;
      file.node("Transpose", [x], name, ints("perm", own));
      return;
    }
    case "reshape":
      writeReshape(file, node);
      return;
  }
}

function inOnnxOrder<T>(perAxis: readonly T[]): readonly T[] {
  return perAxis.length === 4 ? TO_ONNX.map((axis) => perAxis[axis]) : perAxis;
}

/** [kh, kw, c / g, o], [kh, kw, c, m] or [c, o] as [o, c / g, kh, kw]. */
function oihw({ op, geometry: { C, O, KH, KW } }: ConvNode, filter: Tensor): Tensor {
  if (op === "pointwiseConv2d") return filter.transpose([1, 0]).reshape([O, C, 1, 1]);
  if (op === "conv2d") return filter.transpose([3, 2, 0, 1]);
  return filter.transpose([2, 3, 0, 1]).reshape([O, 1, KH, KW]);
}

function windowAttributes(g: WindowGeometry): Parts {
  return [
    ...ints("kernel_shape", [g.KH, g.KW]),
    ...ints("strides", [g.strideH, g.strideW]),
    ...ints("dilations", [g.dilationH, g.dilationW]),
    ...ints("pads", [g.padTop, g.padLeft, g.padBottom, g.padRight]),
  ];
}

function writePool(file: OnnxWriter, { op, name, inputs: [x], geometry: g, countIncludePad }: PoolNode): void {
  if (op === "globalAveragePool2d") {
    file.node("GlobalAveragePool", [x], name);
    return;
  }
  if (op === "averagePool2d" && (g.dilationH > 1 || g.dilationW > 1)) {
    throw new ShapeError(`exportOnnx: ${name} averages with dilations, which opset ${OPSET} cannot`);
  }
  const reachesOver =
    (g.OH - 1) * g.strideH + g.dilationH * (g.KH - 1) + 1 > g.H + g.padTop + g.padBottom ||
    (g.OW - 1) * g.strideW + g.dilationW * (g.KW - 1) + 1 > g.W + g.padLeft + g.padRight;
  const attributes = [...windowAttributes(g), ...int("ceil_mode", reachesOver ? 1 : 0)];
  if (op === "maxPool2d") file.node("MaxPool", [x], name, attributes);
  else file.node("AveragePool", [x], name, [...attributes, ...int("count_include_pad", countIncludePad ? 1 : 0)]);
}

function writeActivation(file: OnnxWriter, f: Activation, x: string, y: string, name: string = y): void {
  switch (f) {
    case "none":
      file.node("Identity", [x], y, [], name);
      return;
    case "relu":
      file.node("Relu", [x], y, [], name);
      return;
    case "relu6":
      file.node("Clip", [x, file.scalar(`${y}/min`, 0), file.scalar(`${y}/max`, 6)], y, [], name);
      return;
    case "sigmoid":
      file.node("Sigmoid", [x], y, [], name);
      return;
    case "hardSwish":
      file.node("HardSwish", [x], y, [], name);
      return;
    case "hardSigmoid":
      file.node("HardSigmoid", [x], y, [...float("alpha", 1 / 6), ...float("beta", 0.5)], name);
      return;
  }
}

/** A value with as many axes as another; of rank 4 it becomes a picture. */
function raised(file: OnnxWriter, x: string, shape: Shape, rank: number, name: string): string {
  if (shape.length === rank) return x;
  const full = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const wide = file.node("Reshape", [x, file.integers(`${name}/shape`, batchOpen(full))], file.fresh(`${name}/wide`));
  return rank === 4 ? file.node("Transpose", [wide], file.fresh(`${name}/nchw`), ints("perm", TO_ONNX)) : wide;
}

/** The first extent counts pictures, of which there may be any number. */
function batchOpen([, ...rest]: Shape): readonly number[] {
  return [-1, ...rest];
}

/** A graph reshapes [n, h, w, c]: around it a picture is turned, unless it has one pixel. */
function writeReshape(file: OnnxWriter, { name, inputs: [x], inputShapes: [from], outputShape: to }: GraphNode): void {
  const isTurned = (shape: Shape): boolean => shape.length === 4 && shape[1] * shape[2] > 1 && shape[3] > 1;
  const plain = isTurned(from) ? file.node("Transpose", [x], file.fresh(`${name}/nhwc`), ints("perm", TO_GRAPH)) : x;
  const shape = isTurned(to) ? to : inOnnxOrder(to);
  const target = isTurned(to) ? file.fresh(`${name}/reshaped`) : name;
  file.node("Reshape", [plain, file.integers(`${name}/shape`, batchOpen(shape))], target);
  if (isTurned(to)) file.node("Transpose", [target], name, ints("perm", TO_ONNX));
}

function attribute(name: string, type: number, value: Parts): Parts {
  return bytesField(5, [...textField(1, name), ...value, ...varintField(20, type)]);
}

function int(name: string, value: number): Parts {
  return attribute(name, ATTRIBUTE.int, varintField(3, BigInt(value)));
}

function ints(name: string, values: readonly number[]): Parts {
  return attribute(
    name,
    ATTRIBUTE.ints,
    values.flatMap((value) => varintField(8, BigInt(value))),
  );
}

function float(name: string, value: number): Parts {
  return attribute(name, ATTRIBUTE.float, floatField(2, value));
}

/** A float32 tensor [n, …], the number of pictures open. */
function valueInfo(field: number, name: string, shape: Shape): Parts {
  const [, ...rest] = inOnnxOrder(shape);
  const dims: readonly Parts[] = [textField(2, "n"), ...rest.map((extent) => varintField(1, extent))];
  const tensor = [
    ...varintField(1, FLOAT),
    ...bytesField(
      2,
      dims.flatMap((dim) => bytesField(1, dim)),
    ),
  ];
  return bytesField(field, [...textField(1, name), ...bytesField(2, bytesField(1, tensor))]);
}
