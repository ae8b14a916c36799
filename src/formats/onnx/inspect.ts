/** @file Reports the contents of an ONNX file, whether or not its network can be loaded. */
import { countedOperators, type FileContents, type FileEnd } from "../format.ts";
import type { ByteSource } from "../source.ts";
import { readModel } from "./model.ts";
import type { OnnxModel, OnnxValue } from "./modelTypes.ts";
import { OPERATORS } from "./operators.ts";
import { TYPES } from "./tensor.ts";
import { fullName, knownAs } from "./unsupported.ts";

export async function inspectOnnx(source: ByteSource): Promise<FileContents> {
  const model: OnnxModel = readModel(source.name, await source.read(0, source.size));
  const { producer, opset, metadata, nodes, initializers, inputs, outputs } = model;
  const stored = new Set(initializers.map(({ name }) => name));
  const domains = new Map(nodes.map((node) => [fullName(node), node.domain]));
  return {
    producer,
    version: `opset ${opset}`,
    inputs: inputs.filter(({ name }) => !stored.has(name)).map(endOf),
    outputs: outputs.map(endOf),
    operators: countedOperators(nodes.map(fullName), (name) =>
      OPERATORS.has(name) ? null : `not supported${knownAs(domains.get(name) ?? "", name)}`,
    ),
    tensors: initializers,
    metadata: Object.fromEntries(metadata),
    signatures: [],
  };
}

function endOf({ name, shape, elementType }: OnnxValue): FileEnd {
  return { name, shape: shape ?? ["?"], type: TYPES.get(elementType) ?? `type ${elementType}` };
}
