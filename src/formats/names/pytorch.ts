/**
 * @file The structure that weight names of torchvision and timm share, and the graph's names for them.
 *
 *   torchvision V2   features.1.conv.0.0.weight            block_1_depthwise/filter (no expansion in block 1)
 *                    features.2.conv.{0.0, 1.0, 2}         block_2_{expand, depthwise, project}
 *   torchvision V3   features.2.block.{0.0, 1.0, 2.fc1, …} by the position of the parts and their shapes
 *   timm V1 to V3    blocks.1.0.{conv_pw, conv_dw, se.conv_reduce, conv_pwl}, followed by bn1 to bn3
 *   timm V4          blocks.1.0.{dw_start, pw_exp, dw_mid, pw_proj}.{conv, bn}
 *
 * Here blocks are numbered from 1 across all stages. Source: state_dict() of both libraries, listed in
 * test/facts/weight-names.json.
 */
import type { Shape } from "../../tensor/shape.ts";
import { type Listing, type Target, targetsBy } from "./scheme.ts";

const ROLES: ReadonlyMap<string, string> = new Map([
  ["weight", "filter"],
  ["bias", "bias"],
  ["running_mean", "mean"],
  ["running_var", "variance"],
]);

/** Splits a name into module and role; a 1-D weight is batch norm's scale. */
function split(name: string, shape: Shape | undefined): { readonly module: string; readonly role: string } | null {
  const at = name.lastIndexOf(".");
  const word = name.slice(at + 1);
  const role = ROLES.get(word);
  if (at < 0 || role === undefined) return null;
  return { module: name.slice(0, at), role: word === "weight" && shape?.length === 1 ? "scale" : role };
}

/** Returns pairs as a Map: names come from files, and a lookup in an object would also find "constructor". */
export function table(pairs: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(pairs));
}

/** Maps names to targets by their modules; unknown modules keep their names. */
export function byModule(
  listing: Listing,
  layerOf: (module: string) => string | null,
): ReadonlyMap<string, Target | null> {
  return targetsBy(listing, (name) => {
    if (/(^|\.)num_batches_tracked$/.test(name)) return null;
    const found = split(name, listing.get(name));
    if (found === null) return { layer: "", role: name };
    return { layer: layerOf(found.module) ?? found.module, role: found.role };
  });
}

export type LayerOf = (module: string) => string | null;
