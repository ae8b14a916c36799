/**
 * @file Options that all MobileNets share, and how published weights differ.
 *
 *   preset       padding     batch norm's ε              classes
 *   keras        same        1e-3                        1000
 *   tf-slim      same        1e-3                        1001, the first one "background"
 *   torchvision  symmetric   1e-5, MobileNetV3 1e-3      1000
 *   timm         symmetric   1e-5                        1000
 *
 * At stride 2 on an even size the two paddings place windows on different pixels: "same" is (0, 1), symmetric (1, 1).
 */
import { checkEpsilon } from "../geometry/batchNormalization.ts";
import { checkPair, type Pair } from "../geometry/padding.ts";
import { checkBoolean, knownKeys, oneOf } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Source of the training recipe. All use the same layers; padding and batch norm's ε differ. */
export const PRESETS = ["keras", "tf-slim", "torchvision", "timm"] as const;
/** The training recipe that a network follows. */
export type Preset = (typeof PRESETS)[number];

export const NETWORK_PADDINGS = ["same", "symmetric"] as const;
/**
 * The rule that pads convolutions. "same": TensorFlow's, the odd row at the end. "symmetric": PyTorch's, ⌊k/2⌋ rows on
 * either side.
 */
export type NetworkPadding = (typeof NETWORK_PADDINGS)[number];

/** Options that all model functions have. */
export interface NetworkOptions {
  /** Rows and columns of the image, n or [h, w]. */
  readonly resolution?: Pair;
  /** Default the preset's: 1000, or 1001. */
  readonly classes?: number;
  /** Channels of the image. Default 3. */
  readonly channels?: number;
  /** Source of the network; determines the defaults of `classes`, `padding` and `epsilon`. */
  readonly preset?: Preset;
  readonly padding?: NetworkPadding;
  /** Batch norm's ε. */
  readonly epsilon?: number;
  /** false: every convolution has a bias instead, for weights with batch norm already folded. Default true. */
  readonly batchNorm?: boolean;
}

export interface NetworkSettings {
  /** [1, h, w, c] */
  readonly input: readonly [1, number, number, number];
  readonly classes: number;
  readonly preset: Preset;
  /** Whether it is the family's default preset. */
  readonly isOwnPreset: boolean;
  readonly padding: NetworkPadding;
  readonly epsilon: number;
  readonly batchNorm: boolean;
}

/** The options of every network, in the order in which messages list them. */
export const NETWORK_OPTIONS: readonly (keyof NetworkOptions)[] = [
  "resolution",
  "classes",
  "channels",
  "preset",
  "padding",
  "epsilon",
  "batchNorm",
];

export interface NetworkDefaults {
  readonly resolution: number;
  readonly presets: readonly Preset[];
  /** ε where it differs from the preset's. */
  readonly epsilons?: Partial<Record<Preset, number>>;
}

/**
 * @param own      options of this network alone
 * @param defaults the first of `presets` is the default
 * @throws ShapeError for an unknown option or a value out of range
 */
export function networkSettings(
  op: string,
  options: NetworkOptions,
  own: readonly string[],
  defaults: NetworkDefaults,
): NetworkSettings {
  knownKeys(op, options, [...own, ...NETWORK_OPTIONS]);
  const preset = oneOf(op, "preset", options.preset ?? defaults.presets[0], defaults.presets);
  const isTensorFlows = preset === "keras" || preset === "tf-slim";
  const [H, W] = checkPair(op, "resolution", options.resolution ?? defaults.resolution, 1);
  const fallback = defaults.epsilons?.[preset] ?? (isTensorFlows ? 1e-3 : 1e-5);
  const epsilon = checkEpsilon(op, options.epsilon ?? fallback);
  return {
    input: [1, H, W, checkInteger(op, "channels", options.channels ?? 3, 1)],
    classes: checkInteger(op, "classes", options.classes ?? (preset === "tf-slim" ? 1001 : 1000), 1),
    preset,
    isOwnPreset: preset === defaults.presets[0],
    padding: oneOf(op, "padding", options.padding ?? (isTensorFlows ? "same" : "symmetric"), NETWORK_PADDINGS),
    epsilon,
    batchNorm: checkBoolean(op, "batchNorm", options.batchNorm ?? true),
  };
}
