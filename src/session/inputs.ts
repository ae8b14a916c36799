/** @file Checks what a session is given to run: a tensor for each input of its graph. */
import type { Graph } from "../graph/graph.ts";
import { checkRecord, ShapeError, show } from "../tensor/errors.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** One tensor for a graph of one input, or tensors by the names of the inputs: [n, …] each, with the same n. */
export type SessionInputs = Tensor | Readonly<Record<string, Tensor>>;

/**
 * @param method  of the session, for messages
 * @returns the tensors in the graph's order
 * @throws ShapeError if one is missing, unknown, misshaped or has another n
 */
export function checkInputs(method: string, graph: Graph, given: SessionInputs): readonly Tensor[] {
  const { inputs } = graph;
  const isRecord = typeof given === "object" && given !== null && !Array.isArray(given);
  if (inputs.length === 1 && (given instanceof Tensor || !isRecord)) {
    return [checkInput(method, graph, given)];
  }
  const names = inputs.map(({ name }) => show(name)).join(", ");
  if (given instanceof Tensor) {
    throw new ShapeError(`session.${method}: input is one tensor, ${graph.name} needs one for each of ${names}`);
  }
  const own = new Map(Object.entries(checkRecord(`session.${method}`, "inputs", given)) as [string, Tensor][]);
  const unknown = [...own.keys()].find((name) => inputs.every((input) => input.name !== name));
  if (unknown !== undefined) {
    throw new ShapeError(`session.${method}: there is no input ${show(unknown)}, ${graph.name} has ${names}`);
  }
  const tensors = inputs.map(({ name }, i) => checkInput(method, graph, own.get(name), i));
  const [[N]] = tensors.map(({ shape }) => shape);
  const other = tensors.findIndex(({ shape }) => shape[0] !== N);
  if (other === -1) return tensors;
  throw new ShapeError(
    `session.${method}: ${inputs[other].name} has ${tensors[other].shape[0]} images, ${inputs[0].name} has ${N}; needs as many of each`,
  );
}

function checkInput(method: string, { name: graphName, inputs }: Graph, given: unknown, i = 0): Tensor {
  const { name, shape } = inputs[i];
  const [, ...extents] = shape;
  const called = inputs.length === 1 ? "input" : name;
  if (!(given instanceof Tensor))
    throw new ShapeError(`session.${method}: ${called} is ${show(given)}, needs a Tensor`);
  if (given.shape[0] > 0 && sameShape(given.shape.slice(1), extents)) return given;
  const found = formatShape(given.shape);
  throw new ShapeError(
    `session.${method}: ${called} is ${found}, ${graphName} needs n×${formatShape(extents)}, n >= 1`,
  );
}
