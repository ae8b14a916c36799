/** @file Reports on a training run: its settings and its progress. */
import { analyze } from "../../analysis/analyze.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Graph } from "../../graph/graph.ts";
import { chooseTier } from "../../kernels/tiers.ts";
import { clock, integer, percent } from "../../report/forms/numbers.ts";
import type { TrainingSettings } from "../../train/options.ts";
import type { TrainingState, TrainingStep } from "../../train/train.ts";
import { fingerprint } from "../input/data.ts";
import { optionOf } from "../options/option.ts";
import { style } from "../terminal/terminal.ts";

/** Describes a training run for its checkpoint: every setting that affects the result. */
export function describe(graph: Graph, data: Dataset, settings: TrainingSettings): Record<string, string> {
  const { threads: _, backend, ...deciding } = settings;
  const options = Object.entries(deciding).map(([name, value]): [string, string] => [name, String(value)]);
  const tier = chooseTier("train", backend); // tiers differ in the last bits
  return { network: graph.name, tier, data: fingerprint(data), ...Object.fromEntries(options) };
}

/** Name of a setting on the command line. */
export function optionNamed(setting: string): string {
  if (setting === "data") return "the images";
  return setting === "network" ? "--model" : setting === "tier" ? "--backend" : `--${optionOf(setting)}`;
}

export function heading(
  graph: Graph,
  data: Dataset,
  { epochs, batch, optimizer, seed }: TrainingSettings,
  state: TrainingState | null,
): string {
  const { parameters, macs } = analyze(graph).total;
  const images = `${integer(data.shape[0])} images of ${data.classes.length} classes`;
  const from = state === null ? "" : `, from step ${integer(state.step)} on`;
  return [
    `${style("bold", graph.name)}: ${integer(parameters.trainable)} parameters, ${integer(macs)} MACs; ${images}`,
    `${epochs} epochs, batches of ${batch}, ${optimizer}, seed ${seed}${from}\n`,
  ].join("\n");
}

/** Averages loss and accuracy over an epoch, and measures the speed. */
export function meterOf(): { step(step: TrainingStep): { readonly short: string; readonly epoch: string | null } } {
  let [loss, accuracy, count] = [0, 0, 0];
  let since = performance.now();
  return {
    step: (step) => {
      loss += step.loss;
      accuracy += step.accuracy;
      count++;
      const seconds = (performance.now() - since) / 1000;
      const rate = (count * step.images) / seconds;
      const left = ((step.steps - step.step) * step.images) / rate;
      const facts = `loss ${(loss / count).toFixed(4)}, right ${percent(accuracy / count, 2)}, ${integer(Math.round(rate))} images/s`;
      const share = step.step / step.steps;
      const bar = "█".repeat(Math.round(share * 20)).padEnd(20, "░");
      const short = `${bar} ${percent(share, 0)}  epoch ${step.epoch + 1}: ${facts}, ${clock(left)} left`;
      const isLast = step.step % step.perEpoch === 0;
      if (!isLast) return { short, epoch: null };
      const epoch = `epoch ${String(step.epoch + 1).padStart(3)}  ${facts}`;
      [loss, accuracy, count] = [0, 0, 0];
      since = performance.now();
      return { short, epoch };
    },
  };
}
