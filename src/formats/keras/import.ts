/** @file Imports a model of Keras layers, from Keras' own files or from TensorFlow.js layers models. */
import { FormatError, show } from "../../tensor/errors.ts";
import type { ImportedNetwork } from "../format.ts";
import { type NetworkOptions, networkIn } from "../importer/network.ts";
import { type BuildState, runNode } from "../importer/operator.ts";
import type { Known } from "../importer/values.ts";
import { plainClass } from "./className.ts";
import { flattened, type LayerNode } from "./flat.ts";
import type { Dialect, Own } from "./layer.ts";
import { LAYERS } from "./layers.ts";
import { modelIn } from "./topology.ts";
import { knownAs } from "./unsupported.ts";
import type { Variables } from "./weights.ts";

/**
 * @param topology { "class_name": "Functional", "config": { … } }
 * @param bytes    size of the file, which limits the constants computed from it
 * @throws FormatError for an unsupported layer, by name and class, or a layer without its weights
 */
export function importKeras(
  file: string,
  topology: unknown,
  dialect: Dialect,
  variables: Variables,
  options: NetworkOptions,
  bytes: number,
): ImportedNetwork {
  const model = modelIn(file, topology);
  const flat = { name: model.name || "keras", constants: new Map(), ...flattened(file, model) };
  return networkIn(file, flat, options, bytes, (node, known, state) => {
    run(file, node, dialect, variables, known, state);
  });
}

function run(
  file: string,
  node: LayerNode,
  dialect: Dialect,
  variables: Variables,
  known: Map<string, Known>,
  state: BuildState,
): void {
  const { op, name, config, settings, address } = node;
  const layer = LAYERS.get(plainClass(op));
  if (layer === undefined) {
    throw new FormatError(`${file}: the layer ${show(name)} of class ${show(op)} is not supported${knownAs(op)}`);
  }
  const own: Own = {
    config,
    settings,
    dialect,
    variables: (names) => {
      const found = variables(address, names);
      if (typeof found !== "string") return found;
      throw new FormatError(`${file}: the layer ${show(name)} (${op}) ${found}`);
    },
  };
  runNode(file, node, layer, own, known, state);
}
