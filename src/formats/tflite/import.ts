/** @file Imports a TensorFlow Lite model: its graph, and its weights under the graph's names. */
import { builderOf } from "../../graph/builder.ts";
import type { GraphBuilder } from "../../graph/methods/graphBuilder.ts";
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { warn } from "../../tensor/warn.ts";
import type { ImportedNetwork, StoredTensor } from "../format.ts";
import { imagesFirst, inOrder as inFileOrder } from "../importer/axes.ts";
import { computedBudget } from "../importer/computed.ts";
import { namesBeside } from "../importer/names.ts";
import { inOrder } from "../importer/nodeOrder.ts";
import type { BuildState } from "../importer/operator.ts";
import { isConstant, type Known, tensorOf } from "../importer/values.ts";
import { checkNumbers } from "../numbers.ts";
import { chosenSubgraph } from "./chosen.ts";
import { constantOf, isQuantized } from "./constants.ts";
import { fullName, readModel, type Subgraph, type TfliteModel, type TfliteOperator } from "./model.ts";
import { run } from "./runOperator.ts";

export interface ImportTfliteOptions {
  readonly shape?: Shape | Readonly<Record<string, Shape>>;
  readonly output?: string | readonly string[];
  /** The signature or subgraph to read. Default: the first subgraph. */
  readonly signature?: string | undefined;
}

