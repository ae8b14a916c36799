/** @file Reports the contents of a model of Keras layers, whether or not its network can be built. */
import { countedOperators, type FileContents } from "../format.ts";
import { openEnds } from "../importer/inputShapes.ts";
import type { ByteSource } from "../source.ts";
import { plainClass } from "./className.ts";
import { readSource } from "./file.ts";
import { flattened } from "./flat.ts";
import { LAYERS } from "./layers.ts";
import { modelIn } from "./topology.ts";
import { knownAs } from "./unsupported.ts";

/** Inputs, outputs and layers of a topology; extents that are not stated are open. */
export function layerContents(file: string, topology: unknown): Pick<FileContents, "inputs" | "outputs" | "operators"> {
  const { inputs, outputs, nodes } = flattened(file, modelIn(file, topology));
  return {
    ...openEnds(inputs, outputs),
    operators: countedOperators(
      nodes.map(({ op }) => op),
      (name) => (LAYERS.has(plainClass(name)) ? null : `not supported${knownAs(name)}`),
    ),
  };
}

export async function inspectKeras(source: ByteSource): Promise<FileContents> {
  const { producer, topology, tensors } = await readSource(source);
  const empty = { inputs: [], outputs: [], operators: [] };
  return {
    producer,
    version: "",
    ...(topology === null ? empty : layerContents(source.name, topology)),
    tensors: [...tensors.values()].map(({ shape }) => ({ shape, type: "F32" })),
    metadata: {},
    signatures: [],
  };
}
