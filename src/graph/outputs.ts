/** @file The outputs of a graph: a value takes the name of the output that it is. */
import { ShapeError, show } from "../tensor/errors.ts";
import { type Graph, type GraphNode, graphOf } from "./graph.ts";
import type { Value } from "./methods.ts";
import { type NodeList, nodeList } from "./nodeList.ts";
import { OPERATIONS } from "./operations.ts";

/**
 * Finishes a graph. An input, and a value that is an output already, get a second name by a reshape, which computes
 * nothing. Names of weights stay.
 *
 * @param outputs names, each with its value
 * @param freeName for another value that has the name of an output
 */
export function withOutputs(
  name: string,
  { inputs, nodes, shapeOf }: NodeList,
  outputs: readonly (readonly [output: string, value: Value])[],
  freeName: (taken: string) => string,
): Graph {
  if (outputs.length === 0) throw new ShapeError(`graph ${name}: there is no output, needs at least one`);
  const whole = nodeList(name, inputs, nodes);
  const isInput = (value: Value): boolean => inputs.some((input) => input.name === value);
  const names = new Map<Value, string>();
  const wanted = new Set<string>();
  for (const [output, value] of outputs) {
    if (!isInput(value) && whole.nodes.every((node) => node.name !== value)) {
      throw new ShapeError(`graph ${name}: there is no value ${show(value)}, needs one for the output ${show(output)}`);
    }
    const shape = shapeOf(value);
    if (wanted.has(output)) throw new ShapeError(`graph ${name}: two outputs are called ${show(output)}`);
    wanted.add(output);
    const isFree = !names.has(value) && (value === output || !isInput(value));
    names.set(isFree ? value : OPERATIONS.reshape.method(whole)(value, shape, { name: unused(whole, value) }), output);
  }
  for (const value of [...inputs, ...whole.nodes]) {
    if (wanted.has(value.name) && !names.has(value.name)) names.set(value.name, freeName(value.name));
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

/** A name that no value has yet. */
function unused({ inputs, nodes }: NodeList, name: string): string {
  const isTaken = [...inputs, ...nodes].some((value) => value.name === name);
  return isTaken ? unused({ inputs, nodes } as NodeList, `${name}_again`) : name;
}
