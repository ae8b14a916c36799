/** @file The outputs of an imported graph: the file's, under the file's names. */
import type { builderOf } from "../../graph/builder.ts";
import { type Graph, type GraphNode, graphOf } from "../../graph/graph.ts";

/**
 * Finishes a graph.
 *
 * @param outputs the file's names of its outputs, each with its value in the graph
 * @param nameOf  returns a name that no node has yet
 */
export function withFileOutputs(
  { builder, build }: ReturnType<typeof builderOf>,
  outputs: readonly { readonly wanted: string; readonly name: string }[],
  nameOf: (wanted: string) => string,
): Graph {
  const wantedNames = new Set(outputs.map(({ wanted }) => wanted));
  const taken = new Set<string>();
  const values = outputs.map(({ wanted, name }) => {
    // A value that is an input, or an output already, gets a second name.
    const isFree = !taken.has(name) && (name === wanted || !builder.inputs.includes(name));
    const value = isFree ? name : builder.reshape(name, builder.shapeOf(name), { name: nameOf(wanted) });
    taken.add(value);
    return value;
  });
  const graph = build(values.map((value) => [value, value]));
  const names = new Map(outputs.map(({ wanted }, i) => [values[i], wanted]));
  for (const { name } of graph.nodes) if (wantedNames.has(name) && !names.has(name)) names.set(name, nameOf(name));
  return renamed(graph, names);
}

function renamed(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const nameOf = (name: string): string => names.get(name) ?? name;
  const nodes = graph.nodes.map((node): GraphNode => {
    return { ...node, name: nameOf(node.name), inputs: node.inputs.map(nameOf) };
  });
  return graphOf(graph.name, graph.inputs, nodes, graph.outputs.map(nameOf));
}
