/**
 * @file Weight names of Keras, TF-slim and TensorFlow Lite, and the graph's names for them.
 *
 *   Keras V1  conv1/kernel, conv_dw_1/depthwise_kernel, conv1_bn/gamma, …          a graph's own, except the last part
 *   Keras V2  Conv1, bn_Conv1, expanded_conv_depthwise, block_1_expand_BN, Conv_1  stem, block_1_…, block_2_…, last
 *   Keras V3  conv, expanded_conv_1_squeeze_excite_conv_1, conv_1, conv_2          stem, block_2_excite, last, head
 *             logits                                                               scores
 *   TF-slim   MobilenetV2/expanded_conv_1/expand/BatchNorm/moving_mean             block_2_expand_bn/mean
 *   TF Lite   conv_0/kernel, dw_0/depthwise_kernel, numbered in order of computation
 *
 * A trailing ":0" and a repeated layer name ("conv1/conv1/kernel:0"), as in older files, are dropped. Keras 3 also
 * calls the depthwise kernel "kernel". Source: keras-team/keras and tensorflow/models, listed in
 * test/facts/weight-names.json.
 */
import { largest, type Scheme, type Target, targetsBy } from "./scheme.ts";

const ROLES: ReadonlyMap<string, string> = new Map([
  ["kernel", "filter"],
  ["depthwise_kernel", "filter"],
  ["weights", "filter"],
  ["depthwise_weights", "filter"],
  ["bias", "bias"],
  ["biases", "bias"],
  ["gamma", "scale"],
  ["beta", "bias"],
  ["moving_mean", "mean"],
  ["moving_variance", "variance"],
]);

/** Keras' name for a model inside a model: a trunk without its head. */
const INNER_MODEL = /^(mobilenet[^/]*_\d[^/]*|(model|functional|sequential)(_\d+)?)$/i;

/** Splits a name that ends in one of TensorFlow's terms into layers and role. */
function split(name: string): { readonly layers: readonly string[]; readonly role: string } | null {
  const parts = name.replace(/:0$/, "").split("/");
  const role = ROLES.get(parts[parts.length - 1]);
  const inModel = parts.length > 2 && INNER_MODEL.test(parts[0]) ? 1 : 0;
  const layers = parts.slice(inModel, -1);
  if (role === undefined || layers.length === 0) return null;
  const half = layers.slice(layers.length / 2);
  const isDoubled = layers.length % 2 === 0 && half.every((layer, i) => layer === layers[i]);
  return { layers: isDoubled ? half : layers, role };
}

/** Layers of V2 and V3, in lower case and joined by "_", and the graph's names for them. */
const LAYERS: readonly (readonly [RegExp, string])[] = [
  [/^(?:conv1?)$/, "stem"],
  [/^(?:bn_conv1|conv1?_bn)$/, "stem_bn"],
  [/^conv_1(_bn)?$/, "last$1"],
  [/^conv_2$/, "head"],
  [/^(?:predictions|logits|logits_conv2d_1c_1x1)$/, "scores"],
  [/_squeeze_excite_conv$/, "_squeeze"],
  [/_squeeze_excite_conv_1$/, "_excite"],
];

function layerOfV2OrV3(layers: readonly string[]): string {
  const joined = layers
    .join("_")
    .toLowerCase()
    .replace(/batchnorm$/, "bn");
  const plain = LAYERS.reduce((layer, [pattern, ours]) => layer.replace(pattern, ours), joined);
  const [, number = "0", rest] = /^(?:expanded_conv|block)(?:_(\d+))?_(\D.*)$/.exec(plain) ?? [];
  return rest === undefined ? plain : `block_${Number(number) + 1}_${rest}`;
}

export const keras: Scheme = {
  name: "keras",
  filters: "hwio",
  preset: "keras",
  examples: [
    "conv1/kernel",
    "conv_dw_1/depthwise_kernel",
    "Conv1/kernel",
    "expanded_conv_depthwise/depthwise_kernel",
    "expanded_conv_project_bn/gamma",
  ],
  recognises: (names) => names.some((name) => /\/(depthwise_)?kernel(:0)?$/.test(name)),
  targets: (listing) => {
    const isV2OrV3 = [...listing.keys()].some((name) => /(^|\/)expanded_conv[_/]/.test(name));
    return targetsBy(listing, (name) => {
      const found = split(name);
      if (found === null) return asItIs(name);
      const { layers, role } = found;
      return { layer: isV2OrV3 ? layerOfV2OrV3(layers) : layers.join("/"), role };
    });
  },
};