export interface ImportedTflite extends ImportedNetwork {
  readonly model: TfliteModel;
  readonly subgraph: Subgraph;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** @throws FormatError if the file is not TensorFlow Lite's, or for an unsupported operator, named with its output */
export function importTflite(file: string, bytes: Uint8Array, options: ImportTfliteOptions): ImportedTflite {
  const model = readModel(file, bytes);
  const subgraph = chosenSubgraph(file, model, options.signature);
  return { model, subgraph, ...build(file, subgraph, bytes.length, options) };
}

/** An operator as the order of nodes needs it: named by its first output. */
interface Node {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly operator: TfliteOperator;
}

function build(
  file: string,
  { name: subgraph, tensors, inputs, outputs, operators }: Subgraph,
  fileBytes: number,
  options: ImportTfliteOptions,
): Pick<ImportedTflite, "graph" | "weights" | "turned" | "tensors"> {
  const nameOfTensor = (i: number): string => (i < 0 ? "" : tensors[i].name);
  const known = new Map<string, Known>();
  const stored = new Map<string, StoredTensor>();
  for (const tensor of tensors) {
    if (tensor.bytes === null) continue;
    const constant = constantOf(file, tensor);
    known.set(tensor.name, constant);
    stored.set(tensor.name, { shape: tensor.shape, read: async () => tensorOf(constant) });
  }
  const nodes = operators.map((operator): Node => {
    const made = operator.outputs.map(nameOfTensor);
    const read = operator.inputs.map(nameOfTensor);
    return { op: fullName(operator), name: made[0] ?? "", inputs: read, outputs: made, operator };
  });
  const given = inputs.map((i) => tensors[i]).filter(({ name }) => !known.has(name));
  if (given.length === 0) throw new FormatError(`${file}: has no input, needs one`);
  const names = outputs.map(nameOfTensor);
  const wanted = options.output === undefined ? [...new Set(names)] : [...new Set([options.output].flat())];
  if (wanted.length === 0) throw new FormatError(`${file}: has no outputs, needs one`);
  const all = new Set([...known.keys(), ...given.map(({ name }) => name), ...nodes.flatMap((node) => node.outputs)]);
  const missing = wanted.find((name) => !all.has(name));
  if (missing !== undefined) {
    throw new FormatError(
      `${file}: no operator computes the output ${show(missing)}; has ${names.map(show).join(", ")}`,
    );
  }
  const starts = new Set([...known.keys(), ...given.map(({ name }) => name)]);
  const ordered = inOrder(file, nodes, starts, wanted);
  const read = new Set([...wanted, ...ordered.flatMap((node) => node.inputs)]);
  const ends = graphInputs(
    file,
    options.output === undefined ? given : given.filter(({ name }) => read.has(name)),
    options.shape,
  );
  if (tensors.some((tensor) => tensor.bytes === null && isQuantized(tensor))) {
    warn(`${file} computes with integers; here they are the real numbers that they stand for, and nothing is rounded`);
  }
  const builder = builderOf(subgraph || "tflite", ends.shapes);
  for (const { name, shape } of ends.shapes) known.set(name, { name, shape, turned: false });
  const g: GraphBuilder = builder.builder;
  const weights = new Map<string, Tensor>();
  const nameOf = namesBeside(g.inputs);
  const budget = computedBudget(fileBytes);
  const state: BuildState = { g, weights, batch: ends.batch, nameOf, spend: budget };
  for (const node of ordered) run(file, node, known, state);
  checkNumbers(file, weights);
  const answers = wanted.map((output) => {
    const value = known.get(output);
    const fail = (what: string): never => {
      throw new FormatError(`${file}: the output ${show(output)} ${what}`);
    };
    if (value === undefined || isConstant(value)) return fail("does not depend on the input");
    if (value.blocks !== undefined) return fail("is cut into blocks");
    const fresh = (suffix: string): string => nameOf(`${output}_${suffix}`);
    const c = {
      g,
      weights,
      name: output,
      batch: ends.batch,
      fresh,
      inputs: [],
      fail,
      spend: (n: number) => budget(n, fail),
    };
    const plain = inFileOrder(c, value);
    return [output, (plain.shape[0] === 1 ? imagesFirst(c, plain) : plain).name] as const;
  });
  const graph = builder.build(answers, nameOf);
  const no = (names: readonly unknown[]): readonly boolean[] => names.map(() => false);
  const turned = { input: false, output: false, inputs: no(ends.shapes), outputs: no(answers) };
  return { graph, weights, turned, tensors: stored };
}

/** Shapes of the inputs for one image, and how many the file fixes; 0 if it leaves that open. */
function graphInputs(
  file: string,
  inputs: readonly Subgraph["tensors"][number][],
  given: ImportTfliteOptions["shape"],
): { readonly shapes: readonly { readonly name: string; readonly shape: Shape }[]; readonly batch: number } {
  const batches = new Set<number>();
  const shapes = inputs.map(({ name, shape, signature, obstacle }) => {
    if (obstacle !== null) throw new FormatError(`${file}: the input ${show(name)} ${obstacle}`);
    const own = givenShape(given, name, inputs.length);
    if (own !== undefined && own.length !== shape.length) {
      throw new ShapeError(`${file}: shape is ${formatShape(own)}, the input ${show(name)} has rank ${shape.length}`);
    }
    if (shape.length < 1)
      throw new FormatError(`${file}: the input ${show(name)} is a scalar, needs an axis of images`);
    const sizes = shape.map((extent, axis) => {
      const isOpen = signature?.[axis] === -1 || extent === 0;
      if (axis === 0) return isOpen ? 0 : extent;
      if (own === undefined && !isOpen) return extent;
      const wanted = own?.[axis];
      if (wanted === undefined) {
        const shown = (signature ?? shape).map((one) => (one < 1 ? "?" : one)).join("×");
        throw new ShapeError(
          `${file}: the input ${show(name)} is ${shown}, needs a size for axis ${axis}: give the shape, e.g. 1x224x224x3 (--shape)`,
        );
      }
      if (!isOpen && wanted !== extent) {
        throw new ShapeError(`${file}: shape has ${wanted} at axis ${axis}, the input ${show(name)} ${extent}`);
      }
      return wanted;
    });
    if (sizes[0] > 0) batches.add(sizes[0]);
    return { name, shape: [1, ...sizes.slice(1)] };
  });
  if (batches.size > 1) {
    throw new ShapeError(`${file}: the inputs have ${[...batches].join(" and ")} images, needs one number`);
  }
  return { shapes, batch: [...batches][0] ?? 0 };
}

function givenShape(given: ImportTfliteOptions["shape"], name: string, inputs: number): Shape | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) return (given as Readonly<Record<string, Shape>>)[name];
  return inputs === 1 ? (given as Shape) : undefined;
}
