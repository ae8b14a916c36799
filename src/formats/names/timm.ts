/** @file Names of timm. */

import { byModule, type LayerOf, table } from "./pytorch.ts";
import type { Scheme } from "./scheme.ts";

export const timm: Scheme = {
  name: "timm",
  filters: "oihw",
  preset: "timm",
  examples: [
    "conv_stem.weight",
    "blocks.0.0.conv_dw.weight",
    "blocks.1.0.conv_pwl.weight",
    "blocks.1.0.dw_mid.conv.weight",
    "classifier.weight",
  ],
  recognises: (names) => names.includes("conv_stem.weight") && names.some((name) => /^blocks\.\d+\.\d+\./.test(name)),
  targets: (listing) => {
    const modules = [...listing.keys()].map((name) => name.slice(0, Math.max(name.lastIndexOf("."), 0)));
    const has = (pattern: RegExp): boolean => modules.some((module) => pattern.test(module));
    const layerOf = has(/\.(dw_start|dw_mid|pw_exp)\./)
      ? timmV4(modules)
      : has(/\.conv_pwl$/)
        ? timmV2OrV3(modules)
        : timmV1(modules);
    return byModule(listing, layerOf);
  },
};

/** Numbers blocks from 1, by stage and index. */
function numbered(modules: readonly string[]): ReadonlyMap<string, number> {
  const keys = modules.flatMap((module) => /^blocks\.\d+\.\d+(?=\.)/.exec(module) ?? []);
  const position = (key: string): readonly number[] => key.split(".").slice(1).map(Number);
  const inOrder = [...new Set(keys)].sort((a, b) => {
    const [[stageA, blockA], [stageB, blockB]] = [position(a), position(b)];
    return stageA - stageB || blockA - blockB;
  });
  return new Map(inOrder.map((key, i) => [key, i + 1]));
}

/** Splits a block's module into the block's number and the part within it. */
function inBlock(
  blocks: ReadonlyMap<string, number>,
  module: string,
): { readonly block: number; readonly part: string } | null {
  const [, key, part] = /^(blocks\.\d+\.\d+)\.(.*)$/.exec(module) ?? [];
  const block = blocks.get(key);
  return block === undefined ? null : { block, part };
}

function timmV1(modules: readonly string[]): LayerOf {
  const blocks = numbered(modules);
  const ends = table({ conv_stem: "conv1", bn1: "conv1_bn", classifier: "conv_preds" });
  const parts = table({ conv_dw: "dw", bn1: "dw", conv_pw: "pw", bn2: "pw" });
  return (module) => {
    const position = inBlock(blocks, module);
    if (position === null) return ends.get(module) ?? null;
    const part = parts.get(position.part);
    return part === undefined ? null : `conv_${part}_${position.block}${position.part.startsWith("bn") ? "_bn" : ""}`;
  };
}

/** V2 and V3: a block without conv_pwl begins the network; one that is only a convolution ends it. */
function timmV2OrV3(modules: readonly string[]): LayerOf {
  const has = new Set(modules);
  const blocks = numbered(modules);
  const isV3 = !has.has("bn2");
  const ends = table({
    conv_stem: "stem",
    bn1: "stem_bn",
    conv_head: isV3 ? "head" : "last",
    bn2: "last_bn",
    classifier: "scores",
  });
  const plain = table({
    conv_dw: "depthwise",
    bn1: "depthwise_bn",
    conv_pw: "project",
    bn2: "project_bn",
  });
  const inverted = table({
    conv_pw: "expand",
    bn1: "expand_bn",
    conv_dw: "depthwise",
    bn2: "depthwise_bn",
    conv_pwl: "project",
    bn3: "project_bn",
  });
  const excite = table({ "se.conv_reduce": "squeeze", "se.conv_expand": "excite" });
  return (module) => {
    const position = inBlock(blocks, module);
    if (position === null) return ends.get(module) ?? null;
    const key = module.slice(0, -position.part.length - 1);
    if (has.has(`${key}.conv`)) return position.part === "conv" ? "last" : "last_bn";
    const part = excite.get(position.part) ?? (has.has(`${key}.conv_pwl`) ? inverted : plain).get(position.part);
    return part === undefined ? null : `block_${position.block}_${part}`;
  };
}

/** V4: a final lone convolution is the last layer; earlier ones form pairs, each a block of the small network. */
function timmV4(modules: readonly string[]): LayerOf {
  const has = new Set(modules);
  const ends = table({
    conv_stem: "stem",
    bn1: "stem_bn",
    conv_head: "head",
    norm_head: "head_bn",
    classifier: "scores",
  });
  const parts = table({
    "dw_start.conv": "start",
    "dw_start.bn": "start_bn",
    "pw_exp.conv": "expand",
    "pw_exp.bn": "expand_bn",
    "dw_mid.conv": "depthwise",
    "dw_mid.bn": "depthwise_bn",
    "pw_proj.conv": "project",
    "pw_proj.bn": "project_bn",
    conv_exp: "expand",
    bn1: "expand_bn",
    conv_pwl: "project",
    bn2: "project_bn",
  });
  const keys = [...numbered(modules).keys()];
  const lone = (key: string): boolean => has.has(`${key}.conv`);
  const final = keys[keys.length - 1];
  const names = new Map<string, { readonly block: number; readonly half: "expand" | "project" | null }>();
  let block = 0;
  for (const key of keys) {
    const isProjection = lone(key) && key.endsWith(".1");
    if (!isProjection) block++;
    names.set(key, { block, half: lone(key) ? (isProjection ? "project" : "expand") : null });
  }
  return (module) => {
    const [, key, part] = /^(blocks\.\d+\.\d+)\.(.*)$/.exec(module) ?? [];
    const found = names.get(key);
    if (found === undefined) return ends.get(module) ?? null;
    if (found.half === null) {
      const own = parts.get(part);
      return own === undefined ? null : `block_${found.block}_${own}`;
    }
    const layer = key === final ? "last" : `block_${found.block}_${found.half}`;
    return part === "conv" ? layer : `${layer}_bn`;
  };
}
