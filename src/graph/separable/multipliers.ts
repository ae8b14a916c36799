/** @file How many depthwise kernels each input channel gets: a number for all layers, or chosen by a target. */
import { ShapeError, show } from "../../tensor/errors.ts";
import { checkInteger } from "../../tensor/shape.ts";
import type { Graph } from "../graph.ts";
import { nodeMacs } from "../nodeCost.ts";
import { macsOf, maxMultiplier, type StandardLayer } from "./layers.ts";

/**
 * From the energies that every layer keeps with multipliers 0, 1, … to the multiplier of each; null: the layer stays as
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
  const same = checkMultiplier(op, layers, multiplier ?? 1);
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
  const needed = max > 0 ? `needs at most ${max} there` : "and none makes it cheaper";
  throw new ShapeError(
    `${op}: multiplier is ${multiplier}, which makes ${name} cost ${times} times its multiply-accumulates; ${needed}, or other layers`,
  );
}

/** The smallest multiplier of each layer that keeps this share of its energy, if the layer becomes cheaper with it. */
function byEnergy(op: string, layers: readonly StandardLayer[], energy: number): MultiplierRule {
  if (!(typeof energy === "number" && energy > 0 && energy <= 1)) {
    throw new ShapeError(`${op}: energy is ${show(energy)}, needs a share above 0, at most 1`);
  }
  return (energies) => {
    const multipliers = layers.map(({ node }, i) => {
      const M = energies[i].findIndex((kept, m) => m > 0 && kept >= energy);
      return M <= maxMultiplier(node.geometry) ? M : null;
    });
    if (multipliers.some((one) => one !== null)) return multipliers;
    throw new ShapeError(`${op}: energy is ${energy}, with which no layer becomes cheaper, needs a smaller share`);
  };
}

/**
 * The multipliers that keep most energy in the layers together, each layer's as a share, with this number of
 * multiply-accumulates in the network. From 1 on, the step that gains most for its price comes first; within a layer
 * every step gains less than the one before, so no other choice at that price keeps more.
 */
function byMacs(op: string, graph: Graph, layers: readonly StandardLayer[], macs: number): MultiplierRule {
  const steps = layers.map(({ node }) => macsOf(node.geometry, 1));
  const replaced = new Set<unknown>(layers.map(({ node }) => node));
  const others = graph.nodes.reduce((sum, node) => sum + (replaced.has(node) ? 0 : nodeMacs(node)), 0);
  const min = steps.reduce((sum, step) => sum + step, others);
  if (!(typeof macs === "number" && macs >= min)) {
    throw new ShapeError(`${op}: macs is ${show(macs)}, needs at least ${min}, those of the network with multiplier 1`);
  }
  return (energies) => {
    const multipliers = layers.map(() => 1);
    let left = macs - min;
    for (;;) {
      const gains = layers.map(({ node }, i) => {
        const M = multipliers[i] + 1;
        if (M > maxMultiplier(node.geometry) || steps[i] > left) return 0;
        return (energies[i][M] - energies[i][M - 1]) / steps[i];
      });
      const best = gains.indexOf(Math.max(...gains));
      if (gains[best] <= 0) return multipliers;
      multipliers[best]++;
      left -= steps[best];
    }
  };
}
