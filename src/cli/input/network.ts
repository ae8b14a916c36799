/**
 * @file The network that a command line names, wherever MODEL stands: a model's name, a file with a network or its
 * weights, a graph as JSON, or "-" for one of these files on standard input.
 */
import { stdin } from "node:process";
import { isEmbedded } from "../../data/embedded/embedded.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { type ModelVariations, modelNamed, type NamedModel } from "../../models/named.ts";
import { suggestion } from "../../tensor/nearest.ts";
import type { Weight } from "../../tensor/weight.ts";
import { CHECKPOINT_NAMES } from "../pull/checkpoints.ts";
import { pulled } from "../pull/install.ts";
import { isThere } from "../terminal/files.ts";
import { asUsage, UsageError } from "../usage.ts";
import { parseModel } from "./modelNames.ts";
import { type FileOptions, type Network, readNetwork } from "./networkFile.ts";

export type { Network } from "./networkFile.ts";

export interface TypedNetwork {
  /** As typed. */
  readonly source: string;
  readonly graph: Graph;
  /** The network's own; null if it has none, like a model's name or a graph as JSON. */
  readonly weights: Weights<Weight> | null;
  /** The model whose name was typed. */
  readonly model: NamedModel | null;
}

/** Settings that a file may leave open. */
export type TypedOptions = Pick<FileOptions, "shape" | "output" | "signature" | "dequantize">;

/**
 * Returns a network to be counted or timed.
 *
 * @param variations for the names of models
 * @throws UsageError, FormatError, ShapeError
 */
export async function typedNetwork(
  command: string,
  typed: string,
  { shape, output, signature, dequantize }: TypedOptions = {},
  variations: ModelVariations = {},
): Promise<TypedNetwork> {
  const file = await fileTyped(typed);
  if (file === null) {
    const model = parseModel(command, typed);
    const [open] = Object.entries({ shape, output, signature, dequantize: dequantize || undefined }).filter(
      ([, value]) => value !== undefined,
    );
    if (open !== undefined) throw new UsageError(`${command}: --${open[0]} is for a file, ${typed} is a name`);
    return { source: typed, graph: asUsage(() => model.graph(variations)), weights: null, model };
  }
  const [needless] = Object.keys(variations);
  if (needless !== undefined) {
    throw new UsageError(`${command}: --${needless} is for the name of a model, ${typed} is a file`);
  }
  const { graph, weights, hasWeights } = await readNetwork(command, file, { shape, output, signature, dequantize });
  return { source: typed, graph, weights: hasWeights ? weights : null, model: null };
}

/** Whether a file was typed, or "-", rather than a name. */
export async function isFileTyped(typed: string): Promise<boolean> {
  return typed === "-" || (await fileTyped(typed)) !== null;
}

/** Returns the file that was typed: a path, or the bytes of standard input; null for the name of a model. */
async function fileTyped(typed: string): Promise<string | File | null> {
  if (typed === "-") return standardInput();
  if (modelNamed(typed) !== null) return null;
  if (isEmbedded(typed)) return typed;
  return /[/\\]|\.[a-z]\w+$/i.test(typed) || (await isThere(typed)) ? typed : null;
}

/** A model's graph as a file, if a name was typed; else the typed path. */
export function modelAsFile(typed: string): string | File {
  const model = isEmbedded(typed) ? null : modelNamed(typed);
  return model === null ? typed : new File([JSON.stringify(asUsage(() => model.graph()))], typed);
}

/** Reads all of standard input. A second network cannot be read from it. */
export async function standardInput(): Promise<File> {
  if (stdin.readableEnded) throw new UsageError('"-" is typed twice, standard input is one network');
  if (stdin.isTTY) throw new UsageError('"-" is standard input, needs a file there: … | separable …');
  const chunks: Buffer<ArrayBuffer>[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return new File(chunks, "standard input");
}

export interface NetworkOptions extends FileOptions {
  /**
   * A file or its bytes, or the name of one that ships with the package. Without it, `model` is a file, or names a
   * checkpoint, which is pulled if it is not cached.
   */
  readonly weights?: string | File | undefined;
  /** A model's name or a file: the network of weights that do not name theirs. */
  readonly model?: string | undefined;
}

/** Returns a network to be used. @throws UsageError, FormatError, ShapeError */
export async function networkFrom(command: string, options: NetworkOptions): Promise<Network> {
  const { weights, model, ...others } = options;
  if (weights !== undefined) {
    const file = weights === "-" ? await standardInput() : weights;
    return readNetwork(command, file, {
      ...others,
      ...(model !== undefined && { network: networkNamed(command, model) }),
    });
  }
  if (model === undefined) throw new UsageError(`${command}: needs --weights FILE or --model MODEL`);
  if (isEmbedded(model)) return readNetwork(command, model, others);
  const file = await fileTyped(model);
  if (file !== null) return readNetwork(command, file, others);
  const checkpoint = await pulled(command, model);
  if (checkpoint !== null) return readNetwork(command, checkpoint, others);
  const what = `${JSON.stringify(model)} is no checkpoint that can be pulled${suggestion(model, CHECKPOINT_NAMES)}`;
  throw new UsageError(`${command}: ${what}, needs --weights FILE or one of\n  ${CHECKPOINT_NAMES.join("\n  ")}`);
}

/** The network of a weights file, from --model. */
function networkNamed(command: string, typed: string): (variations: ModelVariations) => Promise<Graph> {
  return async (variations) => {
    const file = await fileTyped(typed);
    if (file !== null) return (await readNetwork(command, file, {})).graph;
    return asUsage(() => parseModel(command, typed).graph(variations));
  };
}
