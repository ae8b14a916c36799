/** @file A tier: one of several implementations of all kernels. */
import { oneOf } from "../tensor/errors.ts";
import type { Kernels } from "./contract/kernels.ts";

export interface Candidate<Name extends string> {
  readonly name: Name;
  /**
   * Why this process cannot run it, or null. Default: it can.
   *
   * @param isChosen by name: then a lack of memory is an error of whoever asks for some
   */
  obstacle?(isChosen: boolean): string | null;
}

export interface KernelTier<Name extends string> extends Candidate<Name> {
  /** Every operation alone, on tensors. */
  readonly kernels: Kernels;
}

/**
 * The tier that is meant: the one of that name, the last one for "auto", or the nearest before it that this process can
 * run; a warning says so.
 *
 * @param tiers slowest first; the first one runs everywhere
 * @throws ShapeError for a name that no tier has
 */
export function choose<Name extends string, T extends Candidate<Name>>(
  op: string,
  backend: Name | "auto" = "auto",
  tiers: readonly T[],
): T {
  const names = tiers.map(({ name }) => name);
  const isChosen = oneOf<Name | "auto">(op, "backend", backend, [...names, "auto"]) !== "auto";
  const tier = tiers[isChosen ? names.indexOf(backend as Name) : names.length - 1];
  const obstacle = tier.obstacle?.(isChosen);
  if (!obstacle) return tier;
  const instead = names[names.indexOf(tier.name) - 1];
  warn(`separable: ${obstacle}; ${instead} computes instead`);
  return choose(op, instead, tiers);
}

const warned = new Set<string>();

/** Warns once. */
function warn(message: string): void {
  if (!warned.has(message)) console.warn(message);
  warned.add(message);
}
