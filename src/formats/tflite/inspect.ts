/** @file Reports the contents of a TensorFlow Lite file, whether or not its network can be loaded. */
import { countedOperators, type FileContents, type FileEnd } from "../format.ts";
import type { ByteSource } from "../source.ts";
import { metadataOf } from "./metadata.ts";
import { fullName, readModel, type TfliteTensor } from "./model.ts";
import { OPERATORS } from "./operators.ts";
import { knownAs } from "./unsupported.ts";

export async function inspectTflite(source: ByteSource): Promise<FileContents> {
  const model = readModel(source.name, await source.read(0, source.size));
  const subgraphs = model.subgraphNames.map((_, i) => model.subgraph(i));
  const [main] = subgraphs;
  const ends = (indices: readonly number[] = []): readonly FileEnd[] => indices.map((i) => endOf(main.tensors[i]));
  const operators = subgraphs.flatMap((one) => one.operators);
  return {
    producer: model.description,
    version: `schema ${model.version}`,
    inputs: ends(main?.inputs),
    outputs: ends(main?.outputs),
    operators: countedOperators(operators.map(fullName), (name) =>
      OPERATORS.has(name) ? null : `not supported${knownAs(name)}`,
    ),
    tensors: subgraphs.flatMap(({ tensors }) => tensors.filter(({ bytes }) => bytes !== null)),
    metadata: main === undefined ? {} : Object.fromEntries(await metadataOf(source, model, main)),
    signatures: model.signatures.map(({ key }) => key),
  };
}

function endOf({ name, shape, signature, type }: TfliteTensor): FileEnd {
  return { name, shape: (signature ?? shape).map((extent) => (extent < 0 ? "?" : extent)), type };
}
