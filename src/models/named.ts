/** @file Models by name, as on the command line, in weights files and in tables. */
import type { Activation } from "../geometry/activation.ts";
import type { Pair } from "../geometry/padding.ts";
import type { Graph } from "../graph/graph.ts";
import { fashionNet } from "./fashionNet.ts";
import { mobilenetV1 } from "./mobilenetV1.ts";
import { mobilenetV2 } from "./mobilenetV2.ts";
import { mobilenetV3Large, mobilenetV3Small } from "./mobilenetV3.ts";
import { mobilenetV4, V4_SIZES } from "./mobilenetV4.ts";
import { PRESETS, type Preset } from "./settings.ts";

/** Ways in which weights may differ from what the model's name implies. */
export interface ModelVariations {
  readonly alpha?: number;
  readonly resolution?: Pair;
  readonly classes?: number;
  readonly channels?: number;
  readonly convolution?: "separable" | "standard";
  /** false if batch norm is folded into the weights. */
  readonly batchNorm?: boolean;
  /** Where the weights come from. Ignored if the name already says so, or if this source never published the family. */
  readonly preset?: Preset;
  readonly activation?: Activation;
}

export interface NamedModel {
  /** Prefix of its graph's name. */
  readonly family: string;
  /** Whether the name states no size. */
  readonly isFamily: boolean;
  /** Sizes with published weights; no alphas for a family of one width. */
  readonly published: Published;
  /** Returns whether the family allows this setting to be overridden. */
  varies(variation: keyof ModelVariations): boolean;
  /** @throws ShapeError if the name's alpha or resolution is invalid */
  graph(variations?: ModelVariations): Graph;
}

export interface Published {
  readonly alphas: readonly string[];
  readonly resolutions: readonly number[];
}

interface Family {
  readonly name: string;
  readonly published: Published;
  /** Words that may follow the size, and the options that they set. */
  readonly words: Readonly<Record<string, object>>;
  /** Settings that can be overridden. */
  readonly variations: readonly (keyof ModelVariations)[];
  graph(options: object): Graph;
}

const presets = (...names: readonly string[]): Record<string, object> =>
  Object.fromEntries(PRESETS.filter((preset) => names.includes(preset)).map((preset) => [preset, { preset }]));

const SEPARABLE = { standard: { convolution: "standard" }, shallow: { shallow: true } };
const COMMON = ["resolution", "classes", "channels", "batchNorm", "preset", "activation"] as const;
const V3 = {
  published: { alphas: ["1.0", "0.75"], resolutions: [224] },
  words: {
    minimalistic: { minimalistic: true },
    "paper-widths": { widthRule: "paper" },
    "torchvision-widths": { widthRule: "torchvision" },
    ...presets(...PRESETS),
  },
  variations: ["alpha", ...COMMON],
} as const;

const FAMILIES: readonly Family[] = [
  {
    name: "mobilenet_v1",
    published: { alphas: ["1.0", "0.75", "0.5", "0.25"], resolutions: [224, 192, 160, 128] },
    words: { ...SEPARABLE, ...presets("keras", "tf-slim", "timm") },
    variations: ["alpha", ...COMMON, "convolution"],
    graph: mobilenetV1,
  },
  {
    name: "mobilenet_v2",
    published: { alphas: ["1.4", "1.3", "1.0", "0.75", "0.5", "0.35"], resolutions: [224, 192, 160, 128, 96] },
    words: presets(...PRESETS),
    variations: ["alpha", ...COMMON],
    graph: mobilenetV2,
  },
  { name: "mobilenet_v3_large", ...V3, graph: mobilenetV3Large },
  { name: "mobilenet_v3_small", ...V3, graph: mobilenetV3Small },
  ...V4_SIZES.map((size) => ({
    name: `mobilenet_v4_conv_${size}`,
    published: { alphas: [], resolutions: [224, 256, 384] },
    words: presets("timm"),
    variations: COMMON,
    graph: (options: object) => mobilenetV4({ ...options, size }),
  })),
  {
    name: "fashion",
    published: { alphas: ["1.0", "0.75", "0.5", "0.25"], resolutions: [28] },
    words: SEPARABLE,
    variations: ["alpha", "resolution", "classes", "channels", "convolution"],
    graph: fashionNet,
  },
];

