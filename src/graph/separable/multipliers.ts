/** @file How many depthwise kernels each input channel gets: a number for all layers, or chosen by a target. */
import { ShapeError, show } from "../../tensor/errors.ts";
import { checkInteger } from "../../tensor/shape.ts";
import type { Graph } from "../graph.ts";
import { nodeMacs } from "../nodeCost.ts";
import { macsOf, maxMultiplier, type StandardLayer } from "./layers.ts";

/**
 * Maps the energies that each layer keeps with multipliers 0, 1, … to each layer's multiplier; null: the layer stays as
 * it is.
 */
export type MultiplierRule = (energies: readonly (readonly number[])[]) => readonly (number | null)[];

/** At most one of them. */
export interface MultiplierOptions {
  readonly multiplier?: number | undefined;
  readonly energy?: number | undefined;
  readonly macs?: number | undefined;
}

/** @throws ShapeError for a number or target that is invalid, or out of reach */
export function multiplierRule(
  op: string,
  graph: Graph,
  layers: readonly StandardLayer[],
  { multiplier, energy, macs }: MultiplierOptions,
): MultiplierRule {
  const given = [multiplier, energy, macs].filter((option) => option !== undefined);
  if (given.length > 1) throw new ShapeError(`${op}: needs one of multiplier, energy and macs, not ${given.length}`);
  if (energy !== undefined) return byEnergy(op, layers, energy);
  if (macs !== undefined) return byMacs(op, graph, layers, macs);
  const same = checkMultiplier(op, layers, multiplier === undefined ? 1 : multiplier);
  return () => layers.map(() => same);
}

/** One multiplier for all layers. @throws ShapeError unless it makes every layer cheaper */
export function checkMultiplier(op: string, layers: readonly StandardLayer[], multiplier: number): number {
  checkInteger(op, "multiplier", multiplier, 1);
  const dearer = layers.find(({ node }) => maxMultiplier(node.geometry) < multiplier);
  if (dearer === undefined) return multiplier;
  const { name, geometry } = dearer.node;
  const times = (macsOf(geometry, multiplier) / macsOf(geometry, null)).toFixed(2);
  const max = maxMultiplier(geometry);
  const needed = max > 0 ? `needs at most ${max} there, or other layers` : "needs other layers, none makes it cheaper";
  throw new ShapeError(
    `${op}: multiplier is ${multiplier}, with which ${name} costs ${times} times its multiply-accumulates; ${needed}`,
  );
}

/** The smallest multiplier of each layer that keeps this share of its energy, if the layer becomes cheaper with it. */
function byEnergy(op: string, layers: readonly StandardLayer[], energy: number): MultiplierRule {
  if (!(typeof energy === "number" && energy > 0 && energy <= 1)) {
    throw new ShapeError(`${op}: energy is ${show(energy)}, needs a share above 0, at most 1`);
  }
  return (energies) => {
    const multipliers = layers.map(({ node }, i) => {
      const M = energies[i].findIndex((kept, m) => m > 0 && kept >= energy - ROUNDING);
      return M <= maxMultiplier(node.geometry) ? M : null;
    });
    if (multipliers.some((one) => one !== null)) return multipliers;
    throw new ShapeError(`${op}: energy is ${energy}, with which no layer becomes cheaper, needs a smaller share`);
  };
}

/** Tolerance of energies: an exact 1 may come out slightly lower. */
const ROUNDING = 1e-12;

/** Steps into which the multiply-accumulates above those of multiplier 1 are divided. */
const STEPS = 4096;

/**
 * For each layer a multiplier, or the layer as it is, with the largest sum of energies that this number of
 * multiply-accumulates for the network allows: a knapsack with one item per layer, solved by dynamic programming. Costs
 * are rounded up to 1/4096 of the budget.
 */
function byMacs(op: string, graph: Graph, layers: readonly StandardLayer[], macs: number): MultiplierRule {
  const replaced = new Set<unknown>(layers.map(({ node }) => node));
  const others = graph.nodes.reduce((sum, node) => sum + (replaced.has(node) ? 0 : nodeMacs(node)), 0);
  const cheapest = layers.map(({ node }) => Math.min(macsOf(node.geometry, 1), macsOf(node.geometry, null)));
  const min = cheapest.reduce((sum, cost) => sum + cost, others);
  const own = layers.reduce((sum, { node }) => sum + macsOf(node.geometry, null), others);
  if (!(typeof macs === "number" && macs >= min && macs < own)) {
    throw new ShapeError(
      `${op}: macs is ${show(macs)}, needs at least ${min}, those of multiplier 1, and less than the network's ${own}`,
    );
  }
  const step = (macs - min) / STEPS;
  return (energies) => {
    const items = layers.map(({ node: { geometry } }, i) => {
      const multipliers = Array.from({ length: maxMultiplier(geometry) }, (_, m) => m + 1);
      return [...multipliers, null].map((multiplier) => {
        const more = macsOf(geometry, multiplier) - cheapest[i];
        const steps = more === 0 ? 0 : Math.ceil(more / step);
        return { multiplier, steps, energy: multiplier === null ? 1 : energies[i][multiplier] };
      });
    });
    return fullestKnapsack(items).map(({ multiplier }) => multiplier);
  };
}

interface Item {
  readonly multiplier: number | null;
  readonly steps: number;
  readonly energy: number;
}

/** One item from each list, at most {@link STEPS} steps in total, with the largest sum of energies. */
function fullestKnapsack(lists: readonly (readonly Item[])[]): readonly Item[] {
  let best = new Float64Array(STEPS + 1); // the largest sum so far, for each number of steps
  const choices = lists.map((items) => {
    const next = new Float64Array(STEPS + 1).fill(Number.NEGATIVE_INFINITY);
    const chosen = new Uint16Array(STEPS + 1);
    for (const [i, { steps, energy }] of items.entries()) {
      for (let spent = steps; spent <= STEPS; spent++) {
        const sum = best[spent - steps] + energy;
        if (sum <= next[spent]) continue;
        next[spent] = sum;
        chosen[spent] = i;
      }
    }
    best = next;
    return chosen;
  });
  let left = STEPS;
  return lists
    .map((items, i) => ({ items, chosen: choices[i] }))
    .reverse()
    .map(({ items, chosen }) => {
      const item = items[chosen[left]];
      left -= item.steps;
      return item;
    })
    .reverse();
}
