/** @file Imports a TensorFlow Lite model: its graph, and its weights under the graph's names. */
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { warn } from "../../tensor/warn.ts";
import type { ImportedNetwork, StoredTensor } from "../format.ts";
import { type NetworkOptions, networkIn } from "../importer/network.ts";
import { type Constant, tensorOf } from "../importer/values.ts";
import { chosenSubgraph } from "./chosen.ts";
import { constantOf } from "./constants.ts";
import { isQuantized, levelsOf } from "./integers.ts";
import { fullName, readModel, type Subgraph, type TfliteModel, type TfliteOperator } from "./model.ts";
import { run } from "./runOperator.ts";

export interface ImportTfliteOptions extends NetworkOptions {
  /** The signature or subgraph to read. Default: the first subgraph. */
  readonly signature?: string | undefined;
  /** Whether integers become the real numbers that they represent. Default false. */
  readonly dequantize?: boolean | undefined;
}

export interface ImportedTflite extends ImportedNetwork {
  readonly model: TfliteModel;
  readonly subgraph: Subgraph;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** @throws FormatError if the file is not TensorFlow Lite, or for an unsupported operator, named with its output */
export function importTflite(file: string, bytes: Uint8Array, options: ImportTfliteOptions): ImportedTflite {
  const model = readModel(file, bytes);
  const subgraph = chosenSubgraph(file, model, options.signature);
  const { tensors } = subgraph;
  const constants = new Map<string, Constant>();
  for (const tensor of tensors) {
    if (tensor.bytes === null) continue;
    constants.set(tensor.name, constantOf(file, tensor));
  }
  const nameOf = (i: number): string => (i < 0 ? "" : tensors[i].name);
  const levelsIn = (i: number): QuantizedLevels | null =>
    options.dequantize || i < 0 ? null : levelsOf(file, tensors[i]);
  if (options.dequantize && tensors.some((tensor) => tensor.bytes === null && isQuantized(tensor))) {
    warn(`${file} computes with integers; here they are the real numbers that they stand for, and nothing is rounded`);
  }
  const own = {
    name: subgraph.name || "tflite",
    constants,
    inputs: subgraph.inputs.map((i) => ({ ...inputOf(tensors[i]), quantization: levelsIn(i) })),
    nodes: subgraph.operators.map((operator) => ({
      ...nodeOf(operator, nameOf),
      levels: levelsIn(operator.outputs[0] ?? -1),
    })),
    outputs: subgraph.outputs.map((i) => [nameOf(i), nameOf(i)] as const),
  };
  const network = networkIn(file, own, options, bytes.length, (node, known, state) => run(file, node, known, state));
  const stored = [...constants].map(([name, constant]): [string, StoredTensor] => [
    name,
    { shape: constant.shape, read: async () => tensorOf(constant) },
  ]);
  return { model, subgraph, tensors: new Map(stored), ...network };
}

/** An operator as a node for sorting, named after its first output. */
function nodeOf(operator: TfliteOperator, nameOf: (i: number) => string) {
  const outputs = operator.outputs.map(nameOf);
  return { op: fullName(operator), name: outputs[0] ?? "", inputs: operator.inputs.map(nameOf), outputs, operator };
}

/** An extent is open if it is open in the signature, or 0. */
function inputOf({ name, shape, signature, obstacle }: Subgraph["tensors"][number]) {
  const open = shape.map((extent, axis) => (signature?.[axis] === -1 || extent === 0 ? -1 : extent));
  return { name, shape: open, obstacle };
}
