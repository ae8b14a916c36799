/**
 * @file What a table of names is: how somebody else's names are recognised, and which weight of a graph each of them
 * is.
 */
import type { Preset } from "../../models/settings.ts";
import type { Shape } from "../../tensor/shape.ts";

/** A weight of a graph: `layer/role`. */
export interface Target {
  readonly layer: string;
  /** filter, bias, scale, mean or variance. */
  readonly role: string;
}

/** Names and shapes of a file, in its order. */
export type Listing = ReadonlyMap<string, Shape>;

export interface Scheme {
  readonly name: NamingName;
  /** Axes of a filter: [kh, kw, i, o] or [o, i, kh, kw]. */
  readonly filters: "hwio" | "oihw";
  /** Whose networks have these names. */
  readonly preset: Preset;
  /** Some of the names, to show what is meant. */
  readonly examples: readonly string[];
  recognises(names: readonly string[]): boolean;
  /** The place of each name; null for what is no weight of a network (counters, moments of an optimizer). */
  targets(listing: Listing): ReadonlyMap<string, Target | null>;
}

export const NAMINGS = ["separable", "keras", "tf-slim", "tf-lite", "torchvision", "timm"] as const;
export type NamingName = (typeof NAMINGS)[number];

/** The largest number that a pattern finds in names; -1 if it finds none. */
export function largest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((max, name) => Math.max(max, Number(pattern.exec(name)?.[1] ?? -1)), -1);
}

export function targetsBy(
  listing: Listing,
  targetOf: (name: string) => Target | null,
): ReadonlyMap<string, Target | null> {
  return new Map([...listing.keys()].map((name) => [name, targetOf(name)]));
}
