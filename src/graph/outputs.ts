/** @file The outputs of a graph: a value that is an output takes the output's name. */
import { ShapeError, show } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { type Graph, type GraphNode, graphOf } from "./graph.ts";
import type { Value } from "./methods/value.ts";
import { type NodeList, nodeList } from "./nodeList.ts";
import { OPERATIONS } from "./operations.ts";

/**
 * Finishes a graph. An input, or a value that already is an output, gets a second name through a reshape, which
 * computes nothing. Weights keep their names.
 *
 * @param outputs names, each with its value
 * @param freeName renames another value that has the name of an output
 */
export function withOutputs(
  name: string,
  { inputs, nodes, shapeOf }: NodeList,
  outputs: readonly (readonly [output: string, value: Value])[],
  freeName: (taken: string) => string,
): Graph {
  if (outputs.length === 0) throw new ShapeError(`graph ${name}: there is no output, needs at least one`);
  const whole = nodeList(name, inputs, nodes);
  const inputNames = new Set(inputs.map((input) => input.name));
  const taken = new Set([...inputNames, ...nodes.map((node) => node.name)]);
  const names = new Map<Value, string>();
  const wanted = new Set<string>();
  for (const [output, value] of outputs) {
    if (!taken.has(value)) {
      throw new ShapeError(`graph ${name}: there is no value ${show(value)}, needs one for the output ${show(output)}`);
    }
    if (wanted.has(output)) throw new ShapeError(`graph ${name}: two outputs are called ${show(output)}`);
    wanted.add(output);
    const isFree = !names.has(value) && (value === output || !inputNames.has(value));
    names.set(isFree ? value : again(whole, value, shapeOf(value), taken), output);
  }
  for (const value of whole.nodes) {
    if (wanted.has(value.name) && !names.has(value.name)) names.set(value.name, freeName(value.name));
  }
  const input = inputs.find((one) => wanted.has(one.name) && names.get(one.name) !== one.name);
  if (input !== undefined) {
    throw new ShapeError(`graph ${name}: an output is called ${show(input.name)}, which is an input's name`);
  }
  const nameOf = (value: Value): string => names.get(value) ?? value;
  const renamed = whole.nodes.map((node): GraphNode => {
    return { ...node, name: nameOf(node.name), inputs: node.inputs.map(nameOf) };
  });
  return graphOf(
    name,
    inputs,
    renamed,
    outputs.map(([output]) => output),
  );
}

/** Appends a reshape of a value to its own shape. @returns its name, which no other value has */
function again(list: NodeList, value: Value, shape: Shape, taken: Set<string>): Value {
  let count = list.nodes.length;
  while (taken.has(`again_${count}`)) count++;
  taken.add(`again_${count}`);
  return OPERATIONS.reshape.method(list)(value, shape, { name: `again_${count}` });
}
