/** @file Reports the contents of a model file, whether or not its network can be loaded. */
import { outputShapeOf } from "../graph/graph.ts";
import { sizeOf } from "../tensor/shape.ts";
import { countedOperators, type FileContents, type FormatName, type ModelFile } from "./format.ts";
import { formatOf } from "./formats.ts";
import { openSource, type WeightsSource } from "./source.ts";

/** A file as `separable inspect` shows it. */
export interface FileSummary extends Omit<FileContents, "tensors"> {
  readonly source: string;
  readonly format: FormatName;
  readonly bytes: number;
  readonly weights: {
    readonly tensors: number;
    readonly numbers: number;
    /** Count of numbers of each type, if the file states it. */
    readonly types: Readonly<Record<string, number>>;
  };
}

/** @throws FormatError if the file cannot be read or is not what it claims to be */
export async function inspectFile(from: WeightsSource): Promise<FileSummary> {
  const op = "inspect";
  const source = await openSource(op, from);
  try {
    const format = await formatOf(source);
    const { tensors, ...contents } = format.inspect
      ? await format.inspect(source)
      : contentsOf(await format.read(source, { op, from }));
    const types: Record<string, number> = {};
    for (const { type, shape } of tensors) types[type] = (types[type] ?? 0) + sizeOf(shape);
    const numbers = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const weights = { tensors: tensors.length, numbers, types };
    return { source: source.name, format: format.name, bytes: source.size, ...contents, weights };
  } finally {
    await source.close();
  }
}

/** The contents of a file that was read whole. */
function contentsOf({ producer, metadata, tensors, network }: ModelFile): FileContents {
  const graph = network?.graph ?? null;
  return {
    producer,
    version: "",
    inputs: graph?.inputs.map(({ name, shape }) => ({ name, shape, type: "F32" })) ?? [],
    outputs: graph?.outputs.map((name) => ({ name, shape: outputShapeOf(graph, name), type: "F32" })) ?? [],
    operators: countedOperators(graph?.nodes.map(({ op }) => op) ?? [], () => null),
    tensors: [...tensors.values()].map(({ shape }) => ({ shape, type: "" })),
    metadata: Object.fromEntries(metadata),
    signatures: [],
  };
}
