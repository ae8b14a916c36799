/** @file A network to be timed: its graph, its weights or seeded ones, and seeded images. */
import { type Graph, weightSpecs } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, randomWeights, type Weights } from "../graph/weights.ts";
import { pause } from "../runtime/pause.ts";
import { Session, type SessionOptions } from "../session/session.ts";
import { checkRecord, ShapeError, show } from "../tensor/errors.ts";
import { random, randomTensor } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";

/** A network to be timed, such as what `loadModel` returns. */
export interface TimedNetwork {
  readonly graph: Graph;
  /** Default: drawn from a seed. Speed does not depend on them, unless they are denormal. */
  readonly weights?: Weights<Weight> | null | undefined;
  /** Where the weights come from, for the notes of a report. Default: the graph's name. */
  readonly source?: string | undefined;
}

/** The same, checked. */
export interface CheckedNetwork {
  readonly graph: Graph;
  /** null: to be drawn from a seed. */
  readonly weights: Weights<Weight> | null;
  readonly source: string;
}

/** @throws ShapeError unless graph and weights fit together */
export function checkNetwork(op: string, operand: string, network: unknown): CheckedNetwork {
  const { graph, weights = null, source } = checkRecord(op, operand, network) as TimedNetwork;
  const own = readGraph(`${op}: ${operand}`, graph);
  checkWords(op, `${operand}.source`, source);
  const isGiven = weights !== null && weights.size !== 0; // loaded from JSON, a graph has none
  if (isGiven) checkWeights(op, own, weights);
  return { graph: own, weights: isGiven ? weights : null, source: source ?? own.name };
}

/** @throws ShapeError unless it is a string or undefined */
export function checkWords(op: string, operand: string, value: unknown): void {
  if (value === undefined || typeof value === "string") return;
  throw new ShapeError(`${op}: ${operand} is ${show(value)}, needs a string`);
}

/** Names the weights in use: "random weights of seed 1", "weights of own.onnx". */
export function weightsWords(networks: readonly CheckedNetwork[], seed: number): string {
  const weighty = networks.filter(({ graph }) => weightSpecs(graph).length > 0);
  const given = weighty.filter(({ weights }) => weights !== null).map(({ source }) => `weights of ${source}`);
  const seeded = weighty.filter(({ weights }) => weights === null).map(({ source }) => source);
  const random = `random weights of seed ${seed}`;
  if (weighty.length === 0) return "no weights";
  if (seeded.length === 0) return given.join(", ");
  return given.length === 0 ? random : [...given, `${random} for ${seeded.join(", ")}`].join(", ");
}

export interface SeededRun {
  readonly session: Session;
  /** [images, …] for each input, by name. */
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** @param images per run, default 1 */
export async function seededRun(
  network: Pick<CheckedNetwork, "graph" | "weights">,
  seed: number,
  options: SessionOptions,
  images: number = 1,
): Promise<SeededRun> {
  await pause(); // each of the two steps may take a second
  const { graph } = network;
  const weights = network.weights ?? randomWeights(graph, seed);
  await pause();
  const session = await Session.create(graph, weights, options);
  const source = random(seed + 1);
  const inputs = graph.inputs.map(({ name, shape: [, ...extents] }) => {
    return [name, randomTensor([images, ...extents], source)] as const;
  });
  return { session, inputs: Object.fromEntries(inputs) };
}
