/** @file `separable convert --separable`: a network made separable with its weights. */

import type { Graph } from "../../graph/graph.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import type { ApproximatedLayer } from "../../graph/separable/approximate.ts";
import { toSeparable } from "../../graph/separable/toSeparable.ts";
import type { Preparation } from "../../image/prepare.ts";
import { checkImageInput } from "../../image/recorded.ts";
import { type ApproximationSummary, type Moved, summarizeApproximation } from "../../report/approximation.ts";
import { integer as withCommas } from "../../report/forms/numbers.ts";
import { compareOutputs } from "../../session/compareOutputs.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { batchOf } from "../input/imageBatch.ts";
import { imagesOf } from "../input/imageList.ts";
import type { Network } from "../input/network.ts";
import { chosenPreparation, IMAGES } from "../options/images.ts";
import { flag, integer, number, type Option, text, type Values } from "../options/option.ts";
import { progress, tell } from "../terminal/terminal.ts";
import { asTyped, UsageError } from "../usage.ts";

export const SEPARATION: typeof IMAGES & {
  readonly separable: Option<boolean>;
  readonly multiplier: Option<number | undefined>;
  readonly energy: Option<number | undefined>;
  readonly macs: Option<number | undefined>;
  readonly layers: Option<string | undefined>;
  readonly images: Option<string | undefined>;
} = {
  separable: flag("replaces standard convolutions by depthwise-separable ones with the closest weights"),
  multiplier: integer("M", [1], undefined, "depthwise kernels per channel, default 1"),
  energy: number("SHARE", 0, undefined, "instead of M: the share of each filter to keep, e.g. 0.9"),
  macs: number("N", 0, undefined, "instead of M: multiply-accumulates of the whole network, e.g. 1e9"),
  layers: text("NAMES", "comma-separated names, or all; default: those that become cheaper, except the first"),
  images: text("PATH", "a file or folder: measures how far outputs move"),
  ...IMAGES,
};

/** @throws UsageError for an option of --separable without that flag */
export function checkSeparation(command: string, typed: ReadonlySet<string>): void {
  const other = Object.keys(SEPARATION).find((name) => name !== "separable" && typed.has(name));
  if (other !== undefined && !typed.has("separable")) throw new UsageError(`${command}: --${other} is for --separable`);
}

export interface Separated {
  readonly network: Network;
  readonly summary: ApproximationSummary;
}

export async function separated(
  command: string,
  read: Network,
  { multiplier, energy, macs, layers, images, ...how }: Values<typeof SEPARATION>,
): Promise<Separated> {
  const chosen = chosenPreparation(command, how);
  const preparation = { ...read.preparation, ...chosen };
  const batch = images === undefined ? null : await imagesIn(command, images, read.graph, preparation);
  const made = asTyped(command, SEPARATION, () =>
    toSeparable(read.graph, realTensors(command, read.weights), {
      multiplier,
      energy,
      macs,
      layers: layers === undefined || layers === "all" ? layers : layers.split(",").map((name) => name.trim()),
      onProgress: (done, of) => progress(`filters: ${withCommas(done)} of ${withCommas(of)} weights`),
    }),
  );
  progress("");
  const { graph, weights } = made;
  const network = {
    ...read,
    graph,
    weights,
    preparation,
    isGuessed: read.isGuessed && chosen.normalization === undefined,
  };
  const moved = batch === null ? null : await movedOn(batch, read, network, made.layers);
  return { network, summary: summarizeApproximation(read.graph, made, moved) };
}

/** Maximum number of images from --images, which are in memory at once. */
const MAX_IMAGES = 100;

/** Images of a file or folder, prepared: [n, h, w, c]. */
async function imagesIn(command: string, path: string, graph: Graph, preparation: Preparation): Promise<Tensor> {
  checkImageInput(command, graph);
  const paths = await imagesOf(command, [path]);
  if (paths.length > MAX_IMAGES) tell(`of ${paths.length} images the first ${MAX_IMAGES} are used`);
  return batchOf(path, paths.slice(0, MAX_IMAGES), graph, preparation);
}

/** Measures how far the replaced layers and the outputs move on a batch of images. */
async function movedOn(
  batch: Tensor,
  first: Network,
  second: Network,
  layers: readonly ApproximatedLayer[],
): Promise<Moved> {
  const names = layers.map(({ name }) => name);
  const values = [...new Set([...names, ...first.graph.outputs])];
  const onProgress = (done: number, of: number): void => progress(`images: ${done} of ${of}`);
  const distances = await compareOutputs(first, second, batch, { values, onProgress });
  progress("");
  const of = (wanted: readonly string[]) => distances.filter(({ name }) => wanted.includes(name));
  return { images: batch.shape[0], layers: of(names), outputs: of(first.graph.outputs) };
}
