/** Other people's test vectors as calls of this library. The format is described in the README beside the vectors. */
import * as separable from "../../src/index.ts";
import { type Activation, type Padding4, type Shape, type Tensor, type TierName, tensor } from "../../src/index.ts";

export interface Vector {
  readonly source: string;
  readonly name: string;
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly inputs: Readonly<Record<string, { shape: number[]; data: Float32Array; dtype: string }>>;
  readonly expected: Readonly<Record<string, { shape: number[]; data: Float32Array }>> | null;
  readonly tolerance: Readonly<Record<string, object>>;
}

/** Operations of the vectors that the library has, by the names that the vectors use. */
export const OPERATIONS: readonly string[] = [
  "conv2d",
  "avgPool2d",
  "maxPool2d",
  "globalAvgPool2d",
  "batchNorm",
  "clip",
  "relu",
  "relu6",
  "hardSwish",
  "hardSigmoid",
  "sigmoid",
  "softmax",
  "add",
  "mul",
  "pad",
  "concat",
  "gemm",
  "matMul",
  "reshape",
  "transpose",
];

/** Why a vector of an operation that the library has cannot be asked of it; null if it can. */
export function reasonToSkip({ attrs, inputs, expected, tags, op }: Vector): string | null {
  if (tags.includes("disputed")) return "disputed by the collection itself; ours is in docs, Where libraries disagree";
  if (tags.includes("upstream-bug")) return "a bug of its source, says the collection";
  if (tags.includes("empty")) return "an extent of 0: every operation here refuses one";
  if (tags.includes("nonstandard-broadcast"))
    return "per-channel values that are not vectors: tfjs flattens them, we refuse";
  if (tags.includes("train") || attrs.training === true) return "batch norm in training mode belongs to training";
  if ("dOutput" in inputs) return "a gradient";
  const activation = attrs.activation ?? "linear";
  if (!["linear", "relu", "relu6", "sigmoid"].includes(String(activation))) return `the library has no ${activation}`;
  if (attrs.mode !== undefined && attrs.mode !== "constant") return `padding mode ${attrs.mode}, only constant here`;
  if (op === "matMul" && Object.values(inputs).some(({ shape }) => shape.length !== 2))
    return "dense takes matrices only";
  if (attrs.ceilRule === "raw" && attrs.ceilMode === true) return "tfjs keeps windows that begin in the end padding";
  if (attrs.dimRoundingMode === "round")
    return "tfjs rounds the output size to the nearest integer; floor and ceil here";
  if (op === "clip" && Number(attrs.min) > Number(attrs.max))
    return "ONNX clips with min > max; a RangeError here, tested elsewhere";
  if (op === "reshape" && (attrs.shape as number[]).includes(0)) return "0 for a copied extent is ONNX's own notation";
  return expected === null ? "no expectation" : null;
}

/** The vectors' order of padding is ONNX's: top, left, bottom, right. Ours is WebNN's. */
export function paddingOf(pads: readonly number[] | undefined): Padding4 | undefined {
  return pads && [pads[0], pads[2], pads[1], pads[3]];
}

type Attributes = Readonly<Record<string, never>>;

/** The library's answers: one, or several where several operations can give it. */
export function answersTo(vector: Vector, backend: TierName): readonly Tensor[] {
  const a = vector.attrs as Attributes;
  const operands = Object.fromEntries(
    Object.entries(vector.inputs).map(([name, { shape, data }]) => [name, tensor(data, shape)]),
  );
  const { input } = operands;
  switch (vector.op) {
    case "conv2d":
      return convolutions(a, operands, backend);
    case "avgPool2d":
      return [
        separable.averagePool2d(input, { ...poolOptions(a, input.shape), countIncludePad: a.countIncludePad, backend }),
      ];
    case "maxPool2d":
      return [separable.maxPool2d(input, { ...poolOptions(a, input.shape), backend })];
    case "globalAvgPool2d":
      return [separable.globalAveragePool2d(input, { layout: "nchw", backend })];
    case "batchNorm": {
      const { mean, variance, scale, bias } = operands;
      const options = { mean, variance, scale, bias, epsilon: a.epsilon, axis: a.axis, backend };
      return [separable.batchNormalization(input, options)];
    }
    case "clip": {
      const limits = {
        ...(a.min == null ? {} : { minValue: Number(a.min) }),
        ...(a.max == null ? {} : { maxValue: Number(a.max) }),
      };
      return [separable.clamp(input, { ...limits, backend })];
    }
    case "relu":
      return [separable.relu(input, { backend })];
    case "relu6":
      return [separable.relu6(input, { backend })];
    case "hardSwish":
      return [separable.hardSwish(input, { backend })];
    case "sigmoid":
      return [separable.sigmoid(input, { backend })];
    case "hardSigmoid":
      return [separable.hardSigmoid(input, { alpha: a.alpha, beta: a.beta, backend })];
    case "softmax":
      return [separable.softmax(input, a.axis, { backend })];
    case "add":
      return [separable.add(operands.a, operands.b, { backend })];
    case "mul":
      return [separable.mul(operands.a, operands.b, { backend })];
    case "pad":
      return [separable.pad(input, padPairs(a, input.shape), Number(a.value ?? 0), { backend })];
    case "concat":
      return [separable.concat(Object.values(operands), a.axis, { backend })];
    case "gemm":
    case "matMul":
      return [product(a, operands, backend)];
    case "reshape":
      return [input.reshape(a.shape).contiguous()];
    case "transpose":
      return [input.transpose(a.perm ?? input.shape.map((_, axis) => input.shape.length - 1 - axis)).contiguous()];
    default:
      throw new Error(`no call for ${vector.op}`);
  }
}

