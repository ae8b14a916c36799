/**
 * @file A small MobileNetV1 for grey images of 28×28 pixels, such as Fashion-MNIST's: thinner, with fewer blocks, and
 * a first convolution that does not halve the image.
 */
import type { Pair } from "../geometry/padding.ts";
import type { Graph } from "../graph/graph.ts";
import { checkBoolean, knownKeys, oneOf } from "../tensor/errors.ts";
import { nameOf } from "./names.ts";
import { type BlockTable, separableNetwork, variantsOf } from "./separableNetwork.ts";
import { networkSettings } from "./settings.ts";
import { widthOf } from "./width.ts";

/** Options of `fashionNet`. */
export interface FashionNetOptions {
  /** Width multiplier, as in MobileNetV1. Default 1. */
  readonly alpha?: number;
  /** Rows and columns of the image, n or [h, w]. Default 28. */
  readonly resolution?: Pair;
  /** Default 10. */
  readonly classes?: number;
  /** Channels of the image. Default 1. */
  readonly channels?: number;
  /** "standard": the twin in which one standard 3×3 convolution replaces each block. Default "separable". */
  readonly convolution?: "separable" | "standard";
  /** Without the blocks that keep the shape of their input, as in the paper's Table 5. Default false. */
  readonly shallow?: boolean;
}

/** Output channels at alpha 1, and stride. */
export const FASHION_BLOCKS: BlockTable = [
  [32, 1],
  [64, 2],
  [64, 1],
  [128, 2],
  [128, 1],
  [128, 1],
  [192, 1],
];

/** Blocks that the shallow variant leaves out. */
const SHALLOW_SKIPS: readonly number[] = [3, 5, 6];

/**
 * Returns the graph, from [1, 28, 28, 1] (pixel / 255) to ten scores before softmax. `loadWeights("fashion")` loads the
 * weights that ship with the package.
 *
 * @throws ShapeError for an unknown option, or an alpha that leaves a layer without channels
 *
 * @example
 * const session = await Session.create(fashionNet(), await loadWeights("fashion"));
 */
export function fashionNet(options: FashionNetOptions = {}): Graph {
  const op = "fashionNet";
  knownKeys(op, options, ["alpha", "resolution", "classes", "channels", "convolution", "shallow"]);
  const { alpha = 1, classes = 10, channels = 1, resolution = 28 } = options;
  const convolution = oneOf(op, "convolution", options.convolution ?? "separable", ["separable", "standard"]);
  const shallow = checkBoolean(op, "shallow", options.shallow ?? false);
  const own = { classes, channels, resolution };
  const settings = networkSettings(op, own, [], { resolution: 28, presets: ["keras"] });
  return separableNetwork({
    name: nameOf("fashion", settings, alpha, ...variantsOf(convolution, shallow)),
    settings,
    stem: { outputs: 16, strides: 1 },
    blocks: FASHION_BLOCKS,
    skips: shallow ? SHALLOW_SKIPS : [],
    width: widthOf(op, alpha),
    convolution,
    activation: "relu",
  });
}
