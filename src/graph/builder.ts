/**
 * @file The builder: a network is written as a short function that calls it.
 *
 * Every method checks its operands as the eager operation of the same name does, works out the shape of its result, and
 * returns the name of the new value.
 */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import { checkEpsilon } from "../geometry/batchNormalization.ts";
import { type ConvKind, conv2dGeometry, outputShape } from "../geometry/conv2d.ts";
import { checkPair, type Padding, type Pair } from "../geometry/padding.ts";
import { type Pool2dGeometryOptions, pool2dGeometry } from "../geometry/pool2d.ts";
import { concatShape, paddedShape } from "../geometry/rearrange.ts";
import { checkBoolean, oneOf, ShapeError, show } from "../tensor/errors.ts";
import {
  broadcastShape,
  checkAxis,
  checkInteger,
  checkShape,
  formatShape,
  type Shape,
  sizeOf,
} from "../tensor/shape.ts";
import type { Graph, GraphNode, PoolNode, WeightSpec } from "./graph.ts";

/** The name of a value in a graph. */
export type Value = string;

interface Named {
  /** Default: the operation and a number. */
  readonly name?: string;
}

export interface ConvSpec extends Named {
  /** Taps, n or [kh, kw]. Default 3. A pointwise convolution has none to choose. */
  readonly kernel?: Pair;
  readonly strides?: Pair;
  /** Default "same", TensorFlow's. */
  readonly padding?: Padding;
  readonly dilations?: Pair;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
  /** Default "none". */
  readonly activation?: Activation;
}

export interface PoolSpec extends Named, Omit<Pool2dGeometryOptions, "layout"> {
  /** Averages only. Default false. */
  readonly countIncludePad?: boolean;
}

export interface GraphBuilder {
  /** The graph's input. */
  readonly input: Value;
  shapeOf(x: Value): Shape;
  conv2d(x: Value, spec: ConvSpec & { readonly outputs: number; readonly groups?: number }): Value;
  /** `multiplier` outputs per channel, default 1. */
  depthwiseConv2d(x: Value, spec?: ConvSpec & { readonly multiplier?: number }): Value;
  pointwiseConv2d(x: Value, spec: Omit<ConvSpec, "kernel"> & { readonly outputs: number }): Value;
  dense(
    x: Value,
    spec: Named & { readonly outputs: number; readonly bias?: boolean; readonly activation?: Activation },
  ): Value;
  /** Over the last axis, with scale and bias. */
  batchNormalization(x: Value, spec?: Named & { readonly epsilon?: number }): Value;
  activation(x: Value, activation: Activation, spec?: Named): Value;
  maxPool2d(x: Value, spec?: PoolSpec): Value;
  averagePool2d(x: Value, spec?: PoolSpec): Value;
  globalAveragePool2d(x: Value, spec?: Named): Value;
  /** Over the last axis. */
  softmax(x: Value, spec?: Named): Value;
  add(a: Value, b: Value, spec?: Named): Value;
  mul(a: Value, b: Value, spec?: Named): Value;
  pad(x: Value, pads: readonly (readonly [number, number])[], spec?: Named & { readonly value?: number }): Value;
  concat(values: readonly Value[], axis: number, spec?: Named): Value;
  reshape(x: Value, shape: Shape, spec?: Named): Value;
  /** Axis i of the result is axis `permutation[i]` of x; the first stays the first. */
  transpose(x: Value, permutation: readonly number[], spec?: Named): Value;
  /** min(max(x, minValue), maxValue) */
  clamp(x: Value, limits: Named & { readonly minValue: number; readonly maxValue: number }): Value;
  /** min(max(alpha · x + beta, 0), 1); the activation of that name has alpha 1/6 and beta 1/2. */
  hardSigmoid(x: Value, slope: Named & { readonly alpha: number; readonly beta: number }): Value;
  /** The finished graph. @throws ShapeError if `output` is not one of its values */
  build(output: Value): Graph;
}

/** Nodes before they get their inputs and shapes. `Omit` does not look into a union, hence the condition. */
type Draft = GraphNode extends infer T
  ? T extends GraphNode
    ? Omit<T, "name" | "inputs" | "inputShapes" | "weights">
    : never
  : never;

