/**
 * @file Names of Hugging Face's transformers, whose MobileNetV1 and V2 are TensorFlow's of 2017 and 2018.
 *
 *   V1  mobilenet_v1.layer.0.convolution.weight             conv_dw_1/filter; odd layers are pointwise
 *   V2  mobilenet_v2.layer.0.expand_1x1.normalization.bias  block_2_expand_bn/bias; block 1 is in conv_stem
 *
 * Source: state_dict() of version 5, listed in test/oracles/transformers.json.
 */
import { byModule, table } from "./pytorch.ts";
import type { Scheme } from "./scheme.ts";

const STEM = /(?:^|\.)conv_stem\.(?:first_conv\.)?convolution\.weight$/;

export const transformers: Scheme = {
  name: "transformers",
  filters: "oihw",
  preset: "tf-slim",
  examples: [
    "mobilenet_v1.conv_stem.convolution.weight",
    "mobilenet_v1.layer.0.convolution.weight",
    "mobilenet_v2.conv_stem.first_conv.convolution.weight",
    "mobilenet_v2.layer.0.expand_1x1.convolution.weight",
  ],
  recognises: (names) => names.some((name) => STEM.test(name)),
  targets: (listing) => {
    const isV2 = [...listing.keys()].some((name) => /(^|\.)first_conv\./.test(name));
    return byModule(listing, (module) => {
      const own = module.replace(/^mobilenet_v[12]\./, "");
      if (own === "classifier") return isV2 ? "scores" : "conv_preds";
      const [, at, kind] = /^(.+)\.(convolution|normalization)$/.exec(own) ?? [];
      const layer = at === undefined ? null : isV2 ? layerOfV2(at) : layerOfV1(at);
      return layer === null ? null : `${layer}${kind === "normalization" ? "_bn" : ""}`;
    });
  },
};

function layerOfV1(module: string): string | null {
  if (module === "conv_stem") return "conv1";
  const [, digits] = /^layer\.(\d+)$/.exec(module) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits);
  return `conv_${number % 2 === 0 ? "dw" : "pw"}_${Math.floor(number / 2) + 1}`;
}

const PARTS = table({ expand_1x1: "expand", conv_3x3: "depthwise", reduce_1x1: "project" });
const ENDS = table({
  "conv_stem.first_conv": "stem",
  "conv_stem.conv_3x3": "block_1_depthwise",
  "conv_stem.reduce_1x1": "block_1_project",
  conv_1x1: "last",
});

function layerOfV2(module: string): string | null {
  const [, digits, part = ""] = /^layer\.(\d+)\.(.+)$/.exec(module) ?? [];
  const name = PARTS.get(part);
  return name === undefined ? (ENDS.get(module) ?? null) : `block_${Number(digits) + 2}_${name}`;
}
