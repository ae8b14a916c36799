/**
 * @file The builder: a network is written as a function that calls its methods.
 *
 * Every method checks its operands and options like the eager operation of the same name, has the same defaults, infers
 * the result's shape, and returns the new value's name.
 */
import { ACTIVATIONS } from "../geometry/activation.ts";
import { checkEpsilon } from "../geometry/batchNormalization.ts";
import { type ConvKind, conv2dGeometry } from "../geometry/conv2d.ts";
import { checkPair } from "../geometry/padding.ts";
import { pool2dGeometry } from "../geometry/pool2d.ts";
import { concatShape, paddedShape } from "../geometry/rearrange.ts";
import { outputShape } from "../geometry/window.ts";
import { checkBoolean, knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import {
  broadcastShape,
  checkAxis,
  checkInteger,
  checkRank,
  checkShape,
  formatShape,
  type Shape,
  sizeOf,
} from "../tensor/shape.ts";
import type { GraphNode, PoolNode, WeightSpec } from "./graph.ts";
import { type AveragePoolSpec, type ConvSpec, type GraphBuilder, type Named, OPTIONS, type Value } from "./specs.ts";

/** A node before it gets its name, inputs and weights. `Omit` alone does not distribute over unions. */
type Draft = GraphNode extends infer T
  ? T extends GraphNode
    ? Omit<T, "name" | "inputs" | "inputShapes" | "weights">
    : never
  : never;

/**
 * Starts a graph.
 *
 * @param name       of the graph, for tables and messages; not empty
 * @param inputShape [1, h, w, c], or any shape whose first extent, the number of images, is 1
 * @throws ShapeError for another shape or no name
 *
 * @example
 * const g = graphBuilder("edge", [1, 28, 28, 1]);
 * const graph = g.build(g.conv2d(g.input, { outputs: 8, activation: "relu" }));
 */
export function graphBuilder(name: string, inputShape: Shape): GraphBuilder {
  return builderOf(name, "input", inputShape).builder;
}

/** A builder, and the list to which it appends nodes. */
export function builderOf(
  name: string,
  input: Value,
  inputShape: Shape,
): { readonly builder: GraphBuilder; readonly nodes: GraphNode[] } {
  checkName("graphBuilder", name);
  checkName("graphBuilder", input);
  checkShape("graphBuilder", "input", inputShape, 1);
  if (inputShape[0] !== 1) {
    throw new ShapeError(`graphBuilder: input ${formatShape(inputShape)} is a batch, needs one image: 1×…`);
  }
  const shapes = new Map<Value, Shape>([[input, [...inputShape]]]);
  const nodes: GraphNode[] = [];

  const shapeOf = (x: Value): Shape => {
    const shape = shapes.get(x);
    if (shape === undefined) throw new ShapeError(`graph ${name}: there is no value ${show(x)} yet`);
    return shape;
  };

  /** The shape of a value with a channel axis besides the batch axis. */
  const channelled = (op: string, x: Value): Shape => {
    const shape = shapeOf(x);
    if (shape.length > 1) return shape;
    throw new ShapeError(`${op}: input is ${formatShape(shape)}, needs rank 2 or more`);
  };

  const append = (
    spec: Named,
    inputs: readonly Value[],
    draft: Draft,
    weights: Record<string, Shape | null> = {},
  ): Value => {
    const nodeName = checkName(draft.op, spec.name ?? `${draft.op}_${nodes.length + 1}`);
    if (shapes.has(nodeName)) throw new ShapeError(`graph ${name}: the name ${show(nodeName)} is taken`);
    if (draft.outputShape[0] !== 1) {
      const shape = formatShape(draft.outputShape);
      throw new ShapeError(
        `graph ${name}: ${nodeName} gives ${shape}, needs to keep the first extent 1: images stay apart`,
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
    spec: Omit<ConvSpec, "outputs">,
    filterOf: (C: number, kernel: readonly [number, number]) => Shape,
  ): Value => {
    const shape = shapeOf(x);
    const kernel = checkPair(op, "kernel", spec.kernel ?? 3, 1);
    const filter = filterOf(shape[shape.length - 1], kernel);
    const { strides, padding, dilations, groups } = spec;
    const bias = checkBoolean(op, "bias", spec.bias ?? true);
    const geometry = conv2dGeometry(shape, filter, { strides, padding, dilations, groups }, op);
    const activation = oneOf(op, "activation", spec.activation ?? "none", ACTIVATIONS);
    const weights = { filter, bias: bias ? [geometry.O] : null };
    return append(spec, [x], { op, geometry, activation, outputShape: outputShape(geometry) }, weights);
  };

  const pool = (op: PoolNode["op"], x: Value, spec: AveragePoolSpec): Value => {
    known(op, spec);
    const shape = shapeOf(x);
    const geometry = pool2dGeometry(op, shape, spec);
    const countIncludePad = checkBoolean(op, "countIncludePad", spec.countIncludePad ?? false);
    const windowDimensions = checkPair(op, "windowDimensions", spec.windowDimensions ?? [shape[1], shape[2]], 1);
    const { rounding = "floor" } = spec;
    const outputs = outputShape(geometry);
    return append(spec, [x], { op, geometry, countIncludePad, windowDimensions, rounding, outputShape: outputs });
  };

  const broadcast = (op: "add" | "mul", a: Value, b: Value, spec: Named): Value => {
    known(op, spec);
    return append(spec, [a, b], { op, outputShape: broadcastShape(op, shapeOf(a), shapeOf(b)) });
  };

  const builder: GraphBuilder = {
    input,
    shapeOf,
    conv2d: (x, spec) => {
      const { outputs, groups = 1 } = known("conv2d", spec);
      checkInteger("conv2d", "groups", groups, 1);
      checkInteger("conv2d", "outputs", outputs, 1);
      return conv("conv2d", x, spec, (C, [KH, KW]) => [KH, KW, Math.ceil(C / groups), outputs]);
    },
    depthwiseConv2d: (x, spec = {}) => {
      const { multiplier = 1 } = known("depthwiseConv2d", spec);
      checkInteger("depthwiseConv2d", "multiplier", multiplier, 1);
      return conv("depthwiseConv2d", x, spec, (C, [KH, KW]) => [KH, KW, C, multiplier]);
    },
    pointwiseConv2d: (x, spec) => {
      const { outputs } = known("pointwiseConv2d", spec);
      checkInteger("pointwiseConv2d", "outputs", outputs, 1);
      return conv("pointwiseConv2d", x, spec, (C) => [C, outputs]);
    },
    dense: (x, spec) => {
      known("dense", spec);
      const shape = shapeOf(x);
      checkRank("dense", "input", shape, [2]);
      const O = checkInteger("dense", "outputs", spec.outputs, 1);
      const activation = oneOf("dense", "activation", spec.activation ?? "none", ACTIVATIONS);
      const weights = { filter: [shape[1], O], bias: checkBoolean("dense", "bias", spec.bias ?? true) ? [O] : null };
      return append(spec, [x], { op: "dense", activation, outputShape: [shape[0], O] }, weights);
    },
    batchNormalization: (x, spec = {}) => {
      known("batchNormalization", spec);
      const shape = channelled("batchNormalization", x);
      const epsilon = checkEpsilon("batchNormalization", spec.epsilon ?? 1e-5);
      const C = [shape[shape.length - 1]];
      const weights = { scale: C, bias: C, mean: C, variance: C };
      return append(spec, [x], { op: "batchNormalization", epsilon, outputShape: shape }, weights);
    },
    activation: (x, activation, spec = {}) => {
      known("activation", spec);
      oneOf("activation", "activation", activation, ACTIVATIONS);
      return append(spec, [x], { op: "activation", activation, outputShape: shapeOf(x) });
    },
    maxPool2d: (x, spec = {}) => pool("maxPool2d", x, spec),
    averagePool2d: (x, spec = {}) => pool("averagePool2d", x, spec),
    globalAveragePool2d: (x, spec = {}) => pool("globalAveragePool2d", x, spec),
    softmax: (x, spec = {}) => {
      return append(known("softmax", spec), [x], { op: "softmax", outputShape: channelled("softmax", x) });
    },
    add: (a, b, spec = {}) => broadcast("add", a, b, spec),
    mul: (a, b, spec = {}) => broadcast("mul", a, b, spec),
    pad: (x, pads, spec = {}) => {
      const value = plainNumber("pad", "value", known("pad", spec).value ?? 0);
      const shape = paddedShape("pad", shapeOf(x), pads);
      const own = pads.map(([before, after]) => [before, after] as const);
      return append(spec, [x], { op: "pad", pads: own, value, outputShape: shape });
    },
    concat: (values, axis, spec = {}) => {
      known("concat", spec);
      if (!Array.isArray(values) || values.length === 0) {
        throw new ShapeError(`concat: values are ${show(values)}, needs an array of at least one`);
      }
      const along = checkAxis("concat", axis, shapeOf(values[0]).length);
      const joined = concatShape("concat", values.map(shapeOf), along);
      return append(spec, [...values], { op: "concat", axis: along, outputShape: joined });
    },
    reshape: (x, shape, spec = {}) => {
      known("reshape", spec);
      checkShape("reshape", "shape", shape, 1);
      if (sizeOf(shape) !== sizeOf(shapeOf(x))) {
        throw new ShapeError(`reshape: ${formatShape(shapeOf(x))} cannot become ${formatShape(shape)}`);
      }
      return append(spec, [x], { op: "reshape", outputShape: [...shape] });
    },
    transpose: (x, permutation, spec = {}) => {
      known("transpose", spec);
      const shape = shapeOf(x);
      const axes = Array.isArray(permutation)
        ? permutation.map((axis) => checkAxis("transpose", axis, shape.length))
        : [];
      if (axes.length !== shape.length || new Set(axes).size !== axes.length || axes[0] !== 0) {
        const need = `each of the axes 0 to ${shape.length - 1} once, 0 first`;
        throw new ShapeError(`transpose: permutation is ${show(permutation)}, needs ${need}`);
      }
      return append(spec, [x], { op: "transpose", permutation: axes, outputShape: axes.map((axis) => shape[axis]) });
    },
    clamp: (x, spec = {}) => {
      known("clamp", spec);
      const minValue = plainNumber("clamp", "minValue", spec.minValue ?? Number.NEGATIVE_INFINITY);
      const maxValue = plainNumber("clamp", "maxValue", spec.maxValue ?? Number.POSITIVE_INFINITY);
      if (minValue > maxValue) {
        throw new ShapeError(`clamp: minValue is ${minValue}, needs at most maxValue ${maxValue}`);
      }
      return append(spec, [x], { op: "clamp", minValue, maxValue, outputShape: shapeOf(x) });
    },
    hardSigmoid: (x, spec = {}) => {
      const { alpha = 1 / 6, beta = 1 / 2 } = known("hardSigmoid", spec);
      for (const [key, value] of Object.entries({ alpha, beta })) {
        if (!Number.isFinite(value))
          throw new ShapeError(`hardSigmoid: ${key} is ${show(value)}, needs a finite number`);
      }
      return append(spec, [x], { op: "hardSigmoid", alpha, beta, outputShape: shapeOf(x) });
    },
    build: (output) => {
      shapeOf(output);
      return { name, input: { name: input, shape: [...inputShape] }, nodes: [...nodes], output };
    },
  };
  return { builder, nodes };
}

/** The options, checked to contain no unknown one. */
function known<S extends object>(op: GraphNode["op"], spec: S): S {
  knownKeys(op, spec, [...OPTIONS[op], "name"]);
  return spec;
}

function checkName(op: string, name: unknown): string {
  if (typeof name === "string" && name !== "" && !/\p{Surrogate}/u.test(name)) return name;
  throw new ShapeError(`${op}: name is ${show(name)}, needs a string that is not empty`);
}

/** Makes a number fit JSON: ±∞ becomes float64's largest ±, which float32 rounds back to ±∞. */
function plainNumber(op: string, name: string, value: unknown): number {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a number`);
  }
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}
