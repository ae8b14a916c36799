/** @file Builds the graph of a file whose images are [n, h, w, c], node by node. */
import { builderOf } from "../../graph/builder.ts";
import { FormatError, show } from "../../tensor/errors.ts";
import type { Weight } from "../../tensor/weight.ts";
import type { ImportedNetwork } from "../format.ts";
import { checkNumbers } from "../numbers.ts";
import { imagesFirst, inOrder as inFileOrder } from "./axes.ts";
import { computedBudget } from "./computed.ts";
import { type FileInput, type GivenShape, inputShapes } from "./inputShapes.ts";
import { namesBeside } from "./names.ts";
import { type FileNode, inOrder } from "./nodeOrder.ts";
import type { BuildState } from "./operator.ts";
import { type Constant, isConstant, type Known } from "./values.ts";

/** A network as the file stores it: values by name. */
export interface FileNetwork<N extends FileNode> {
  readonly name: string;
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly FileInput[];
  /** In any order. */
  readonly nodes: readonly N[];
  /** The public name of each output, and the name of its value. */
  readonly outputs: readonly (readonly [name: string, value: string])[];
}

export interface NetworkOptions {
  /** Shape of the input, if the file leaves sizes open; for several inputs, by name. */
  readonly shape?: GivenShape | undefined;
  /** The output or outputs to read. Default: all of them. */
  readonly output?: string | readonly string[] | undefined;
}

/**
 * @param bytes size of the file, which limits the constants computed from it
 * @param run   imports a node and adds its results to `known`
 * @throws FormatError if an output does not exist, or does not depend on the input
 */
export function networkIn<N extends FileNode>(
  file: string,
  { name, constants, inputs, nodes, outputs }: FileNetwork<N>,
  options: NetworkOptions,
  bytes: number,
  run: (node: N, known: Map<string, Known>, state: BuildState) => void,
): ImportedNetwork {
  const known = new Map<string, Known>(constants);
  const given = inputs.filter((input) => !known.has(input.name));
  if (given.length === 0) throw new FormatError(`${file}: has no input, needs one`);
  const wanted = wantedOutputs(outputs, options.output);
  if (wanted.length === 0) throw new FormatError(`${file}: has no outputs, needs one`);
  const starts = new Set([...known.keys(), ...given.map((input) => input.name)]);
  const all = new Set([...starts, ...nodes.flatMap((node) => node.outputs)]);
  const missing = wanted.find(([, value]) => !all.has(value));
  if (missing !== undefined) {
    const has = outputs.map(([output]) => show(output)).join(", ");
    throw new FormatError(`${file}: no operator computes the output ${show(missing[0])}; has ${has}`);
  }
  const values = wanted.map(([, value]) => value);
  const ordered = inOrder(file, nodes, starts, values);
  const read = new Set([...values, ...ordered.flatMap((node) => node.inputs)]);
  const used = options.output === undefined ? given : given.filter((input) => read.has(input.name));
  const { shapes, batch } = inputShapes(file, used, options.shape);
  if (shapes.length === 0) throw new FormatError(`${file}: has no input that an output depends on, needs one`);
  const { builder: g, build, withLevels } = builderOf(name, shapes);
  for (const input of shapes) known.set(input.name, { ...input, turned: false });
  const weights = new Map<string, Weight>();
  const nameOf = namesBeside(g.inputs);
  const spend = computedBudget(bytes);
  const state: BuildState = { g, weights, batch, nameOf, spend, withLevels };
  for (const node of ordered) run(node, known, state);
  checkNumbers(file, weights);
  const answers = wanted.map(([output, value]) => {
    const fail = (what: string): never => {
      throw new FormatError(`${file}: the output ${show(output)} ${what}`);
    };
    const fresh = (suffix: string): string => nameOf(`${output}_${suffix}`);
    const c = { g, weights, name: output, batch, fresh, inputs: [], fail, spend: (n: number) => spend(n, fail) };
    const found = known.get(value);
    if (found === undefined || isConstant(found)) return fail("does not depend on the input");
    if (found.blocks !== undefined) return fail("is cut into blocks");
    const plain = inFileOrder(c, found);
    return [output, (plain.shape[0] === 1 ? imagesFirst(c, plain) : plain).name] as const;
  });
  const no = (names: readonly unknown[]): readonly boolean[] => names.map(() => false);
  const turned = { input: false, output: false, inputs: no(shapes), outputs: no(answers) };
  return { graph: build(answers, nameOf), weights, turned };
}

/** The wanted outputs; the option may name any value. */
function wantedOutputs(
  outputs: FileNetwork<FileNode>["outputs"],
  named: NetworkOptions["output"],
): FileNetwork<FileNode>["outputs"] {
  if (named === undefined) return [...new Map(outputs)];
  const own = new Map(outputs);
  return [...new Set([named].flat())].map((name) => [name, own.get(name) ?? name]);
}
