/** @file Imports one TensorFlow Lite operator: turns it into nodes of a graph or a constant. */
import { FormatError, show } from "../../tensor/errors.ts";
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { warn } from "../../tensor/warn.ts";
import type { FileNode } from "../importer/nodeOrder.ts";
import { type BuildState, runNode } from "../importer/operator.ts";
import { isConstant, type Known, type Value } from "../importer/values.ts";
import type { TfliteOperator } from "./model.ts";
import type { Operator } from "./operator.ts";
import { OPERATORS } from "./operators.ts";
import { knownAs } from "./unsupported.ts";

export type OperatorNode = FileNode & {
  readonly operator: TfliteOperator;
  /** Levels of its first output; null if that is real numbers. */
  readonly levels: QuantizedLevels | null;
};

/** Operators that the graph can also compute on integers; arithmetic only between two values. */
const ON_INTEGERS =
  /^(CONV_2D|DEPTHWISE_CONV_2D|FULLY_CONNECTED|(AVERAGE|MAX)_POOL_2D|MEAN|SOFTMAX|ADD|SUB|MUL|RELU6?|LOGISTIC|HARD_SWISH|TANH|LEAKY_RELU|QUANTIZE|DEQUANTIZE|RESIZE_BILINEAR|RESIZE_NEAREST_NEIGHBOR|PAD|MIRROR_PAD|STRIDED_SLICE|SLICE|CONCATENATION|RESHAPE|SQUEEZE|EXPAND_DIMS|TRANSPOSE|SPLIT|SPLIT_V|GATHER|TILE|PACK|UNPACK|BROADCAST_TO)$/;

export function run(file: string, node: OperatorNode, known: Map<string, Known>, state: BuildState): void {
  const operator = OPERATORS.get(node.op);
  if (operator === undefined) {
    throw new FormatError(`${file}: the operator ${node.op} of ${show(node.name)} is not supported${knownAs(node.op)}`);
  }
  const { levels } = node;
  const { options, customOptions } = node.operator;
  const own = { options, customOptions, outputs: node.outputs.length, levels };
  const values = node.inputs.flatMap((input) => {
    const found = known.get(input);
    return found === undefined || isConstant(found) ? [] : [found];
  });
  const isOnIntegers = values.some(({ name }) => state.g.levelsOf(name) !== null);
  const isArithmetic = /^(ADD|SUB|MUL)$/.test(node.op);
  if (!isOnIntegers || (ON_INTEGERS.test(node.op) && (!isArithmetic || values.length === 2))) {
    const g = levels === null ? state.g : state.withLevels(levels);
    runNode(file, node, operator, own, known, { ...state, g });
  } else throughRealNumbers(file, node, operator, own, known, state);
}

/** Runs an operator without a rule for integers here: it is computed in real numbers, and its result is rounded. */
function throughRealNumbers(
  file: string,
  node: OperatorNode,
  operator: Operator,
  own: { readonly levels: QuantizedLevels | null } & Pick<TfliteOperator, "options" | "customOptions"> & {
      outputs: number;
    },
  known: Map<string, Known>,
  state: BuildState,
): void {
  const { g, nameOf } = state;
  warn(`${file}: ${node.op} is computed in real numbers, and rounded`);
  const real = new Map(known);
  for (const input of node.inputs) {
    const value = known.get(input);
    if (value === undefined || isConstant(value) || g.levelsOf(value.name) === null) continue;
    const name = g.dequantize(value.name, { name: nameOf(`${value.name}_real`) });
    real.set(input, { ...value, name });
  }
  runNode(file, { ...node, name: `${node.name}_real` }, operator, { ...own, levels: null }, real, state);
  for (const output of node.outputs) {
    const value = real.get(output) as Known;
    if (own.levels === null || isConstant(value)) known.set(output, value);
    else {
      const name = g.quantize((value as Value).name, { name: nameOf(output), ...own.levels });
      known.set(output, { ...value, name } as Value);
    }
  }
}
