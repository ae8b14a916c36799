/** @file Post-training quantisation: calibrate, choose levels, round, and compare. See quantizeNetwork.ts. */
import { folded } from "../graph/foldBatchNorm.ts";
import { fused } from "../graph/fuseActivation.ts";
import type { Graph } from "../graph/graph.ts";
import { checkReal } from "../graph/quantized/real.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { pacer } from "../runtime/pause.ts";
import { compareOutputs } from "../session/compareOutputs.ts";
import { knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import type { QuantizedType } from "../tensor/quantizedTensor.ts";
import { checkInteger, formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { networkInIntegers, withPlainLayers } from "./networkInIntegers.ts";
import { CALIBRATIONS, type Calibration, rangesOf } from "./ranges.ts";

const OP = "quantizeNetwork";

/** Options of `quantizeNetwork`. */
export interface QuantizeNetworkOptions extends Patience {
  /** Whether a filter has one scale per output channel, or a single one. Default "channel". */
  readonly per?: "channel" | "tensor";
  /** Whether levels cover all values seen, or all but the outermost ten-thousandth. Default "minmax". */
  readonly calibrate?: Calibration;
  /** Type of the values. Default "int8", as TensorFlow Lite expects; onnxruntime prefers "uint8". Filters are int8. */
  readonly type?: QuantizedType;
  /** Bits of the integers in filters, 2 to 8, default 8: with 4 they range from -7 to 7. Values keep eight bits. */
  readonly bits?: number;
}

/** How much a node's value loses by rounding. */
export interface QuantizationLoss {
  readonly name: string;
  readonly op: string;
  /** Σ x² / Σ (x - x')² in decibels, where x' is what the integer represents; Infinity if nothing is lost. */
  readonly decibels: number;
}

/** An integer network whose inputs and outputs are real numbers. */
export interface QuantizedNetwork {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, Weight>;
  /** One for each node that computes with integers, in the graph's order. */
  readonly losses: readonly QuantizationLoss[];
  /** Names of nodes that have no integer form and compute with real numbers. */
  readonly real: readonly string[];
}

/** See `quantizeNetwork`. */
export async function inEightBits(
  graph: Graph,
  weights: Weights,
  images: Tensor,
  options: QuantizeNetworkOptions,
): Promise<QuantizedNetwork> {
  knownKeys(OP, options, ["type", "per", "calibrate", "bits", ...PATIENCE]);
  const { signal, onProgress } = checkPatience(OP, options);
  const per = oneOf(OP, "per", options.per ?? "channel", ["channel", "tensor"]);
  const calibration = oneOf(OP, "calibrate", options.calibrate ?? "minmax", CALIBRATIONS);
  const type = oneOf(OP, "type", options.type ?? "int8", ["int8", "uint8"]);
  const bits = checkInteger(OP, "bits", options.bits ?? 8, 2, 8);
  const own = readGraph(OP, graph);
  checkReal(OP, own);
  checkWeights(OP, own, weights);
  checkImages(own, images);
  const plain = folded(own, weights) as { readonly graph: Graph; readonly weights: Weights };
  const layers = withPlainLayers(fused(plain.graph));
  const calibrating = images.shape[0] * (calibration === "percentile" ? 2 : 1);
  const all = calibrating + images.shape[0];
  const rest = pacer();
  let done = 0;
  const seen = await rangesOf(layers, plain.weights, images, calibration, async () => {
    signal?.throwIfAborted();
    onProgress(++done, all);
    await rest();
  });
  const made = networkInIntegers(layers, plain.weights, seen, { type, per, bits });
  const compared = layers.nodes.filter(({ name }) => !made.real.includes(name));
  const distances = await compareOutputs({ graph: layers, weights: plain.weights }, made, images, {
    values: compared.map(({ name }) => name),
    optimize: false,
    signal,
    onProgress: (image) => onProgress(calibrating + image, all),
  });
  const losses = compared.map(({ name, op }, i) => ({ name, op, decibels: decibelsOf(distances[i].relative) }));
  return { ...made, losses };
}

function checkImages({ name, inputs }: Graph, images: unknown): void {
  const [{ shape }] = inputs;
  if (inputs.length > 1) throw new ShapeError(`${OP}: ${name} has ${inputs.length} inputs, needs one`);
  if (!(images instanceof Tensor)) throw new ShapeError(`${OP}: images are ${show(images)}, needs a Tensor`);
  const [count, ...extents] = images.shape;
  if (!sameShape(extents, shape.slice(1))) {
    throw new ShapeError(`${OP}: images are ${formatShape(extents)}, ${name} needs ${formatShape(shape.slice(1))}`);
  }
  if (!(count > 0)) throw new ShapeError(`${OP}: there are no images, needs at least one`);
}

/** The signal-to-noise ratio in decibels, from the size of the noise relative to the signal. */
function decibelsOf(relative: number | null): number {
  return relative === null ? Number.NEGATIVE_INFINITY : -20 * Math.log10(relative);
}
