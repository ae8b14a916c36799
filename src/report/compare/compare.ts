/** @file Compares two networks: counts, and times on the tiers. */
import { TIERS, type TierName } from "../../kernels/tiers.ts";
import { oneOf, ShapeError, show } from "../../tensor/errors.ts";
import { checkNetwork, type TimedNetwork } from "../network.ts";
import { checkMeasuring, type MeasuringOptions, partOf } from "../options.ts";
import { type Comparison, countedComparison, pairOf } from "./comparison.ts";
import { ceilingsOnce, measureTier } from "./measureTier.ts";

/** Options of `compareNetworks`. */
export interface CompareOptions extends MeasuringOptions {
  /** Tiers to measure on; none for counts alone. Default all: naive, im2col, simd. */
  readonly backends?: readonly TierName[] | undefined;
  /** Milliseconds for all rounds of a tier. Default 6000. */
  readonly budget?: number | undefined;
}

const ROUNDS = 15;
const BUDGET_MS = 6_000;

/**
 * Compares two networks, block by block: parameters, multiply-accumulates, bytes, and time, measured in turns, as
 * medians. `promised` and `arrived` are ratios, second / first. Blocks are matched by structure, as in
 * {@link savings}.
 *
 * @param first graph, and weights if any: what `loadModel` returns, or `{ graph }`
 * @param options `backends`, `threads`, `rounds` (default 15 or more), `budget` (ms), `seed`, `signal`, `onProgress`
 * @throws ShapeError for invalid graphs, weights or options
 *
 * @example
 * const [first, second] = [{ graph: fashionNet() }, { graph: fashionNet({ convolution: "standard" }) }];
 * const { promised, areTwins } = await compareNetworks(first, second, { backends: [] }); // counts alone
 */
export async function compareNetworks(
  first: TimedNetwork,
  second: TimedNetwork,
  options: CompareOptions = {},
): Promise<Comparison> {
  const op = "compareNetworks";
  const { threads, seed, timing } = checkMeasuring(op, options, ["backends", "budget"], ROUNDS);
  const { backends = TIERS, budget = BUDGET_MS } = options;
  if (!Array.isArray(backends)) throw new ShapeError(`${op}: backends is ${show(backends)}, needs a list of tiers`);
  for (const backend of backends) oneOf(op, "backends", backend, TIERS);
  if (!(typeof budget === "number" && budget > 0))
    throw new ShapeError(`${op}: budget is ${show(budget)}, needs milliseconds above 0`);
  const pair = pairOf(checkNetwork(op, "first", first), checkNetwork(op, "second", second));
  const tiers = TIERS.filter((tier) => backends.includes(tier));
  const ceilings = ceilingsOnce();
  let comparison = countedComparison(pair, seed);
  for (const [i, tier] of tiers.entries()) {
    const own = { ...partOf(timing, i, tiers.length), budget };
    comparison = await measureTier(comparison, pair, tier, { ...own, threads, ceilings });
  }
  return comparison;
}
