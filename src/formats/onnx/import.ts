/**
 * @file Imports an ONNX file as a graph with its weights.
 *
 * Images are [n, c, h, w] in ONNX and [n, h, w, c] in a graph. A value of rank 4 is converted once, where it enters,
 * and stays so until an operator needs ONNX's order. Known shapes and constants are computed here.
 */

import { builderOf } from "../../graph/builder.ts";
import type { FakeQuantizeNode } from "../../graph/graph.ts";
import { inIntegers } from "../../graph/quantized/inIntegers.ts";
import type { Origin } from "../../graph/quantized/roundings.ts";
import { FormatError, show } from "../../tensor/errors.ts";
import { INTEGER_RANGES } from "../../tensor/quantizedTensor.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { warn } from "../../tensor/warn.ts";
import type { Weight } from "../../tensor/weight.ts";
import { dtypeNamed } from "../bytes/dtype.ts";
import type { ImportedNetwork, ModelFile, StoredTensor } from "../format.ts";
import { computedBudget } from "../importer/computed.ts";
import { namesBeside } from "../importer/names.ts";
import { inOrder } from "../importer/nodeOrder.ts";
import { type Constant, isConstant, type Known, tensorOf } from "../importer/values.ts";
import { checkNumbers } from "../numbers.ts";
import { type ByteSource, openSource, type WeightsSource } from "../source.ts";
import { externalReader } from "./external.ts";
import { graphInputs, type InputShapes, isInGraphOrder } from "./input.ts";
import { readModel } from "./model.ts";
import type { OnnxModel, OnnxNode } from "./modelTypes.ts";
import { badOutput, outputNames, outputValue, settled } from "./outputs.ts";
import { run } from "./runNode.ts";
import { fromBytes, isIntegerType, type OnnxTensor } from "./tensor.ts";

/** Options of `importOnnx`. */
export interface ImportOnnxOptions {
  /** Shape of the input in ONNX's order, [n, c, h, w], if the file leaves sizes open; for several inputs, by name. */
  readonly shape?: InputShapes;
  /** Values for inputs that the file does not set but that are constant across runs. */
  readonly constants?: ReadonlyMap<string, Tensor>;
  /** The output or outputs to import; everything that they do not need is left out. Default: all of them. */
  readonly output?: string | readonly string[];
  /** Whether integers become the real numbers that they represent. Default false. */
  readonly dequantize?: boolean;
}

