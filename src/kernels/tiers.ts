/** @file The tiers, and how one is chosen. */
import { canAllocate, NO_ADDRESS_SPACE } from "../runtime/memory.ts";
import { oneOf } from "../tensor/errors.ts";
import { warn } from "../tensor/warn.ts";
import { hasSimd } from "./simd/engines.ts";

/** The tiers that exist, slowest first. Every table of cases in the tests runs over this list. */
export const TIERS = ["naive", "im2col", "simd"] as const;
/** The name of a tier of kernels. */
export type TierName = (typeof TIERS)[number];

/** A tier by name, or "auto" for the fastest one here. */
export type Backend = TierName | "auto";

/** One item for each tier. */
export type PerTier<T> = Readonly<Record<TierName, T>>;

/** Properties by which a tier is chosen. */
export interface Choosable {
  readonly name: TierName;
  /**
   * Why this process cannot run the tier, or null.
   *
   * @param isChosen by name: then a lack of memory is reported by whatever allocates it
   */
  obstacle(isChosen: boolean): string | null;
  /** Whether it emits code; threads, precisions and SIMD's peak apply only to such a tier. */
  readonly emits: boolean;
  /** Runs that a network needs to warm up; 0 if a run takes seconds and warms up on the way. */
  readonly warmup: number;
}

/** Features of this process, each tested once. */
const here: { simd?: boolean; memory?: boolean } = {};

export const CHOICES: PerTier<Choosable> = {
  naive: { name: "naive", obstacle: () => null, emits: false, warmup: 0 },
  im2col: { name: "im2col", obstacle: () => null, emits: false, warmup: 1 },
  simd: {
    name: "simd",
    emits: true,
    warmup: 5,
    obstacle: (isChosen) => {
      here.simd ??= hasSimd();
      if (!here.simd) return "this engine has no WebAssembly SIMD";
      if (isChosen) return null;
      here.memory ??= canAllocate();
      return here.memory ? null : `no WebAssembly memory: ${NO_ADDRESS_SPACE}`;
    },
  },
};

/** The tier to use for a single operation. @throws ShapeError for an unknown tier */
export function chooseTier(op: string, backend?: Backend): TierName {
  return choose(op, Object.values(CHOICES), backend).name;
}

/**
 * The tier to use: the one of that name, or the fastest for "auto". If this process cannot run it, the nearest slower
 * one, with a warning.
 *
 * @param tiers slowest first; the slowest runs everywhere
 * @throws ShapeError for a name that none of them has
 */
export function choose<T extends Choosable>(op: string, tiers: readonly T[], backend: Backend = "auto"): T {
  const names = tiers.map(({ name }) => name);
  const choice = oneOf(op, "backend", backend, [...names, "auto"]);
  let at = choice === "auto" ? tiers.length - 1 : names.indexOf(choice as TierName);
  for (; ; at--) {
    const obstacle = tiers[at].obstacle(choice !== "auto");
    if (obstacle === null) return tiers[at];
    warn(`${obstacle}; ${names[at - 1]} computes instead`);
  }
}
