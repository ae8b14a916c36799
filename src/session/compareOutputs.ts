/** @file How much the outputs of two networks differ on the same images. */

import { ROUNDINGS } from "../geometry/requantization.ts";
import { type Graph, graphOf } from "../graph/graph.ts";
import { realOf } from "../graph/quantized/real.ts";
import { readGraph } from "../graph/readGraph.ts";
import type { Weights } from "../graph/weights.ts";
import { checkRecord, knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { largestOf } from "../tensor/largest.ts";
import { suggestion } from "../tensor/nearest.ts";
import { checkPatience, PATIENCE } from "../tensor/patience.ts";
import { formatShape, type Shape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { checkInputs, type SessionInputs } from "./inputs.ts";
import { Session, type SessionOptions } from "./session.ts";

/** A network with its weights, such as the result of `loadModel` or `toSeparable`. */
export interface WeightedNetwork {
  readonly graph: Graph;
  readonly weights: Weights<Weight>;
}

/** Options of `compareOutputs`, and those of a session. */
export interface CompareOutputsOptions extends SessionOptions {
  /** Names of values that both networks have. Default: the first network's outputs. */
  readonly values?: readonly string[] | undefined;
}

/** The distance between the two networks' values, over all images. */
export interface OutputDistance {
  readonly name: string;
  /** √(Σ (b - a)² / Σ a²); null if the first is 0 everywhere and the second is not, or if one is not finite. */
  readonly relative: number | null;
  /** max |b - a|; null if one is not finite. */
  readonly largest: number | null;
  /** Share of images with the largest element in the same place, for rows of scores; null for other values. */
  readonly sameBest: number | null;
}

/**
 * Runs two networks on the same images and measures how far their outputs, or other values of the same name, differ:
 * for example a network and its approximation.
 *
 * @param images as for `session.runAll`: [n, …], or one tensor for each input
 * @throws ShapeError if networks, images or values do not fit together
 *
 * @example
 * const standard = fashionNet({ convolution: "standard" });
 * const first = { graph: standard, weights: randomWeights(standard, 1) };
 * const second = toSeparable(first.graph, first.weights, { multiplier: 3 });
 * const [scores] = await compareOutputs(first, second, Tensor.zeros([1, 28, 28, 1]));
 * scores.name; // "conv_preds"
 */
export async function compareOutputs(
  first: WeightedNetwork,
  second: WeightedNetwork,
  images: SessionInputs,
  options: CompareOutputsOptions = {},
): Promise<readonly OutputDistance[]> {
  knownKeys(OP, options, ["values", "backend", "optimize", "threads", "precision", "rounding", ...PATIENCE]);
  const { values, onProgress: _, ...sessionOptions } = options;
  const { signal, onProgress } = checkPatience(OP, options);
  const networks = [checkNetwork("first", first), checkNetwork("second", second)];
  const names = values ?? networks[0].graph.outputs;
  const shapes = checkValues(networks[0].graph, networks[1].graph, names);
  const { inputs } = networks[0].graph;
  const sums = names.map(() => ({ squares: 0, differences: 0, largest: 0, same: 0 }));
  const sessions: Session[] = [];
  const { count, inputs: given } = realImages(networks[0].graph, images);
  try {
    for (const { graph, weights } of networks) {
      const wanted = graphOf(graph.name, graph.inputs, graph.nodes, names);
      sessions.push(await Session.create(wanted, weights, sessionOptions));
    }
    for (let n = 0; n < count; n++) {
      const image = nth(given, n, inputs);
      const [a, b] = [
        await sessions[0].runAll<Weight>(image, { signal }),
        await sessions[1].runAll<Weight>(image, { signal }),
      ];
      for (const [i, name] of names.entries())
        add(sums[i], realOf(a.get(name) as Weight), realOf(b.get(name) as Weight));
      onProgress(n + 1, count);
    }
  } finally {
    for (const session of sessions) session.dispose();
  }
  return names.map((name, i) => distanceOf(name, sums[i], isRow(shapes[i]) ? count : null));
}

const OP = "compareOutputs";

/** The images, which both networks are given as real numbers. */
function realImages(
  graph: Graph,
  images: SessionInputs,
): { readonly count: number; readonly inputs: readonly Tensor[] } {
  const inputs = graph.inputs.map(({ name, shape }) => ({ name, shape }));
  const { count, inputs: given } = checkInputs("runAll", { ...graph, inputs }, images, ROUNDINGS[0]);
  return { count, inputs: given as readonly Tensor[] };
}

function checkNetwork(operand: string, network: unknown): WeightedNetwork {
  const { graph, weights } = checkRecord(OP, operand, network) as WeightedNetwork;
  return { graph: readGraph(`${OP}: ${operand}`, graph), weights };
}

/** @returns their shapes @throws ShapeError unless both graphs compute each value, with the same shape */
function checkValues(first: Graph, second: Graph, names: readonly string[]): readonly Shape[] {
  if (!Array.isArray(names) || names.length === 0) {
    throw new ShapeError(`${OP}: values is ${show(names)}, needs a list of at least one name`);
  }
  if (new Set(names).size < names.length) throw new ShapeError(`${OP}: values has a name twice, needs each once`);
  return names.map((name) => {
    const shapes = [first, second].map(({ name: network, nodes }) => {
      const node = nodes.find((one) => one.name === name);
      if (node !== undefined) return node.outputShape;
      const hint = suggestion(
        String(name),
        nodes.map((one) => one.name),
      );
      throw new ShapeError(`${OP}: values has ${show(name)}${hint}, needs names of values that ${network} computes`);
    });
    if (sameShape(shapes[0], shapes[1])) return shapes[0];
    const [a, b] = shapes.map(formatShape);
    throw new ShapeError(`${OP}: ${name} is ${a} in ${first.name}, ${b} in ${second.name}; needs the same shape`);
  });
}

/** Sums over images of a value. */
interface Sums {
  squares: number;
  differences: number;
  largest: number;
  /** Images with the largest element in the same place. */
  same: number;
}

function add(sums: Sums, a: Tensor, b: Tensor): void {
  const [first, second] = [a.data, b.data];
  for (let i = 0; i < first.length; i++) {
    const difference = second[i] - first[i];
    sums.squares += first[i] * first[i];
    sums.differences += difference * difference;
    sums.largest = Math.max(sums.largest, Math.abs(difference));
  }
  if (!isRow(a.shape)) return;
  const best = largestOf(rowOf(a), 0); // -1 if a score is NaN
  if (best >= 0 && best === largestOf(rowOf(b), 0)) sums.same++;
}

/** Whether a value is one row of numbers for each image, as scores are. */
function isRow([, ...extents]: Shape): boolean {
  return extents.slice(0, -1).every((extent) => extent === 1);
}

function rowOf(value: Tensor): Tensor {
  return value.reshape([1, value.size]);
}

function distanceOf(name: string, { squares, differences, largest, same }: Sums, rows: number | null): OutputDistance {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const relative = differences === 0 ? 0 : Math.sqrt(differences / squares);
  return { name, relative: finite(relative), largest: finite(largest), sameBest: rows === null ? null : same / rows };
}

/** One image of each batch; of a single one the tensor, whatever the input is called. */
function nth(batches: readonly Tensor[], n: number, inputs: Graph["inputs"]): SessionInputs {
  const images = batches.map((batch) => {
    const [, ...extents] = batch.shape;
    return batch.slice([n, ...extents.map(() => 0)], [1, ...extents]);
  });
  return images.length === 1 ? images[0] : Object.fromEntries(images.map((image, i) => [inputs[i].name, image]));
}
