/** @file A tier: one of several implementations of all kernels. */
import { oneOf } from "../tensor/errors.ts";
import type { Kernels } from "./contract/kernels.ts";

export interface Candidate<Name extends string> {
  readonly name: Name;
  /**
   * Why this process cannot run it, or null.
   *
   * @param isChosen by name: then a lack of memory is an error of whoever asks for some
   */
  obstacle(isChosen: boolean): string | null;
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
  backend: Name | "auto" | undefined,
  tiers: readonly T[],
): T {
  const names = tiers.map(({ name }) => name);
  const choice = oneOf<Name | "auto">(op, "backend", backend ?? "auto", [...names, "auto"]);
  let at = choice === "auto" ? tiers.length - 1 : names.indexOf(choice);
  for (; at > 0; at--) {
    const obstacle = tiers[at].obstacle(choice !== "auto");
    if (obstacle === null) break;
    warn(`${obstacle}; ${names[at - 1]} computes instead`);
  }
  return tiers[at];
}

const warned = new Set<string>();

/** Warns once. */
function warn(message: string): void {
  if (!warned.has(message)) console.warn(`separable: ${message}`);
  warned.add(message);
}
