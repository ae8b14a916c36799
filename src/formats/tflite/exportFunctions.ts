/** @file Exports elementwise functions, normalisation and reductions as TensorFlow Lite operators. */
import type { Activation } from "../../geometry/activation.ts";
import type { BatchNormNode, GraphNode, LayerNormNode } from "../../graph/graph.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { f32, flag, i8 } from "../bytes/flatbuffersWriter.ts";
import type { Own } from "./exportOwn.ts";
import type { Options } from "./writer.ts";

const [ADD, MUL, SUB, DIV]: readonly Options[] = [11, 21, 28, 29].map((type) => ({ type, fields: [i8(0)] }));
const LIMIT: Options = { type: 39, fields: [] };
const REDUCER = (keep: boolean): Options => ({ type: 27, fields: [flag(keep)] });

/** Writes an activation of a tensor as the node's result. */
export function writeActivation(own: Own, f: Activation, x: number): void {
  const { file, y, node } = own;
  const plain = { relu: "RELU", relu6: "RELU6", sigmoid: "LOGISTIC", hardSwish: "HARD_SWISH" } as const;
  if (f === "none") {
    file.operator("RESHAPE", [x, file.integers(`${node.name}/shape`, node.outputShape)], [y]);
    return;
  }
  if (f !== "hardSigmoid") {
    file.operator(plain[f], [x], [y]);
    return;
  }
  // min(max(x + 3, 0), 6) / 6
  const raised = own.step("ADD", [x, file.scalar(`${node.name}/three`, 3)], node.outputShape, "raised", ADD);
  const limited = own.step("RELU6", [raised], node.outputShape, "limited");
  file.operator("MUL", [limited, file.scalar(`${node.name}/sixth`, 1 / 6)], [y], MUL);
}

/** x · scale / √(variance + ε) + (bias - mean · scale / √(variance + ε)) */
export function writeBatchNorm(own: Own, { epsilon, outputShape, weights }: BatchNormNode): void {
  const { file, node, x, y } = own;
  const [mean, variance, scale, bias] = ["mean", "variance", "scale", "bias"].map((role) =>
    weights[role] ? own.weight(role).toFloat32Array() : null,
  ) as [Float32Array, Float32Array, Float32Array | null, Float32Array | null];
  const factor = mean.map((_, c) => (scale?.[c] ?? 1) / Math.sqrt(variance[c] + epsilon));
  const shift = mean.map((m, c) => (bias?.[c] ?? 0) - m * factor[c]);
  const of = (values: Float32Array, part: string): number =>
    file.numbers(`${node.name}/${part}`, new Tensor(values, [values.length]));
  const scaled = own.step("MUL", [x, of(factor, "factor")], outputShape, "scaled", MUL);
  file.operator("ADD", [scaled, of(shift, "shift")], [y], ADD);
}

/** (x - mean) / √(variance + ε) · scale + bias, over the last axes */
export function writeLayerNorm(own: Own, { axes, epsilon, outputShape: shape, weights }: LayerNormNode): void {
  const { file, node, x, y } = own;
  const listed = file.integers(
    `${node.name}/axes`,
    Array.from({ length: axes }, (_, i) => shape.length - axes + i),
  );
  const one = shape.map((extent, axis) => (axis < shape.length - axes ? extent : 1));
  const mean = own.step("MEAN", [x, listed], one, "mean", REDUCER(true));
  const centred = own.step("SUB", [x, mean], shape, "centred", SUB);
  const squares = own.step("MUL", [centred, centred], shape, "squares", MUL);
  const variance = own.step("MEAN", [squares, listed], one, "variance", REDUCER(true));
  const raised = own.step("ADD", [variance, file.scalar(`${node.name}/epsilon`, epsilon)], one, "raised", ADD);
  const deviation = own.step("SQRT", [raised], one, "deviation");
  const parts = [["scale", "MUL", MUL] as const, ["bias", "ADD", ADD] as const].filter(([role]) => weights[role]);
  let normal = parts.length === 0 ? y : file.fresh(`${node.name}/normal`, shape);
  file.operator("DIV", [centred, deviation], [normal], DIV);
  parts.forEach(([role, op, options], i) => {
    const made = i === parts.length - 1 ? y : file.fresh(`${node.name}/${role}ed`, shape);
    file.operator(op, [normal, file.numbers(weights[role].name, own.weight(role))], [made], options);
    normal = made;
  });
}