function asItIs(name: string): Target {
  const at = name.lastIndexOf("/");
  return { layer: name.slice(0, Math.max(at, 0)), role: name.slice(at + 1) };
}

/** Training state that is not a weight. */
const TRAINING = /(^|\/)(global_step|ExponentialMovingAverage|RMSProp(_1)?|Momentum)$/;

export const slim: Scheme = {
  name: "tf-slim",
  filters: "hwio",
  preset: "tf-slim",
  examples: [
    "MobilenetV1/Conv2d_0/weights",
    "MobilenetV1/Conv2d_1_depthwise/depthwise_weights",
    "MobilenetV2/expanded_conv/depthwise/depthwise_weights",
    "MobilenetV3/Conv/BatchNorm/gamma",
  ],
  recognises: (names) => names.some((name) => /(^|\/)MobilenetV\d\/.*\/(depthwise_)?weights(:0)?$/.test(name)),
  targets: (listing) =>
    targetsBy(listing, (name) => {
      const found = split(name);
      if (found === null || TRAINING.test(name)) return TRAINING.test(name) ? null : asItIs(name);
      const scope = found.layers.findLastIndex((layer) => /^MobilenetV\d$/.test(layer));
      const layers = found.layers.slice(scope + 1);
      const isV1 = found.layers[scope] === "MobilenetV1";
      return { layer: isV1 ? layerOfV1(layers) : layerOfV2OrV3(layers), role: found.role };
    }),
};

/** Converts Conv2d_3_pointwise/BatchNorm to conv_pw_3_bn. */
function layerOfV1(layers: readonly string[]): string {
  return layers
    .join("_")
    .replace(/^Conv2d_0/, "conv1")
    .replace(/^Conv2d_(\d+)_depthwise/, "conv_dw_$1")
    .replace(/^Conv2d_(\d+)_pointwise/, "conv_pw_$1")
    .replace(/^Logits_Conv2d_1c_1x1$/, "conv_preds")
    .replace(/BatchNorm$/, "bn");
}

/** Standard and depthwise convolutions are each numbered from 0; batch norm is folded. V1 has 13 depthwise, V2 17. */
export const lite: Scheme = {
  name: "tf-lite",
  filters: "hwio",
  preset: "tf-slim",
  examples: ["conv_0/kernel", "dw_0/depthwise_kernel", "conv_1/bias"],
  recognises: (names) => names.some((name) => /^dw_\d+\/(depthwise_)?kernel$/.test(name)),
  targets: (listing) => {
    const names = [...listing.keys()];
    const isV1 = !names.some((name) => /^dw_13\//.test(name));
    const last = largest(names, /^conv_(\d+)\//);
    const hasHead = names.some((name) => /^fc\//.test(name));
    return targetsBy(listing, (name) => {
      const found = split(name);
      const [, kind, digits] = /^(conv|dw)_(\d+)$/.exec(found?.layers.join("/") ?? "") ?? [];
      if (found === null) return asItIs(name);
      if (kind === undefined) return { layer: isV1 ? "conv_preds" : "scores", role: found.role };
      const number = Number(digits);
      const isHead = kind === "conv" && number === last && !hasHead;
      const layer = isV1 ? liteV1(kind, number, isHead) : liteV2(kind, number, isHead, hasHead ? last : last - 1);
      return { layer, role: found.role };
    });
  },
};

function liteV1(kind: string, number: number, isHead: boolean): string {
  if (kind === "dw") return `conv_dw_${number + 1}`;
  if (number === 0) return "conv1";
  return isHead ? "conv_preds" : `conv_pw_${number}`;
}

/** conv_1 projects in block 1; conv_2 expands and conv_3 projects in block 2, and so on. */
function liteV2(kind: string, number: number, isHead: boolean, beforeHead: number): string {
  if (kind === "dw") return `block_${number + 1}_depthwise`;
  if (number === 0) return "stem";
  if (isHead) return "scores";
  if (number === beforeHead) return "last";
  return `block_${Math.floor(number / 2) + 1}_${number % 2 === 0 ? "expand" : "project"}`;
}
