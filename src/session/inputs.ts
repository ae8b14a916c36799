/** @file Checks what a session is given to run: a tensor for each input of its graph. */
import type { Rounding } from "../geometry/requantization.ts";
import type { Graph, GraphInput } from "../graph/graph.ts";
import { quantized } from "../kernels/quantized/quantize.ts";
import { checkRecord, ShapeError, show } from "../tensor/errors.ts";
import type { Numbers } from "../tensor/numbers.ts";
import {
  checkQuantizedTensor,
  formatLevels,
  type QuantizedLevels,
  type QuantizedTensor,
} from "../tensor/quantizedTensor.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import type { Batched } from "./batched.ts";

/**
 * One tensor for a graph of one input, or tensors by the names of the inputs: [n, …] each, with the same n. An integer
 * input takes a quantised tensor with its levels, or a tensor of real numbers, which is quantised by the session's
 * rule.
 */
export type SessionInputs = Weight | Readonly<Record<string, Weight>>;

/**
 * @param method  of the session, for messages
 * @returns their numbers in the graph's order
 * @throws ShapeError if one is missing, unknown, misshaped, has another n or other levels
 */
export function checkInputs(method: string, graph: Graph, given: SessionInputs, rounding: Rounding): Batched {
  const { inputs } = graph;
  const isRecord = typeof given === "object" && given !== null && !Array.isArray(given) && !isQuantized(given);
  const isOne = given instanceof Tensor || !isRecord;
  if (inputs.length === 1 && isOne) {
    const one = checkInput(method, graph, given);
    return { count: one.shape[0], inputs: [numbersOf(method, inputs[0], one, rounding)] };
  }
  const names = inputs.map(({ name }) => show(name)).join(", ");
  if (given instanceof Tensor) {
    throw new ShapeError(`session.${method}: input is one tensor, ${graph.name} needs one for each of ${names}`);
  }
  const own = new Map(Object.entries(checkRecord(`session.${method}`, "inputs", given)) as [string, Weight][]);
  const unknown = [...own.keys()].find((name) => inputs.every((input) => input.name !== name));
  if (unknown !== undefined) {
    throw new ShapeError(`session.${method}: there is no input ${show(unknown)}, ${graph.name} has ${names}`);
  }
  const tensors = inputs.map(({ name }, i) => checkInput(method, graph, own.get(name), i));
  const [[N]] = tensors.map(({ shape }) => shape);
  const other = tensors.findIndex(({ shape }) => shape[0] !== N);
  if (other === -1) return { count: N, inputs: tensors.map((one, i) => numbersOf(method, inputs[i], one, rounding)) };
  throw new ShapeError(
    `session.${method}: ${inputs[other].name} has ${tensors[other].shape[0]} images, ${inputs[0].name} has ${N}; needs as many of each`,
  );
}

function isQuantized(given: unknown): given is QuantizedTensor {
  return typeof given === "object" && given !== null && "data" in given && "scale" in given;
}

function checkInput(method: string, { name: graphName, inputs }: Graph, given: unknown, i = 0): Weight {
  const { name, shape, quantization } = inputs[i];
  const [, ...extents] = shape;
  const called = inputs.length === 1 ? "input" : name;
  const checked = isQuantized(given) ? checkQuantizedTensor(`session.${method}`, `${called}.`, given) : given;
  if (!(checked instanceof Tensor) && !isQuantized(checked)) {
    throw new ShapeError(`session.${method}: ${called} is ${show(given)}, needs a Tensor`);
  }
  if (isQuantized(checked)) checkSame(method, called, checked, quantization);
  if (checked.shape[0] > 0 && sameShape(checked.shape.slice(1), extents)) return checked;
  const found = formatShape(checked.shape);
  throw new ShapeError(
    `session.${method}: ${called} is ${found}, ${graphName} needs n×${formatShape(extents)}, n >= 1`,
  );
}

/** @throws ShapeError unless the integers have the levels that the graph needs */
function checkSame(method: string, called: string, given: QuantizedTensor, needed?: QuantizedLevels): void {
  const { type, scale, zeroPoint } = given;
  if (needed === undefined) {
    throw new ShapeError(`session.${method}: ${called} has integers, needs a Tensor of real numbers`);
  }
  if (type === needed.type && scale === needed.scale && zeroPoint === needed.zeroPoint) return;
  throw new ShapeError(`session.${method}: ${called} is ${formatLevels(given)}; needs ${formatLevels(needed)}`);
}

/** Integers as they are; real numbers quantised if the graph's input is. */
function numbersOf(method: string, { quantization }: GraphInput, given: Weight, rounding: Rounding): Numbers {
  if (!(given instanceof Tensor)) return given.data;
  if (quantization === undefined) return given;
  return quantized(`session.${method}`, given, quantization, rounding);
}