/**
 * Starts a graph.
 *
 * @param name       of the graph, for tables and messages
 * @param inputShape [1, h, w, c], or any shape whose first extent, the number of pictures, is 1
 * @throws ShapeError for another shape
 *
 * @example
 * const g = graphBuilder("edge", [1, 28, 28, 1]);
 * const graph = g.build(g.conv2d(g.input, { outputs: 8, activation: "relu" }));
 */
export function graphBuilder(name: string, inputShape: Shape): GraphBuilder {
  checkShape("graphBuilder", "input", inputShape, 1);
  if (inputShape[0] !== 1) {
    throw new ShapeError(`graphBuilder: input ${formatShape(inputShape)} is a batch, needs one picture: 1×…`);
  }
  const input = "input";
  const shapes = new Map<Value, Shape>([[input, [...inputShape]]]);
  const nodes: GraphNode[] = [];

  const shapeOf = (x: Value): Shape => {
    const shape = shapes.get(x);
    if (shape === undefined) throw new ShapeError(`graph ${name}: there is no value ${show(x)} yet`);
    return shape;
  };

  const append = (
    spec: Named,
    inputs: readonly Value[],
    draft: Draft,
    weights: Record<string, Shape | null> = {},
  ): Value => {
    const nodeName = spec.name ?? `${draft.op}_${nodes.length + 1}`;
    if (shapes.has(nodeName)) throw new ShapeError(`graph ${name}: the name ${show(nodeName)} is taken`);
    if (draft.outputShape[0] !== 1) {
      const shape = formatShape(draft.outputShape);
      throw new ShapeError(
        `graph ${name}: ${nodeName} gives ${shape}, needs to keep the first extent 1: pictures stay apart`,
      );
    }
    const specs: Record<string, WeightSpec> = {};
    for (const [role, shape] of Object.entries(weights)) {
      if (shape !== null) specs[role] = { name: `${nodeName}/${role}`, shape };
    }
    const node = { name: nodeName, inputs, inputShapes: inputs.map(shapeOf), weights: specs, ...draft };
    nodes.push(node as GraphNode);
    shapes.set(nodeName, draft.outputShape);
    return nodeName;
  };

  const conv = (
    op: ConvKind,
    x: Value,
    spec: ConvSpec & { groups?: number },
    filterOf: (C: number, kernel: readonly [number, number]) => Shape,
  ): Value => {
    const shape = shapeOf(x);
    const kernel = checkPair(op, "kernel", spec.kernel ?? 3, 1);
    const filter = filterOf(shape[shape.length - 1], kernel);
    const { strides, padding = "same", dilations, groups } = spec;
    const bias = checkBoolean(op, "bias", spec.bias ?? true);
    const geometry = conv2dGeometry(shape, filter, { strides, padding, dilations, groups }, op);
    const activation = oneOf(op, "activation", spec.activation ?? "none", ACTIVATIONS);
    const weights = { filter, bias: bias ? [geometry.O] : null };
    return append(spec, [x], { op, geometry, activation, outputShape: outputShape(geometry) }, weights);
  };

  const pool = (op: PoolNode["op"], x: Value, spec: PoolSpec): Value => {
    const geometry = pool2dGeometry(op, shapeOf(x), spec);
    const countIncludePad = checkBoolean(op, "countIncludePad", spec.countIncludePad ?? false);
    return append(spec, [x], { op, geometry, countIncludePad, outputShape: outputShape(geometry) });
  };

  const builder: GraphBuilder = {
    input,
    shapeOf,
    conv2d: (x, spec) => {
      const groups = checkInteger("conv2d", "groups", spec.groups ?? 1, 1);
      checkInteger("conv2d", "outputs", spec.outputs, 1);
      return conv("conv2d", x, spec, (C, [KH, KW]) => [KH, KW, Math.ceil(C / groups), spec.outputs]);
    },
    depthwiseConv2d: (x, spec = {}) => {
      const multiplier = checkInteger("depthwiseConv2d", "multiplier", spec.multiplier ?? 1, 1);
      return conv("depthwiseConv2d", x, spec, (C, [KH, KW]) => [KH, KW, C, multiplier]);
    },
    pointwiseConv2d: (x, spec) => {
      checkInteger("pointwiseConv2d", "outputs", spec.outputs, 1);
      return conv("pointwiseConv2d", x, spec, (C) => [C, spec.outputs]);
    },
    dense: (x, spec) => {
      const shape = shapeOf(x);
      if (shape.length !== 2)
        throw new ShapeError(`dense: input ${formatShape(shape)} has rank ${shape.length}, needs rank 2`);
      const O = checkInteger("dense", "outputs", spec.outputs, 1);
      const activation = oneOf("dense", "activation", spec.activation ?? "none", ACTIVATIONS);
      const weights = { filter: [shape[1], O], bias: checkBoolean("dense", "bias", spec.bias ?? true) ? [O] : null };
      return append(spec, [x], { op: "dense", activation, outputShape: [shape[0], O] }, weights);
    },
    batchNormalization: (x, spec = {}) => {
      const shape = shapeOf(x);
      const epsilon = checkEpsilon("batchNormalization", spec.epsilon ?? 1e-5);
      const C = [shape[shape.length - 1]];
      const weights = { scale: C, bias: C, mean: C, variance: C };
      return append(spec, [x], { op: "batchNormalization", epsilon, outputShape: shape }, weights);
    },
    activation: (x, activation, spec = {}) => {
      oneOf("activation", "activation", activation, ACTIVATIONS);
      return append(spec, [x], { op: "activation", activation, outputShape: shapeOf(x) });
    },
    maxPool2d: (x, spec = {}) => pool("maxPool2d", x, spec),
    averagePool2d: (x, spec = {}) => pool("averagePool2d", x, spec),
    globalAveragePool2d: (x, spec = {}) => pool("globalAveragePool2d", x, spec),
    softmax: (x, spec = {}) => append(spec, [x], { op: "softmax", outputShape: shapeOf(x) }),
    add: (a, b, spec = {}) =>
      append(spec, [a, b], { op: "add", outputShape: broadcastShape("add", shapeOf(a), shapeOf(b)) }),
    mul: (a, b, spec = {}) =>
      append(spec, [a, b], { op: "mul", outputShape: broadcastShape("mul", shapeOf(a), shapeOf(b)) }),
    pad: (x, pads, spec = {}) =>
      append(spec, [x], { op: "pad", pads, value: spec.value ?? 0, outputShape: paddedShape("pad", shapeOf(x), pads) }),
    concat: (values, axis, spec = {}) => {
      if (values.length === 0) throw new ShapeError("concat: values are [], needs at least one");
      const along = checkAxis("concat", axis, shapeOf(values[0]).length);
      const joined = concatShape("concat", values.map(shapeOf), along);
      return append(spec, values, { op: "concat", axis: along, outputShape: joined });
    },
    reshape: (x, shape, spec = {}) => {
      checkShape("reshape", "shape", shape, 1);
      if (sizeOf(shape) !== sizeOf(shapeOf(x))) {
        throw new ShapeError(`reshape: ${formatShape(shapeOf(x))} cannot become ${formatShape(shape)}`);
      }
      return append(spec, [x], { op: "reshape", outputShape: [...shape] });
    },
    transpose: (x, permutation, spec = {}) => {
      const shape = shapeOf(x);
      const axes = permutation.map((axis) => checkAxis("transpose", axis, shape.length));
      if (axes.length !== shape.length || new Set(axes).size !== axes.length || axes[0] !== 0) {
        const need = `each of the axes 0 to ${shape.length - 1} once, 0 first`;
        throw new ShapeError(`transpose: permutation is ${show(permutation)}, needs ${need}`);
      }
      return append(spec, [x], { op: "transpose", permutation: axes, outputShape: axes.map((axis) => shape[axis]) });
    },
    clamp: (x, { minValue, maxValue, ...spec }) => {
      if (!Number.isFinite(minValue) || !Number.isFinite(maxValue) || minValue > maxValue) {
        throw new ShapeError(`clamp: minValue is ${show(minValue)}, maxValue ${show(maxValue)}, needs a finite range`);
      }
      return append(spec, [x], { op: "clamp", minValue, maxValue, outputShape: shapeOf(x) });
    },
    hardSigmoid: (x, { alpha, beta, ...spec }) => {
      if (!Number.isFinite(alpha) || !Number.isFinite(beta)) {
        throw new ShapeError(`hardSigmoid: alpha is ${show(alpha)}, beta ${show(beta)}, needs numbers`);
      }
      return append(spec, [x], { op: "hardSigmoid", alpha, beta, outputShape: shapeOf(x) });
    },
    build: (output) => {
      shapeOf(output);
      return { name, input: { name: input, shape: [...inputShape] }, nodes: [...nodes], output };
    },
  };
  return builder;
}
