/** @file Naming schemes: how another library's weight names are recognised and mapped to a graph's. */
import type { Preset } from "../../models/settings.ts";
import type { Shape } from "../../tensor/shape.ts";

/** A weight of a graph: `layer/role`. */
export interface Target {
  readonly layer: string;
  /** filter, bias, scale, mean or variance. */
  readonly role: string;
}

/** Weight names and shapes, in file order. */
export type Listing = ReadonlyMap<string, Shape>;

export interface Scheme {
  readonly name: NamingName;
  /** Axes of a filter: [kh, kw, i, o] or [o, i, kh, kw]. */
  readonly filters: "hwio" | "oihw";
  /** Preset of the networks with these names. */
  readonly preset: Preset;
  /** Typical names, for messages. */
  readonly examples: readonly string[];
  recognises(names: readonly string[]): boolean;
  /** Returns the target of each name; null if it is not a weight (counters, optimizer state). */
  targets(listing: Listing): ReadonlyMap<string, Target | null>;
}

/** The naming schemes of weights that are recognized. */
export const NAMINGS = ["separable", "keras", "tf-slim", "tf-lite", "torchvision", "timm", "transformers"] as const;
/** The naming scheme of a file's weights. */
export type NamingName = (typeof NAMINGS)[number];

/** Returns the largest number that a pattern captures in names; -1 if there is none. */
export function largest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((max, name) => Math.max(max, Number(pattern.exec(name)?.[1] ?? -1)), -1);
}

export function targetsBy(
  listing: Listing,
  targetOf: (name: string) => Target | null,
): ReadonlyMap<string, Target | null> {
  return new Map([...listing.keys()].map((name) => [name, targetOf(name)]));
}
