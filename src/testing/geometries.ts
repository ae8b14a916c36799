/**
 * @file Convolutions worth testing: corner cases that well-known libraries got wrong, and seeded random ones,
 * asymmetric so that a swapped axis shows.
 */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import { type ConvKind, conv2dGeometry } from "../geometry/conv2d.ts";
import type { Padding4 } from "../geometry/padding.ts";
import { checkRecord, knownKeys, oneOf } from "../tensor/errors.ts";
import { type Random, random, randomTensor } from "../tensor/random.ts";
import { checkInteger, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { OracleOptions } from "./oracle.ts";

/** A convolution described by its shapes: nhwc, filters in the default layout of the operation. */
export interface ConvCase {
  /** What is special about it. */
  readonly name: string;
  readonly op: ConvKind;
  /** [n, h, w, c] */
  readonly input: Shape;
  /** [kh, kw, c / groups, o], [kh, kw, c, multiplier] or [c, o] */
  readonly filter: Shape;
  readonly hasBias: boolean;
  readonly options: {
    readonly strides: readonly [number, number];
    readonly dilations: readonly [number, number];
    readonly padding: "valid" | "same" | "same-lower" | Padding4;
    readonly activation: Activation;
    readonly groups?: number;
  };
}

/** Operands of a convolution, and its options. */
export interface ConvOperandValues {
  readonly input: Tensor;
  readonly filter: Tensor;
  readonly options: OracleOptions;
}

type Corner = readonly [
  name: string,
  op: ConvKind,
  input: Shape,
  filter: Shape,
  options?: Partial<ConvCase["options"]>,
];

const CORNERS: readonly Corner[] = [
  ["a 1×N kernel at stride 2", "depthwiseConv2d", [1, 5, 9, 3], [1, 3, 3, 1], { strides: [2, 2], padding: "same" }],
  ["an N×1 kernel at stride 2", "depthwiseConv2d", [1, 9, 5, 3], [3, 1, 3, 1], { strides: [2, 2], padding: "same" }],
  ["a 1×N kernel, standard", "conv2d", [1, 4, 9, 5], [1, 7, 5, 3], { strides: [1, 2], padding: "same" }],
  [
    "strides larger than the input",
    "depthwiseConv2d",
    [1, 4, 5, 4],
    [3, 3, 4, 1],
    { strides: [7, 6], padding: "same" },
  ],
  ["strides larger than the kernel", "conv2d", [1, 11, 13, 2], [2, 3, 2, 3], { strides: [5, 4] }],
  ["same padding, even size, stride 2", "conv2d", [1, 6, 8, 3], [3, 3, 3, 4], { strides: [2, 2], padding: "same" }],
  ["same-lower padding, stride 2", "conv2d", [1, 6, 8, 3], [3, 3, 3, 4], { strides: [2, 2], padding: "same-lower" }],
  ["an even kernel with same padding", "depthwiseConv2d", [1, 6, 7, 5], [4, 2, 5, 1], { padding: "same" }],
  ["padding on one side only", "conv2d", [1, 5, 6, 2], [3, 3, 2, 3], { padding: [0, 2, 3, 0] }],
  ["windows that lie in padding alone", "conv2d", [1, 3, 4, 2], [2, 2, 2, 3], { padding: [3, 4, 5, 3] }],
  ["dilation", "depthwiseConv2d", [1, 9, 10, 3], [3, 3, 3, 1], { dilations: [2, 3], padding: "same" }],
  [
    "dilation and stride",
    "conv2d",
    [1, 11, 12, 2],
    [3, 2, 2, 3],
    { strides: [2, 3], dilations: [2, 4], padding: "same" },
  ],
  ["one pixel", "conv2d", [1, 1, 1, 7], [1, 1, 7, 5]],
  ["one pixel under a 3×3 kernel", "depthwiseConv2d", [1, 1, 1, 6], [3, 3, 6, 1], { padding: "same" }],
  ["one channel", "conv2d", [1, 7, 5, 1], [3, 3, 1, 1], { padding: "same" }],
  ["a kernel as large as the input", "conv2d", [1, 5, 6, 3], [5, 6, 3, 4]],
  ["a kernel larger than the input", "depthwiseConv2d", [1, 3, 2, 4], [7, 5, 4, 1], { padding: "same" }],
  ["channels beside a multiple of four", "conv2d", [1, 4, 5, 7], [3, 3, 7, 9], { padding: "same" }],
  ["channel multiplier", "depthwiseConv2d", [1, 6, 5, 3], [3, 3, 3, 4], { strides: [2, 1], padding: "same" }],
  ["two groups", "conv2d", [1, 5, 7, 6], [3, 3, 3, 8], { groups: 2, padding: "same" }],
  ["as many groups as channels", "conv2d", [1, 5, 7, 4], [3, 3, 1, 8], { groups: 4, padding: "same" }],
  ["two images", "conv2d", [2, 5, 4, 3], [3, 2, 3, 4], { padding: "same" }],
  ["one column", "depthwiseConv2d", [1, 12, 1, 5], [3, 3, 5, 1], { strides: [2, 2], padding: "same" }],
  ["one row", "depthwiseConv2d", [1, 1, 12, 5], [3, 3, 5, 1], { strides: [2, 2], padding: "same" }],
  ["pointwise", "pointwiseConv2d", [1, 5, 3, 6], [6, 7]],
  ["pointwise, one channel to many", "pointwiseConv2d", [1, 3, 4, 1], [1, 13]],
  ["pointwise, many channels to one", "pointwiseConv2d", [1, 3, 4, 37], [37, 1]],
  ["pointwise at stride 2", "pointwiseConv2d", [1, 5, 7, 6], [6, 4], { strides: [2, 3] }],
  ["relu6", "depthwiseConv2d", [1, 6, 7, 5], [3, 3, 5, 1], { padding: "same", activation: "relu6" }],
  ["hard-swish", "conv2d", [1, 5, 6, 3], [3, 3, 3, 5], { padding: "same", activation: "hardSwish" }],
];

const PLAIN: ConvCase["options"] = { strides: [1, 1], dilations: [1, 1], padding: "valid", activation: "none" };

/** The corner cases, each with a name. */
export const CONV_CORNERS: readonly ConvCase[] = CORNERS.map(([name, op, input, filter, options], i) => {
  return { name, op, input, filter, hasBias: i % 3 !== 0, options: { ...PLAIN, ...options } };
});

/** Which cases, and how many. */
export interface ConvCasesOptions {
  /** Default twice the number of corner cases. */
  readonly count?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** The activations that a case may have, default all; integer layers have "none", "relu" and "relu6". */
  readonly activations?: readonly Activation[] | undefined;
}

/**
 * Returns the corner cases, then seeded random convolutions: small, asymmetric, and all valid.
 *
 * @throws ShapeError for an invalid count, seed or activation
 *
 * @example
 * const cases = convCases({ count: 200 });
 * cases.length; // 200
 */
export function convCases(options: ConvCasesOptions = {}): readonly ConvCase[] {
  knownKeys("convCases", options, ["count", "seed", "activations"]);
  const { activations = ACTIVATIONS } = options;
  const count = checkInteger("convCases", "count", options.count ?? 2 * CONV_CORNERS.length, 0, 1_000_000);
  for (const activation of activations) oneOf("convCases", "activation", activation, ACTIVATIONS);
  const source = random(options.seed ?? 1);
  const corners = CONV_CORNERS.filter(({ options: { activation } }) => activations.includes(activation));
  const cases = corners.slice(0, count);
  while (cases.length < count) {
    const next = randomCase(source, cases.length, activations);
    if (isValid(next)) cases.push(next);
  }
  return cases;
}

function randomCase(source: Random, index: number, activations: readonly Activation[]): ConvCase {
  const from = (min: number, max: number): number => min + source.integer(max - min + 1);
  const pick = <T>(items: readonly T[]): T => items[source.integer(items.length)];
  const op = pick<ConvKind>(["conv2d", "conv2d", "depthwiseConv2d", "depthwiseConv2d", "pointwiseConv2d"]);
  const groups = op === "conv2d" ? pick([1, 1, 1, 2, 3]) : 1;
  const C = groups * from(1, 6);
  const [KH, KW] = op === "pointwiseConv2d" ? [1, 1] : [from(1, 5), from(1, 5)];
  const filter =
    op === "conv2d"
      ? [KH, KW, C / groups, groups * from(1, 5)]
      : op === "depthwiseConv2d"
        ? [KH, KW, C, pick([1, 1, 2, 3])]
        : [C, from(1, 9)];
  const pads: Padding4 = [from(0, 3), from(0, 3), from(0, 3), from(0, 3)];
  return {
    name: `random ${index}`,
    op,
    input: [pick([1, 1, 2]), from(1, 10), from(1, 11), C],
    filter,
    hasBias: source.integer(2) === 1,
    options: {
      strides: [pick([1, 1, 2, 3, 12]), pick([1, 1, 2, 4, 13])],
      dilations: [pick([1, 1, 1, 2]), pick([1, 1, 1, 3])],
      padding: op === "pointwiseConv2d" ? "valid" : pick(["valid", "same", "same-lower", pads]),
      activation: source.integer(3) === 0 ? pick(activations) : "none",
      ...(groups > 1 && { groups }),
    },
  };
}

function isValid({ op, input, filter, options: { activation: _, ...options } }: ConvCase): boolean {
  try {
    conv2dGeometry(input, filter, options, op);
    return true;
  } catch {
    return false; // the kernel does not fit
  }
}

/** How random numbers are drawn: "normal", or "integers" from -8 to 8, whose sums are exact in float32. */
export type Draw = "normal" | "integers";

/**
 * Returns operands for a case: seeded, the same on every machine.
 *
 * @param seed default 1
 * @param draw default "normal"
 * @throws ShapeError if the sizes do not fit together
 *
 * @example
 * const [wanted] = convCases();
 * const { input, filter } = convOperandsFor(wanted, 1);
 */
export function convOperandsFor(wanted: ConvCase, seed: number = 1, draw: Draw = "normal"): ConvOperandValues {
  checkRecord("convOperandsFor", "case", wanted);
  const { op, input, filter, hasBias, options } = wanted;
  checkRecord("convOperandsFor", "options", options);
  const { activation: _, ...convOptions } = options;
  const { O } = conv2dGeometry(input, filter, convOptions, op); // checks the sizes before anything is allocated
  const source = random(seed);
  const number = draw === "normal" ? source.normal : (): number => source.integer(17) - 8;
  const x = randomTensor(input, source, number);
  const w = randomTensor(filter, source, number);
  const bias = hasBias ? randomTensor([O], source, number) : null;
  return { input: x, filter: w, options: { ...options, bias } };
}
