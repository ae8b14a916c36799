/**
 * @file MobileNetV3: A. Howard et al., "Searching for MobileNetV3", arXiv 1905.02244, Tables 1 and 2.
 *
 * The "minimalistic" networks omit what is hard to make fast on other hardware: squeeze and excite, hard-swish, 5×5
 * kernels.
 */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import type { Graph } from "../graph/graph.ts";
import { checkBoolean, oneOf } from "../tensor/errors.ts";
import { blockBuilder, invertedResidual } from "./blocks.ts";
import { nameOf } from "./names.ts";
import { type NetworkOptions, networkSettings } from "./settings.ts";
import { checkAlpha, makeDivisible } from "./width.ts";

/** Options of `mobilenetV3Large` and `mobilenetV3Small`. */
export interface MobilenetV3Options extends NetworkOptions {
  /** Width multiplier. Default 1; published 1 and 0.75. */
  readonly alpha?: number;
  /** No squeeze and excite, and only ReLU and 3×3 kernels. Default false. */
  readonly minimalistic?: boolean;
  /** Activation of the layers that have hard-swish in the paper. Default "hardSwish", minimalistic "relu". */
  readonly activation?: Activation;
  /**
   * What alpha multiplies; the rules agree at 1. "paper" (Keras, TF-slim, timm): block outputs, from which expansions
   * follow by their ratio; the head only above 1. "torchvision": every number of the table, and the head. Default the
   * preset's.
   */
  readonly widthRule?: WidthRule;
}

export const WIDTH_RULES = ["paper", "torchvision"] as const;
/** The rule by which alpha scales channels; the rules differ at some widths. */
export type WidthRule = (typeof WIDTH_RULES)[number];

/** A row of the tables: kernel, expanded channels, outputs, squeeze and excite, activation, stride. */
export type V3Row = readonly [k: number, exp: number, out: number, se: boolean, nl: "relu" | "hardSwish", s: number];

/** The blocks of MobileNetV3-Large: table 1 of the paper, arXiv 1905.02244. */
export const MOBILENET_V3_LARGE_BLOCKS: readonly V3Row[] = [
  [3, 16, 16, false, "relu", 1],
  [3, 64, 24, false, "relu", 2],
  [3, 72, 24, false, "relu", 1],
  [5, 72, 40, true, "relu", 2],
  [5, 120, 40, true, "relu", 1],
  [5, 120, 40, true, "relu", 1],
  [3, 240, 80, false, "hardSwish", 2],
  [3, 200, 80, false, "hardSwish", 1],
  [3, 184, 80, false, "hardSwish", 1],
  [3, 184, 80, false, "hardSwish", 1],
  [3, 480, 112, true, "hardSwish", 1],
  [3, 672, 112, true, "hardSwish", 1],
  [5, 672, 160, true, "hardSwish", 2],
  [5, 960, 160, true, "hardSwish", 1],
  [5, 960, 160, true, "hardSwish", 1],
];

/** The blocks of MobileNetV3-Small: table 2 of the paper, arXiv 1905.02244. */
export const MOBILENET_V3_SMALL_BLOCKS: readonly V3Row[] = [
  [3, 16, 16, true, "relu", 2],
  [3, 72, 24, false, "relu", 2],
  [3, 88, 24, false, "relu", 1],
  [5, 96, 40, true, "hardSwish", 2],
  [5, 240, 40, true, "hardSwish", 1],
  [5, 240, 40, true, "hardSwish", 1],
  [5, 120, 48, true, "hardSwish", 1],
  [5, 144, 48, true, "hardSwish", 1],
  [5, 288, 96, true, "hardSwish", 2],
  [5, 576, 96, true, "hardSwish", 1],
  [5, 576, 96, true, "hardSwish", 1],
];

const STEM = 16;

/**
 * Returns a MobileNetV3-Large graph, ending in class scores before softmax, [1, classes]. Default preset "keras".
 *
 * @throws ShapeError for an unknown option or a value out of range
 *
 * @example analyze(mobilenetV3Large()).total.macs; // 216589760
 */
export function mobilenetV3Large(options: MobilenetV3Options = {}): Graph {
  return mobilenetV3("mobilenetV3Large", "mobilenet_v3_large", MOBILENET_V3_LARGE_BLOCKS, 1280, options);
}

/**
 * Returns a MobileNetV3-Small graph, as {@link mobilenetV3Large} does.
 *
 * @throws ShapeError for an invalid option
 *
 * @example analyze(mobilenetV3Small()).total.macs; // 56510400
 */
export function mobilenetV3Small(options: MobilenetV3Options = {}): Graph {
  return mobilenetV3("mobilenetV3Small", "mobilenet_v3_small", MOBILENET_V3_SMALL_BLOCKS, 1024, options);
}

function mobilenetV3(
  op: string,
  family: string,
  blocks: readonly V3Row[],
  head: number,
  options: MobilenetV3Options,
): Graph {
  const settings = networkSettings(op, options, ["alpha", "minimalistic", "activation", "widthRule"], {
    resolution: 224,
    presets: ["keras", "tf-slim", "torchvision", "timm"],
    epsilons: { torchvision: 1e-3 },
  });
  const alpha = checkAlpha(op, options.alpha ?? 1);
  const isMinimalistic = checkBoolean(op, "minimalistic", options.minimalistic ?? false);
  const swish = oneOf(op, "activation", options.activation ?? (isMinimalistic ? "relu" : "hardSwish"), ACTIVATIONS);
  const defaultRule = settings.preset === "torchvision" ? "torchvision" : "paper";
  const rule = oneOf(op, "widthRule", options.widthRule ?? defaultRule, WIDTH_RULES);
  const isTablewise = rule === "torchvision";
  const width = (channels: number): number => makeDivisible(channels * alpha);
  // At alpha 1 both rules build the same network.
  const hasOtherWidths = alpha !== 1 && rule !== defaultRule;
  const variants = [...(isMinimalistic ? ["minimalistic"] : []), ...(hasOtherWidths ? [`${rule}-widths`] : [])];
  const b = blockBuilder(nameOf(family, settings, alpha, ...variants), settings);

  const stem = isTablewise ? width(STEM) : STEM;
  let x = b.conv(b.g.input, { name: "stem", kernel: 3, strides: 2, outputs: stem, activation: swish });
  blocks.forEach(([kernel, expanded, outputs, excite, nl, strides], i) => {
    const inputs = i === 0 ? STEM : blocks[i - 1][2];
    x = invertedResidual(b, x, {
      name: `block_${i + 1}`,
      kernel: isMinimalistic ? 3 : kernel,
      strides,
      expanded: isTablewise ? width(expanded) : expandedFrom(b.channels(x), expanded, inputs),
      outputs: width(outputs),
      excite: excite && !isMinimalistic,
      activation: nl === "hardSwish" ? swish : "relu",
    });
  });
  x = b.conv(x, { name: "last", outputs: 6 * b.channels(x), activation: swish });
  const hidden = isTablewise || alpha > 1 ? width(head) : head;
  const headSpec = { name: "head", outputs: hidden, activation: swish, normalized: false };
  return b.classify(x, (means) => b.dense(means, headSpec));
}

/** Applies the table's expansion ratio to a block's actual input channels; no expansion if it is 1. */
function expandedFrom(channels: number, expanded: number, inputs: number): number {
  return expanded === inputs ? channels : makeDivisible((channels * expanded) / inputs);
}