/** An ONNX model as a graph with weights. */
export interface ImportedGraph<W extends Weight = Tensor> extends ImportedNetwork<W> {
  /** Program that wrote the file, e.g. "pytorch". */
  readonly producer: string;
  readonly opset: number;
  /** The file's metadata strings by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The newest version of the standard operator set that this reader knows. Versions differ in attributes, and unknown
 * attributes are refused.
 */
const NEWEST_OPSET = 28;

/**
 * Imports an ONNX model: its graph, and its weights under the graph's names.
 *
 * The first axis of the input is the batch and becomes 1. Images are [1, h, w, c] in the graph; values of another rank
 * keep their shape.
 *
 * @throws FormatError if the file is not ONNX, or for an unsupported operator or attribute, named with its node
 * @throws ShapeError if sizes do not fit together, or are open and not given
 *
 * @example
 * const { graph, weights } = await importOnnx("own.onnx");
 * const session = await Session.create(graph, weights);
 */
export async function importOnnx<W extends Weight = Tensor>(
  from: WeightsSource,
  options: ImportOnnxOptions = {},
): Promise<ImportedGraph<W>> {
  const source = await openSource("importOnnx", from);
  try {
    return (await importFrom(source, from, options)).imported as ImportedGraph<W>;
  } finally {
    await source.close();
  }
}

/** Maximum size of a Protocol Buffers message; larger models keep tensors in separate files. */
const MAX_BYTES = 2 ** 31 - 1;

/** Like {@link importOnnx}, but from an open source; also returns the file's tensors. */
export async function importFrom(
  source: ByteSource,
  from: WeightsSource,
  options: ImportOnnxOptions,
): Promise<{ readonly imported: ImportedGraph<Weight>; readonly tensors: ModelFile["tensors"] }> {
  if (source.size > MAX_BYTES) {
    throw new FormatError(`${source.name}: ${source.size} bytes, a protobuf message has at most ${MAX_BYTES}`);
  }
  const model = readModel(source.name, await source.read(0, source.size));
  const initializers = await withExternal(model, externalReader(from, source.name));
  const imported = build(source.name, model, initializers, options, computedBudget(source.size));
  const tensors = initializers.map((tensor): [string, StoredTensor] => [
    tensor.name,
    { shape: tensor.shape, read: async () => tensorOf(constantOf(tensor)) },
  ]);
  return { imported, tensors: new Map(tensors) };
}

async function withExternal(
  { initializers }: OnnxModel,
  read: ReturnType<typeof externalReader>,
): Promise<readonly OnnxTensor[]> {
  const complete: OnnxTensor[] = [];
  for (const tensor of initializers) {
    const { external, name, type, shape } = tensor;
    if (external === null) complete.push(tensor);
    else {
      const size = sizeOf(shape);
      complete.push({
        ...tensor,
        external: null,
        data: fromBytes(name, type, await read(name, external, size * dtypeNamed(type).bytes), size),
      });
    }
  }
  return complete;
}

function build(
  file: string,
  model: OnnxModel,
  initializers: readonly OnnxTensor[],
  options: ImportOnnxOptions,
  spend: ReturnType<typeof computedBudget>,
): ImportedGraph<Weight> {
  const { opset, producer, metadata } = model;
  if (opset < 1) throw new FormatError(`${file}: uses opset ${opset}, needs 1 to ${NEWEST_OPSET}`);
  if (opset > NEWEST_OPSET) {
    warn(`${file} uses opset ${opset}; its operators are read as those of opset ${NEWEST_OPSET}, the newest known`);
  }
  const known = new Map<string, Known>();
  for (const tensor of initializers) known.set(tensor.name, constantOf(tensor));
  for (const [name, t] of options.constants ?? []) {
    known.set(name, { shape: t.shape, data: t.toFloat32Array(), isInteger: false });
  }
  const outputs = outputNames(file, model, options.output);
  const given = model.inputs.filter(({ name }) => !known.has(name));
  const nodes = inOrder(file, model.nodes, new Set([...known.keys(), ...given.map(({ name }) => name)]), outputs);
  if (given.length === 0) throw new FormatError(`${file}: has no input, needs one`);
  const made = new Set([...known.keys(), ...nodes.flatMap((node) => node.outputs), ...given.map(({ name }) => name)]);
  const missing = outputs.find((name) => !made.has(name));
  if (missing !== undefined) throw badOutput(file, missing, `no node computes the output ${show(missing)}`, model);
  const read = new Set([...outputs, ...nodes.flatMap((node) => node.inputs)]);
  const inputs = options.output === undefined ? given : given.filter(({ name }) => read.has(name));
  if (inputs.length === 0) throw new FormatError(`${file}: has no input that an output depends on, needs one`);
  const { ends, batch } = graphInputs(file, inputs, options.shape, (name, shape) =>
    isInGraphOrder(nodes, name, shape, known),
  );
  const builder = builderOf(
    model.graphName || "onnx",
    ends.map(({ name, inGraph }) => ({ name, shape: inGraph })),
  );
  for (const { name, shape, turned } of ends) known.set(name, { name, shape, turned });

  const weights = new Map<string, Weight>();
  const origins = new Map<unknown, Origin>();
  const roundedSums = new Set<string>();
  const g = builder.builder;
  const nameOf = namesBeside(g.inputs);
  checkNumbers(file, floatsRead(nodes, known));
  for (const node of nodes) run(file, node, known, { g, weights, opset, origins, roundedSums, batch, nameOf, spend });
  const answers = outputs.map((wanted) => {
    const value = outputValue(file, wanted, known.get(wanted), model);
    const fresh = (suffix: string): string => nameOf(`${wanted}_${suffix}`);
    const fail = (what: string): never => {
      throw badOutput(file, wanted, `the output ${show(wanted)} ${what}`, model);
    };
    const own = { g, weights, fresh, fail, spend: (bytes: number): void => spend(bytes, fail) };
    return { wanted, ...settled(own, value) };
  });
  const [turnedIn, turnedOut] = [ends, answers].map((all) => all.map(({ turned }) => turned));
  const turned = { input: turnedIn[0], output: turnedOut[0], inputs: turnedIn, outputs: turnedOut };
  const graph = builder.build(
    answers.map(({ wanted, name }) => [wanted, name]),
    nameOf,
  );
  const originOf = (name: string): Origin | null => origins.get((weights.get(name) as Tensor).data) ?? null;
  // onnxruntime computes sums of QDQ files in uint8, even if the file has int8.
  const offsetOf = ({ name, type, zeroPoint }: FakeQuantizeNode): number =>
    roundedSums.has(name) ? zeroPoint : zeroPoint - INTEGER_RANGES[type][0];
  const own = options.dequantize ? { graph, weights } : inIntegers(graph, weights, originOf, offsetOf);
  return { ...own, turned, producer, opset, metadata };
}

function constantOf({ shape, data, type }: OnnxTensor): Constant {
  return { shape, data, isInteger: isIntegerType(type), type };
}

/** Collects the float constants that nodes read, under the file's own names. */
function floatsRead(nodes: readonly OnnxNode[], known: ReadonlyMap<string, Known>): ReadonlyMap<string, Tensor> {
  const read = new Map<string, Tensor>();
  for (const name of nodes.flatMap(({ inputs }) => inputs)) {
    const value = known.get(name);
    if (value !== undefined && isConstant(value) && !value.isInteger) read.set(name, tensorOf(value));
  }
  return read;
}