/** Help text of commands that accept a model. */
export const MODEL_NAMES = `Models: a family, then [_ALPHA][_RESOLUTION], then words
  mobilenet_v1                   alpha 1.0, 224×224
  mobilenet_v1_0.25_128          published: alpha 1.0, 0.75, 0.5, 0.25; 224, 192, 160, 128
  mobilenet_v1_0.5_160x224       any alpha, any size (rows x columns)
  mobilenet_v1_1.0_224_standard  the twin made of standard convolutions
  mobilenet_v1_1.0_224_shallow   without the five blocks of 14×14×512
  mobilenet_v2_0.35_96           published: alpha 1.4, 1.3, 1.0, 0.75, 0.5, 0.35; 224, 192, 160, 128, 96
  mobilenet_v3_large             and mobilenet_v3_small; published: alpha 1.0, 0.75; _minimalistic
  mobilenet_v4_conv_small        and _medium (256 pixels), _large (384); no alpha
  ..._torchvision                the padding, batch norm and widths of another source: keras, tf-slim, torchvision (V2, V3), timm
  fashion                        the small network that comes with the package, 28×28 grey pixels
  fashion_int8                   the same in eight bits, with its weights`;

/** Known names: the published networks, and the one that ships with the package. */
export const MODEL_EXAMPLES: readonly string[] = FAMILIES.flatMap(({ name, published }) => {
  const widths = published.alphas.length > 0 ? published.alphas.map((alpha) => `${name}_${alpha}`) : [name];
  return [name, ...widths.flatMap((width) => published.resolutions.map((resolution) => `${width}_${resolution}`))];
});

/** Alpha, rows, columns and words; the second pattern has an empty group for alpha. */
const SIZE = /^(?:_(\d+(?:\.\d+)?)(?:_(\d+)(?:x(\d+))?)?)?((?:_[a-z]\w*)?)$/;
const SIZE_WITHOUT_ALPHA = /^(?:_()(\d+)(?:x(\d+))?)?((?:_[a-z]\w*)?)$/;

/** Returns a hint for an unknown name: how its family's names are formed, or which families begin like it. */
export function modelHint(name: string): string | null {
  const plain = plainName(name);
  const family = FAMILIES.find((one) => plain.startsWith(`${one.name}_`));
  if (family !== undefined) {
    const words = Object.keys(family.words).map((word) => `_${word}`);
    const size = family.published.alphas.length > 0 ? "[_ALPHA[_RESOLUTION]]" : "[_RESOLUTION]";
    return `${family.name}${size}, then ${words.join(", ")}`;
  }
  const longer = FAMILIES.filter((one) => one.name.startsWith(plain)).map((one) => one.name);
  return longer.length > 0 ? longer.join(", ") : null;
}

function plainName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll("-", "_")
    .replace(/^mobilenetv/, "mobilenet_v");
  return plain.replace(/^mobilenet_v4_(?!conv_)(?=.)/, "mobilenet_v4_conv_");
}

/** @returns null for a name that is not a model's */
export function modelNamed(name: string): NamedModel | null {
  const named = plainName(name);
  const family = FAMILIES.find((one) => named === one.name || named.startsWith(`${one.name}_`));
  if (family === undefined) return null;
  const pattern = family.published.alphas.length > 0 ? SIZE : SIZE_WITHOUT_ALPHA;
  const match = pattern.exec(named.slice(family.name.length));
  if (match === null) return null;
  const [, alpha, rows, columns = rows, rest] = match;
  const words = wordsOf(rest, Object.keys(family.words));
  if (words === null) return null;
  const options: Record<string, unknown> = {
    ...(alpha && { alpha: widthIn(alpha) }),
    ...(rows !== undefined && { resolution: [Number(rows), Number(columns)] }),
    ...Object.assign({}, ...words.map((word) => family.words[word])),
  };
  return {
    family: family.name,
    isFamily: !alpha && rows === undefined,
    published: family.published,
    varies: (variation) => family.variations.includes(variation),
    graph: (variations = {}) => {
      const { preset } = variations;
      const takesPreset = preset !== undefined && preset in family.words && !("preset" in options);
      const own = Object.entries(variations).filter(
        ([key]) => family.variations.some((known) => known === key) && (key !== "preset" || takesPreset),
      );
      return family.graph({ ...options, ...Object.fromEntries(own) });
    },
  };
}

/** Parses 0.75, or 075 as timm writes it. */
function widthIn(text: string): number {
  return /^\d{3}$/.test(text) ? Number(text) / 100 : Number(text);
}

/** Parses the words after the size, none of them twice; null if there is anything else. */
function wordsOf(rest: string, known: readonly string[]): readonly string[] | null {
  const words: string[] = [];
  let left = rest;
  while (left !== "") {
    const word = known.find((one) => `${left}_`.startsWith(`_${one.replaceAll("-", "_")}_`));
    if (word === undefined || words.includes(word)) return null;
    words.push(word);
    left = left.slice(word.length + 1);
  }
  return words;
}
