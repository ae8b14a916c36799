/** @file The tiers, and how one is chosen. */
import { canAllocate, NO_ADDRESS_SPACE } from "../runtime/memory.ts";
import { oneOf } from "../tensor/errors.ts";
import { hasSimd } from "./simd/engines.ts";

/** The tiers that exist, slowest first. Every table of cases in the tests runs over this list. */
export const TIERS = ["naive", "im2col", "simd"] as const;
export type TierName = (typeof TIERS)[number];

/** A tier by name, or "auto" for the fastest one here. */
export type Backend = TierName | "auto";

/** Something of every tier. */
export type PerTier<T> = Readonly<Record<TierName, T>>;

/** What the process has, each asked once. */
const here: { simd?: boolean; memory?: boolean } = {};

/**
 * Why this process cannot run a tier, or null.
 *
 * @param isChosen by name: then a lack of memory is an error of whoever asks for some
 */
const OBSTACLES: PerTier<(isChosen: boolean) => string | null> = {
  naive: () => null,
  im2col: () => null,
  simd: (isChosen) => {
    here.simd ??= hasSimd();
    if (!here.simd) return "this engine has no WebAssembly SIMD";
    if (isChosen) return null;
    here.memory ??= canAllocate();
    return here.memory ? null : `no WebAssembly memory: ${NO_ADDRESS_SPACE}`;
  },
};

/**
 * The tier that is meant: the one of that name, the fastest for "auto", or the nearest slower one that this process can
 * run; a warning says so.
 *
 * @throws ShapeError for a name that no tier has
 */
export function chooseTier(op: string, backend: Backend = "auto"): TierName {
  const choice = oneOf(op, "backend", backend, [...TIERS, "auto"]);
  let at = choice === "auto" ? TIERS.length - 1 : TIERS.indexOf(choice);
  for (; ; at--) {
    const obstacle = OBSTACLES[TIERS[at]](choice !== "auto");
    if (obstacle === null) return TIERS[at];
    warn(`separable: ${obstacle}; ${TIERS[at - 1]} computes instead`);
  }
}

const warned = new Set<string>();

/** Warns once. */
function warn(message: string): void {
  if (!warned.has(message)) console.warn(message);
  warned.add(message);
}
