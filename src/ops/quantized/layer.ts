/** @file What quantised convolutions and dense layers share: options, and the layer as data. */
import type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { checkSums, type PerOutput, type QuantizedLayer, quantizedLayer } from "../../geometry/quantizedLayer.ts";
import type { Rounding } from "../../geometry/requantization.ts";
import type { LayerWeights } from "../../kernels/contract/kernels.ts";
import type { Backend } from "../../kernels/tiers.ts";
import { ShapeError, show } from "../../tensor/errors.ts";
import {
  atIndex,
  checkQuantizedTensor,
  type IntegerData,
  type OutputQuantization,
  type QuantizedTensor,
} from "../../tensor/quantizedTensor.ts";
import { type Activations, checkOutput, checkRounding, type Output } from "./operands.ts";

/** Options of `dense` for quantised tensors. */
export interface QuantizedDenseOptions {
  /** Type, scale and zero point of the result. */
  readonly output: OutputQuantization;
  /** One int32 per output channel, at the scale input · filter. Default none. */
  readonly bias?: Int32Array | QuantizedTensor | null | undefined;
  /** Limits the result. Default "none". */
  readonly activation?: QuantizedActivation | undefined;
  /** Tier that computes. Default "auto", the fastest; all of them return the same integers. */
  readonly backend?: Backend | undefined;
  /** How sums become integers of the result. Default "float-half-even". */
  readonly rounding?: Rounding | undefined;
}

export const LAYER_OPTIONS: readonly string[] = ["output", "bias", "activation", "rounding", "backend"];

/** A layer, as passed to kernels. */
export interface LayerOperands {
  readonly layer: QuantizedLayer;
  readonly bias: Int32Array | null;
  readonly output: Output;
  readonly activation: QuantizedActivation;
}

/**
 * @param filter the integers that kernels read, […, O], with a scale and a zero point for each output channel
 * @param hasOneScale whether the filter has one scale for all outputs
 * @throws ShapeError naming the operand, the value found and the value needed
 */
export function layerOperands(
  op: string,
  kind: "convolution" | "dense",
  x: Activations,
  filter: PerOutput & { readonly data: IntegerData },
  hasOneScale: boolean,
  options: QuantizedDenseOptions,
): LayerOperands {
  const rounding = checkRounding(op, options.rounding);
  const output = checkOutput(op, options.output, options.activation);
  const products = filter.scales.map((w) => x.scale * w);
  const bias = checkBias(op, options.bias, products);
  const layer = quantizedLayer(kind, rounding, x, filter, hasOneScale, output);
  checkSums(op, layer, filter.data, bias);
  return { layer, bias, output, activation: options.activation ?? "none" };
}

/** The integers of a layer as kernels take them. */
export function layerWeights(filter: IntegerData, bias: Int32Array | null): LayerWeights {
  return { filter: { data: filter }, bias: bias && { data: bias } };
}

/**
 * The scale and zero point of each output channel of a filter.
 *
 * @param letters the filter's axes; "hwim" spreads the channels of a depthwise filter over two of them
 * @throws ShapeError for scales along another axis
 */
export function perOutput(
  op: string,
  { shape, axis, scale, zeroPoint }: QuantizedTensor,
  letters: string,
  O: number,
): PerOutput {
  const M = letters === "hwim" ? shape[3] : 1;
  const indexOf = new Map([
    [letters.indexOf("o"), (o: number) => o],
    [letters === "hwim" ? 2 : -1, (o: number) => Math.floor(o / M)],
    [letters.indexOf("m"), (o: number) => o % M],
    [-1, () => 0], // one for all
  ]).get(axis ?? -1);
  if (indexOf === undefined) {
    const letter = letters[axis as number];
    throw new ShapeError(
      `${op}: filter.axis is ${axis}, the ${letter} of ${letters}, needs the axis of the output channels`,
    );
  }
  const each = (values: number | readonly number[]): readonly number[] =>
    Array.from({ length: O }, (_, o) => atIndex(values, indexOf(o)));
  return { scales: each(scale), zeroPoints: each(zeroPoint) };
}

/** Max relative difference between a bias's scale and input · filter: both are rounded to float32. */
const SCALE_TOLERANCE = 2 ** -22;

function checkBias(op: string, bias: unknown, products: readonly number[]): Int32Array | null {
  if (bias === undefined || bias === null) return null;
  const isTensor = typeof bias === "object" && "scale" in bias;
  const data = isTensor ? checkScales(op, bias as QuantizedTensor, products) : bias;
  if (Object.prototype.toString.call(data) !== "[object Int32Array]") {
    throw new ShapeError(`${op}: bias is ${show(data)}, needs an Int32Array, at the scale input · filter`);
  }
  const { length } = data as Int32Array;
  if (length === products.length) return data as Int32Array;
  throw new ShapeError(`${op}: bias has ${length} elements, needs ${products.length}`);
}

/** The integers of a bias that states its scale. */
function checkScales(op: string, given: QuantizedTensor, products: readonly number[]): IntegerData {
  const { data, scale, zeroPoint } = checkQuantizedTensor(op, "bias.", given);
  products.slice(0, data.length).forEach((product, o) => {
    const [own, zero] = [atIndex(scale, o), atIndex(zeroPoint, o)];
    if (zero !== 0) throw new ShapeError(`${op}: bias.zeroPoint is ${zero}, needs 0`);
    if (Math.abs(own / product - 1) <= SCALE_TOLERANCE) return;
    throw new ShapeError(`${op}: bias.scale of output channel ${o} is ${own}, needs ${product}, input · filter`);
  });
  return data;
}
