/** @file Chooses the subgraph of a TensorFlow Lite file to read, and the names of its inputs and outputs. */
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import type { Signature, Subgraph, TfliteModel } from "./model.ts";

/**
 * Returns the first subgraph, or the wanted one; a signature also names its inputs and outputs.
 *
 * @param wanted name of a signature or subgraph
 * @throws ShapeError unless the file has it
 */
export function chosenSubgraph(file: string, model: TfliteModel, wanted: string | undefined): Subgraph {
  const { subgraphNames, signatures } = model;
  if (subgraphNames.length === 0) throw new FormatError(`${file}: has no subgraph, needs one`);
  if (wanted === undefined) return model.subgraph(0);
  const signature = signatures.find(({ key }) => key === wanted);
  if (signature !== undefined) return signed(file, model, signature);
  const at = subgraphNames.indexOf(wanted);
  if (at >= 0) return model.subgraph(at);
  const known = new Set([...signatures.map(({ key }) => key), ...subgraphNames].filter((name) => name !== ""));
  const has = known.size === 0 ? "none has a name" : `has ${[...known].map(show).join(", ")}`;
  throw new ShapeError(`${file}: has no signature ${show(wanted)}; ${has}`);
}

function signed(file: string, model: TfliteModel, { key, subgraph: at, inputs, outputs }: Signature): Subgraph {
  const count = model.subgraphNames.length;
  if (at >= count) throw new FormatError(`${file}: the signature ${show(key)} has subgraph ${at}, there are ${count}`);
  const subgraph = model.subgraph(at);
  const { tensors } = subgraph;
  const names = new Map<number, string>();
  for (const [name, i] of [...inputs, ...outputs]) {
    if (i >= tensors.length) {
      throw new FormatError(`${file}: the signature ${show(key)} has the tensor ${i}, there are ${tensors.length}`);
    }
    const isFree = tensors.every((other, j) => j === i || (names.get(j) ?? other.name) !== name);
    if (isFree) names.set(i, name);
  }
  return {
    ...subgraph,
    tensors: tensors.map((tensor, i) => ({ ...tensor, name: names.get(i) ?? tensor.name })),
    outputs: outputs.size > 0 ? [...outputs.values()] : subgraph.outputs,
  };
}
