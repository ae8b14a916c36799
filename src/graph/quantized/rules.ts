/**
 * @file Rules for nodes on integers: the operations that have an integer form, and the levels of their results and
 * weights.
 */

import { PLAIN_FUNCTIONS } from "../../geometry/elementwise.ts";
import { checkFullWindows } from "../../geometry/pool2d.ts";
import { QUANTIZED_ACTIVATIONS } from "../../geometry/quantizedActivation.ts";
import { checkRecord, knownKeys, oneOf, ShapeError, show } from "../../tensor/errors.ts";
import {
  atIndex,
  checkLevels,
  checkQuantization,
  formatLevels,
  type QuantizedLevels,
  sameLevels,
} from "../../tensor/quantizedTensor.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import type { Draft } from "../draft.ts";
import type { GraphNode, NodeQuantization, WeightQuantization } from "../graph.ts";
import type { FilterQuantization, Named } from "../specs.ts";

/**
 * same: as the input, whose integers are moved or compared. own: any, from the option `output`. layer: likewise, with
 * an integer filter.
 */
type Rule = "same" | "own" | "layer";

const RULES: Readonly<Partial<Record<Draft["op"], Rule>>> = {
  ...rules("layer", ["conv2d", "depthwiseConv2d", "pointwiseConv2d", "dense"]),
  ...rules("same", ["maxPool2d", "averagePool2d", "globalAveragePool2d", "pad", "concat", "reshape", "transpose"]),
  ...rules("same", ["slice", "gather", "expand", "tile", "resample2d"]),
  ...rules("own", ["add", "sub", "mul", "reduceMean", "softmax", "quantize"]),
  ...rules("own", ["activation", "clamp", "hardSigmoid", "leakyRelu", "elu", "gelu", ...PLAIN_FUNCTIONS]),
};

function rules(rule: Rule, ops: readonly Draft["op"][]) {
  return Object.fromEntries(ops.map((op) => [op, rule]));
}

/** Whether an operation only moves or compares integers, so that its result has the levels of its inputs. */
export function isMoved({ op }: Pick<Draft, "op">): boolean {
  return RULES[op] === "same";
}

/** Whether a node has an integer form. */
export function hasIntegers(node: GraphNode): boolean {
  if (RULES[node.op] === undefined) return false;
  try {
    checkDraft(node);
    return true;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

/** Options of a node on integers. */
interface Options extends Named {
  readonly filter?: FilterQuantization;
}

/** The levels of a node's values and, by role, of its weights. */
export interface Quantized {
  readonly node: NodeQuantization;
  readonly weights: Readonly<Record<string, WeightQuantization>>;
}

/**
 * @param inputs levels of what the node reads; null for real numbers
 * @param byDefault what its integers represent, if the options do not say
 * @returns null for a node on real numbers only
 * @throws ShapeError if the operation is not for integers, or its options do not fit
 */
export function quantizedNode(
  draft: Draft,
  inputs: readonly (QuantizedLevels | null)[],
  spec: Options,
  weights: Readonly<Record<string, Shape | null>>,
  byDefault: QuantizedLevels | null,
): Quantized | null {
  const { op } = draft;
  if (op === "quantize") return { node: { inputs, output: checkLevels(op, "", spec.output) }, weights: {} };
  const real = inputs.indexOf(null);
  if (inputs.every((levels) => levels === null)) {
    const option = (["output", "filter"] as const).find((name) => spec[name] !== undefined);
    if (option === undefined && op !== "dequantize") return null;
    const what = option === undefined ? "input is float32" : `${option} is given, and the input is float32`;
    throw new ShapeError(`${op}: ${what}, needs integers: quantize`);
  }
  if (real >= 0) throw new ShapeError(`${op}: input ${real} is float32 and another one integers, needs one of both`);
  const own = inputs as readonly QuantizedLevels[];
  if (op === "dequantize") return { node: { inputs, output: null }, weights: {} };
  const rule = RULES[op];
  if (rule === undefined) throw new ShapeError(`${op}: input is ${own[0].type}, needs float32: dequantize`);
  checkDraft(draft);
  const output = rule === "same" ? inherited(op, own, spec) : checkLevels(op, "output", spec.output ?? byDefault);
  return { node: { inputs, output }, weights: rule === "layer" ? layerWeights(draft, own[0], spec, weights) : {} };
}

function inherited(op: string, inputs: readonly QuantizedLevels[], { output }: Options): QuantizedLevels {
  const other = inputs.findIndex((levels) => !sameLevels(levels, inputs[0]));
  if (other > 0)
    throw new ShapeError(
      `${op}: input ${other} is ${formatLevels(inputs[other])}; input 0 is ${formatLevels(inputs[0])}`,
    );
  if (output === undefined || sameLevels(checkLevels(op, "output", output), inputs[0])) return inputs[0];
  throw new ShapeError(`${op}: output is ${show(output)}, needs that of the input, ${formatLevels(inputs[0])}`);
}

/** Requirements on a node for integers, beyond those for real numbers. */
function checkDraft(draft: Draft): void {
  const { op } = draft;
  if (RULES[op] === "layer" && "activation" in draft) {
    oneOf(`${op} on integers`, "activation", draft.activation, QUANTIZED_ACTIVATIONS);
  }
  if (op === "reduceMean" && (draft.axes.join() !== "1,2" || draft.outputShape.length < 2)) {
    throw new ShapeError(`${op} on integers: axes are ${draft.axes.join(", ")}, needs rows and columns: 1, 2`);
  }
  if (op === "resample2d" && draft.coordinates === "pytorch-half-pixel") {
    throw new ShapeError(`${op} on integers: coordinates are "pytorch-half-pixel", needs any others`);
  }
  if (op === "maxPool2d" || op === "averagePool2d" || op === "globalAveragePool2d") {
    if (draft.countIncludePad) throw new ShapeError(`${op} on integers: countIncludePad is true, needs false`);
    checkFullWindows(op, draft.geometry);
  }
}

function layerWeights(
  draft: Draft,
  x: QuantizedLevels,
  { filter: given }: Options,
  { filter, bias }: Readonly<Record<string, Shape | null>>,
): Quantized["weights"] {
  const { op } = draft;
  const shape = filter as Shape;
  const { type = "int8", scale, zeroPoint } = checkRecord(op, "filter", given) as FilterQuantization;
  knownKeys(op, given as FilterQuantization, ["type", "scale", "zeroPoint"]);
  oneOf(op, "filter.type", type, ["int8", "uint8"]);
  const axis = Array.isArray(scale) || Array.isArray(zeroPoint) ? outputAxis(op, shape) : null;
  const own = checkQuantization(op, "filter.", type, shape, { scale, zeroPoint, axis });
  if (!bias) return { filter: own };
  const isOne = typeof own.scale === "number";
  const products = Array.from({ length: isOne ? 1 : bias[0] }, (_, o) => Math.fround(x.scale * atIndex(own.scale, o)));
  return {
    filter: own,
    bias: { type: "int32", scale: isOne ? products[0] : products, zeroPoint: 0, axis: isOne ? null : 0 },
  };
}

/** The axis of a filter along which its output channels lie. */
function outputAxis(op: string, shape: Shape): number {
  if (op !== "depthwiseConv2d") return shape.length - 1;
  const [, , C, M] = shape;
  if (M > 1 && C > 1) {
    const needed = "one for all, or conv2d with as many groups as channels";
    throw new ShapeError(
      `${op}: filter.scale is a list, for ${formatShape(shape)} with two axes of outputs; needs ${needed}`,
    );
  }
  return M > 1 ? 3 : 2;
}