function convolutions(a: Attributes, { input, weight, bias }: Record<string, Tensor>, backend: TierName): Tensor[] {
  const layout = (a.layout ?? "nchw") as "nchw" | "nhwc";
  const groups: number = a.groups ?? 1;
  const common = {
    strides: a.strides,
    dilations: a.dilations,
    padding: paddingOf(a.pads),
    bias: bias?.shape.length === 0 ? bias.reshape([1]) : bias,
    activation: (a.activation === "linear" ? "none" : a.activation) as Activation | undefined,
    layout,
    backend,
  };
  if (a.filterLayout === "hwcm") {
    return [separable.depthwiseConv2d(input, weight, { ...common, filterLayout: "hwim" })];
  }
  const answers = [separable.conv2d(input, weight, { ...common, groups, filterLayout: a.filterLayout })];
  const channels = input.shape[layout === "nchw" ? 1 : 3];
  if (groups === channels && a.filterLayout === "oihw") {
    answers.push(separable.depthwiseConv2d(input, weight, { ...common, filterLayout: "oihw" }));
  }
  return answers;
}

function poolOptions(a: Attributes, shape: Shape): separable.Pool2dOptions {
  const layout = (a.layout ?? "nchw") as "nchw" | "nhwc";
  const options = {
    windowDimensions: a.kernel,
    strides: a.strides,
    dilations: a.dilations,
    padding: paddingOf(a.pads),
    layout,
  };
  const sizes: number[] | undefined = a.outputSizes;
  if (sizes === undefined) return { ...options, rounding: a.ceilMode ? "ceil" : "floor" };
  // WebNN's outputSizes overrules its rounding; it can only ask for one of the two.
  const floored = separable.maxPool2d(separable.Tensor.zeros(shape), { ...options, rounding: "floor" });
  const rows = floored.shape[layout === "nchw" ? 2 : 1];
  return { ...options, rounding: rows === sizes[0] ? "floor" : "ceil" };
}

/** ONNX and WebNN list the elements before every axis, then those behind; ONNX may name the axes. */
function padPairs({ pads, axes }: { pads?: number[]; axes?: number[] }, shape: Shape): [number, number][] {
  const list = pads ?? [];
  const named = (axes ?? shape.map((_, axis) => axis)).map((axis) => (axis < 0 ? axis + shape.length : axis));
  return shape.map((_, axis) => {
    const i = named.indexOf(axis);
    return i === -1 ? [0, 0] : [list[i], list[i + named.length]];
  });
}

/** alpha · A · B + beta · C with either factor transposed. */
function product(a: Attributes, operands: Record<string, Tensor>, backend: TierName): Tensor {
  const turned = (t: Tensor, isTurned: boolean | undefined): Tensor => (isTurned ? t.transpose([1, 0]) : t);
  const [left, right] = [turned(operands.a, a.transA), turned(operands.b, a.transB)];
  const bias = operands.c ?? operands.bias;
  const activation = a.activation as Activation | undefined;
  const [alpha, beta]: number[] = [a.alpha ?? 1, a.beta ?? 1];
  if (alpha === 1 && beta === 1 && (bias === undefined || bias.size === right.shape[1])) {
    return separable.dense(left, right, { bias: bias?.reshape([bias.size]), activation, backend });
  }
  const scaled = separable.mul(separable.dense(left, right, { backend }), tensor([alpha], []));
  return bias === undefined ? scaled : separable.add(scaled, separable.mul(bias, tensor([beta], [])));
}
