/** @file Names of torchvision. */
import type { Shape } from "../../tensor/shape.ts";
import { byModule } from "./pytorch.ts";
import { type Listing, largest, type Scheme } from "./scheme.ts";

/** Lists modules with filters and their shapes in network order: a file may be sorted by name, 10 before 2. */
function filtersOf(listing: Listing): ReadonlyMap<string, Shape> {
  const filters = [...listing].filter(([name, shape]) => name.endsWith(".weight") && shape.length > 1);
  return new Map(
    filters
      .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
      .map(([name, shape]) => [name.slice(0, -".weight".length), shape]),
  );
}

function isDepthwise([, perGroup, KH]: Shape): boolean {
  return perGroup === 1 && KH > 1;
}

export const torchvision: Scheme = {
  name: "torchvision",
  filters: "oihw",
  preset: "torchvision",
  examples: ["features.0.0.weight", "features.1.conv.0.0.weight", "features.1.block.0.0.weight", "classifier.1.weight"],
  recognises: (names) =>
    names.includes("features.0.0.weight") && names.some((name) => /^features\.\d+\.(conv|block)\./.test(name)),
  targets: (listing) => {
    const layers = new Map<string, string>();
    const filters = filtersOf(listing);
    const last = largest([...filters.keys()], /^features\.(\d+)\./);
    // V3 itself has two dense layers; whatever else follows is a fine-tuned head.
    const dense = [...filters.keys()].filter((module) => /^classifier(\.|$)/.test(module));
    const isV3 = [...filters.keys()].some((module) => /^features\.\d+\.block\./.test(module));
    if (isV3 && dense.length > 1) layers.set(dense[0], "head").set(dense[1], "scores");
    else if (dense.length > 0) layers.set(dense[0], "scores");
    for (const [module, shape] of filters) {
      const [, block, path] = /^features\.(\d+)\.(.*)$/.exec(module) ?? [];
      if (path === undefined) continue;
      const layer = block === "0" ? "stem" : Number(block) === last ? "last" : blockLayer(block, path, shape);
      layers.set(module, layer);
      layers.set(normOf(module), `${layer}_bn`);
    }
    return byModule(listing, (module) => layers.get(module) ?? null);
  },
};

/** A block begins with its expansion, unless its first filter is depthwise. */
function blockLayer(block: string, path: string, shape: Shape): string {
  const own = `block_${block}`;
  if (path.endsWith(".fc1")) return `${own}_squeeze`;
  if (path.endsWith(".fc2")) return `${own}_excite`;
  if (isDepthwise(shape)) return `${own}_depthwise`;
  return /^\w+\.0\b/.test(path) ? `${own}_expand` : `${own}_project`;
}

/** Batch norm has the index after its convolution's: features.2.conv.0.0 and 0.1, features.1.conv.1 and 2. */
function normOf(module: string): string {
  return module.replace(/\d+$/, (last) => String(Number(last) + 1));
}