/** x / (1 + e^-2u), u = √(2/π) · (x + 0.044715 x³): GELU's own option has an error of up to 4e-4. */
function nearGelu(own: Own): true {
  const { file, node, x, y } = own;
  const shape = node.outputShape;
  const by = (a: number, part: string, factor: number): number =>
    own.step("MUL", [a, file.scalar(`${node.name}/${part}_factor`, factor)], shape, part, MUL);
  const cube = own.step("MUL", [own.step("MUL", [x, x], shape, "square", MUL), x], shape, "cube", MUL);
  const sum = own.step("ADD", [x, by(cube, "part", 0.044715)], shape, "sum", ADD);
  const share = own.step("LOGISTIC", [by(sum, "twice_u", 2 * Math.sqrt(2 / Math.PI))], shape, "share");
  file.operator("MUL", [x, share], [y], MUL);
  return true;
}

/** Functions without options, by the graph's names. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ abs: "ABS", neg: "NEG", sqrt: "SQRT", exp: "EXP", log: "LOG", tanh: "TANH", roundEven: "ROUND" },
};
const REDUCTIONS = { reduceMean: "MEAN", reduceSum: "SUM", reduceMax: "REDUCE_MAX", reduceMin: "REDUCE_MIN" } as const;

/** @returns false if the node is a different operation */
export function writeFunction(own: Own, node: GraphNode): boolean {
  const { file, x, y } = own;
  const { name, outputShape: shape } = node;
  const write = (op: string, inputs: readonly number[], options?: Options): true => {
    file.operator(op, inputs, [y], options);
    return true;
  };
  const scalar = (part: string, value: number): number => file.scalar(`${name}/${part}`, value);
  const limits = (from: number, min: number, max: number): true => {
    const raised = own.step("MAXIMUM", [from, scalar("min", Math.fround(min))], shape, "raised", LIMIT);
    return write("MINIMUM", [raised, scalar("max", Math.fround(max))], LIMIT);
  };
  if (node.op in PLAIN) return write(PLAIN[node.op], [x]);
  switch (node.op) {
    case "activation":
      writeActivation(own, node.activation, x);
      return true;
    case "clamp":
      return limits(x, node.minValue, node.maxValue);
    case "hardSigmoid": {
      const scaled = own.step("MUL", [x, scalar("alpha", node.alpha)], shape, "scaled", MUL);
      return limits(own.step("ADD", [scaled, scalar("beta", node.beta)], shape, "line", ADD), 0, 1);
    }
    case "leakyRelu":
      return write("LEAKY_RELU", [x], { type: 75, fields: [f32(node.alpha)] });
    case "elu": {
      if (node.alpha === 1) return write("ELU", [x]);
      const below = own.step("MINIMUM", [x, scalar("zero", 0)], shape, "below", LIMIT);
      const lower = own.step(
        "MUL",
        [own.step("ELU", [below], shape, "elu"), scalar("alpha", node.alpha)],
        shape,
        "lower",
        MUL,
      );
      return write("ADD", [own.step("RELU", [x], shape, "above"), lower], ADD);
    }
    case "gelu":
      return node.approximate === "none" ? write("GELU", [x], { type: 117, fields: [flag(false)] }) : nearGelu(own);
    case "prelu":
      return write("PRELU", [x, file.numbers(node.weights.slope.name, own.weight("slope"))]);
    case "reciprocal":
      return write("DIV", [scalar("one", 1), x], DIV);
    case "softmax":
      return write("SOFTMAX", [x], { type: 9, fields: [f32(1)] });
    case "reduceMean":
    case "reduceSum":
    case "reduceMax":
    case "reduceMin":
      return write(REDUCTIONS[node.op], [x, file.integers(`${name}/axes`, node.axes)], REDUCER(node.keepDimensions));
    case "fakeQuantize":
    case "erf":
      return own.fail();
    default:
      return false;
  }
}
