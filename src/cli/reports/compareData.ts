/** @file The output of `separable compare --json`. */
import type { Savings } from "../../analysis/savings.ts";
import { arrived, roofRatio, type Side, type TierTimes } from "./compareTables.ts";
import { machineName } from "../report/deliver.ts";

/** @param weights whose they are */
export function compareData(counted: Savings, times: readonly TierTimes[], seed: number, weights: string): object {
  const { first, second, promised, blocks } = counted;
  const side = ({ timing: { ms, quarter, threeQuarters, rounds }, roofMs }: Side): object => {
    return { ms, quarter, threeQuarters, rounds, roofMs };
  };
  return {
    first: { name: first.graph.name, ...first.analysis.total },
    second: { name: second.graph.name, ...second.analysis.total },
    promised,
    blocks: blocks.map(({ first: own, second: others, ...block }, i) => ({
      ...block,
      first: own.map(({ name }) => name),
      second: others.map(({ name }) => name),
      tiers: times.map(({ tier, blocks: measured }) => {
        return { tier, ...measured[i], roofline: roofRatio(measured[i]), arrived: arrived(measured[i]) };
      }),
    })),
    tiers: times.map(({ tier, first: a, second: b }) => ({
      tier,
      first: side(a),
      second: side(b),
      roofline: b.roofMs / a.roofMs,
      arrived: b.timing.ms / a.timing.ms,
    })),
    seed,
    weights,
    machine: machineName(),
  };
}
