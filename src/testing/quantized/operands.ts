/** @file Seeded integers to test a convolution with: some sums saturate, and some are half-way between integers. */
import { conv2dGeometry } from "../../geometry/conv2d.ts";
import { QUANTIZED_ACTIVATIONS } from "../../geometry/quantizedActivation.ts";
import type { Rounding } from "../../geometry/requantization.ts";
import { checkRecord, knownKeys, oneOf } from "../../tensor/errors.ts";
import {
  INTEGER_RANGES,
  type IntegerData,
  integersOf,
  type QuantizedTensor,
  type QuantizedType,
  quantizedTensor,
} from "../../tensor/quantizedTensor.ts";
import { type Random, random } from "../../tensor/random.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { ConvCase } from "../geometries.ts";
import type { QuantizedOracleOptions } from "./oracle.ts";

/** How the integers of a case are chosen. */
export interface QuantizedDraw {
  /** Type of input, filter and output. Default "int8". */
  readonly type?: QuantizedType | undefined;
  /** Whether the filter has a scale per channel or only one. Default: "channel" for int8, "tensor" for uint8. */
  readonly per?: "channel" | "tensor" | undefined;
  /** Default "float-half-even". */
  readonly rounding?: Rounding | undefined;
}

/** Operands of an integer convolution, and its options. */
export interface QuantizedConvOperandValues {
  readonly input: QuantizedTensor;
  readonly filter: QuantizedTensor;
  readonly options: QuantizedOracleOptions;
}

/** Standard deviation of uniformly distributed eight-bit integers. */
const SPREAD = 74;

/**
 * Returns operands for a case: seeded, the same on every machine. A few sums exceed the output's range. With odd seeds
 * all scales are powers of two, so that some sums are half-way between two integers, where the rounding rules differ.
 *
 * @param seed default 1
 * @throws ShapeError if the sizes do not fit together, or for an activation that integer layers do not have
 *
 * @example
 * const [wanted] = convCases({ activations: ["none", "relu", "relu6"] });
 * const { input, filter, options } = quantizedConvOperandsFor(wanted, 1, { type: "int8" });
 * const oracle = quantizedConvOracle(wanted.op, input, filter, options);
 */
export function quantizedConvOperandsFor(
  wanted: ConvCase,
  seed: number = 1,
  draw: QuantizedDraw = {},
): QuantizedConvOperandValues {
  const op = "quantizedConvOperandsFor";
  checkRecord(op, "case", wanted);
  knownKeys(op, draw, ["type", "per", "rounding"]);
  const { type = "int8", per = type === "int8" ? "channel" : "tensor", rounding } = draw;
  oneOf(op, "type", type, ["int8", "uint8"]);
  oneOf(op, "per", per, ["channel", "tensor"]);
  checkRecord(op, "options", wanted.options);
  const { activation, ...convOptions } = wanted.options;
  const layerActivation = oneOf(op, "activation", activation, QUANTIZED_ACTIVATIONS);
  const g = conv2dGeometry(wanted.input, wanted.filter, convOptions, wanted.op); // checks before anything is allocated
  const source = random(seed);
  const hasHalves = seed % 2 === 1;
  const scaleOf = (exponent: number): number => 2 ** exponent * (hasHalves ? 1 : 1 + source.uniform());
  const [min] = INTEGER_RANGES[type];

  const zx = min + 28 + source.integer(200);
  const x = drawn(type, wanted.input, source, () => ({ zeroPoint: zx, step: hasHalves ? 4 : 1 }));
  const sx = scaleOf(-5);

  const zw = type === "int8" ? 0 : 108 + source.integer(40);
  const w = drawn(type, wanted.filter, source, (i) => ({ zeroPoint: zw, step: hasHalves && i % 2 === 0 ? 16 : 1 }));
  const axis = per === "channel" ? channelAxis(wanted) : null;
  const scales = Array.from({ length: axis === null ? 1 : wanted.filter[axis] }, () => scaleOf(-6 - source.integer(3)));

  const taps = g.KH * g.KW * (g.C / g.G);
  const deviation = SPREAD * Math.sqrt(taps * (SPREAD ** 2 + (zx - min - 127.5) ** 2));
  const bias = Int32Array.from({ length: g.O }, (_, o) => {
    const b = Math.round(deviation * (2 * source.uniform() - 1));
    return hasHalves && o % 2 === 0 ? b - (b % 64) : b;
  });
  const wide = (sx * Math.max(...scales) * 2 * deviation) / 127; // the scale at which two deviations fill the range
  const sy = hasHalves ? 2 ** Math.round(Math.log2(wide)) : wide;
  return {
    input: quantizedTensor(x, wanted.input, { scale: sx, zeroPoint: zx }),
    filter: quantizedTensor(w, wanted.filter, {
      axis,
      scale: axis === null ? scales[0] : scales,
      zeroPoint: axis === null ? zw : scales.map(() => zw),
    }),
    options: {
      ...convOptions,
      activation: layerActivation,
      bias: wanted.hasBias ? bias : null,
      output: { type, scale: sy, zeroPoint: min + 28 + source.integer(200) },
      ...(rounding !== undefined && { rounding }),
    },
  };
}

/** Random integers of the type, a multiple of the step away from a zero point. */
function drawn(
  type: QuantizedType,
  shape: Shape,
  source: Random,
  at: (index: number) => { readonly zeroPoint: number; readonly step: number },
): IntegerData {
  const [min] = INTEGER_RANGES[type];
  return integersOf(type, sizeOf(shape)).map((_, i) => {
    const { zeroPoint, step } = at(i);
    const q = min + source.integer(256);
    return q - ((q - zeroPoint) % step); // towards the zero point
  });
}

/** The filter axis along which scales vary: the output channels, or in a depthwise filter the input channels. */
function channelAxis({ op, filter }: ConvCase): number {
  const last = filter.length - 1;
  return op === "depthwiseConv2d" && filter[2] > 1 ? 2 : last;
}
